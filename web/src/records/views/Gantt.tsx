/** A plan over time: bars in groups and under each other, what waits for what, how far each is, and today. */
import { useLingui } from "@lingui/react/macro";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Button, Segmented } from "antd";
import { type CSSProperties, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useIsPhone } from "../../kit/media";
import { Bones, Failed } from "../../kit/states";
import { todayText } from "../../kit/time";
import { fieldOf, isLink } from "../definitions";
import { kindOf } from "../fields/registry";
import { NothingHere } from "../list/NothingHere";
import { useAll } from "./all";
import { useColours } from "./colours";
import { dayOf } from "./days";
import { type GanttFacts, GanttLine } from "./GanttLine";
import { Arrows } from "./GanttArrows";
import { GanttHead } from "./GanttHead";
import { HEAD, linesOf, rangeOf, ROW, WIDTHS, type Zoom } from "./ganttLines";
import { useGanttMoves } from "./ganttMoves";
import type { ViewProps } from "./kinds";
import { whenOf } from "./spans";

const ZOOMS: Zoom[] = ["day", "week", "month"];

export default function Gantt({ object, state, change, onOpen }: ViewProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const { shape } = state;
  const when = whenOf(object, shape.start, shape.end);
  const group = fieldOf(object, shape.group);
  const more = [shape.start, shape.end, shape.depends, shape.parent, shape.progress, shape.group];
  const all = useAll(object, state, { sort: [shape.group, when?.start.type === "date_range" ? "" : shape.start, "id"].filter(Boolean).join(","), more, enabled: Boolean(when) });
  const tones = useColours(object, shape, all.rows);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const lines = useMemo(() => {
    if (!when) return [];
    const groupOf = group && ((row: (typeof all.rows)[number]) => ({ key: String(row[group.name] ?? ""), label: (isLink(group) ? (row[`${group.name}._label`] as string) : kindOf(group).text(row[group.name], group, row)) || t`No ${group.label}` }));
    return linesOf(all.rows, { when, parent: shape.parent, groupOf, folded });
    // The fields themselves are the same as long as their names are.
  }, [all.rows, shape.start, shape.end, shape.parent, shape.group, folded, t]);
  const zoom = (ZOOMS.includes(state.zoom as Zoom) ? state.zoom : "week") as Zoom;
  const width = WIDTHS[zoom];
  const moves = useGanttMoves(object, shape, when, all.rows, width);
  if (!when) return null;
  if (all.isPending) return <Bones lines={10} title={false} />;
  if (all.isError && all.rows.length === 0) return <Failed error={all.error} retry={() => all.refetch()} />;
  if (all.rows.length === 0) return <NothingHere object={object} state={state} change={change} />;

  const fold = (key: string) => setFolded(new Set(folded.has(key) ? [...folded].filter((each) => each !== key) : [...folded, key]));
  const zooms: Record<Zoom, string> = { day: t`Days`, week: t`Weeks`, month: t`Months` };
  const facts: Omit<GanttFacts, "range"> = { object, state, when, rows: all.rows, lines, width, side: isPhone ? 130 : 300, moves, tonesOf: tones, fold, onOpen };
  return (
    <div className="q-gantt">
      <Chart facts={facts} zoom={zoom}>
        {(toToday) => (
          <div className="q-cal-bar-top">
            <Button onClick={toToday}>{t`Today`}</Button>
            <span className="q-grow q-muted">{all.hasMore && t`There is more here than can be drawn; narrow the filter to see all.`}</span>
            <Segmented aria-label={t`How much is seen`} value={zoom} onChange={(next) => change({ zoom: next })} options={ZOOMS.map((value) => ({ value, label: zooms[value] }))} />
          </div>
        )}
      </Chart>
      <p id="q-gantt-keys" className="q-hidden">{t`Alt with left or right moves the bar; Shift and Alt with left or right change its end; up and down lead to the other bars.`}</p>
    </div>
  );
}

interface ChartProps {
  facts: Omit<GanttFacts, "range">;
  zoom: Zoom;
  children: (toToday: () => void) => ReactNode;
}

function Chart({ facts, zoom, children }: ChartProps) {
  const { lines, width, side, object } = facts;
  const scroller = useRef<HTMLDivElement>(null);
  const today = dayOf(todayText());
  const range = useMemo(() => rangeOf(lines, today), [lines, today]);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => ROW, overscan: 8, paddingStart: HEAD, scrollPaddingStart: HEAD });
  const shown = virtual.getVirtualItems();
  const toToday = () => scroller.current?.scrollTo({ left: (today - range.from) * width - (scroller.current.clientWidth - side) / 3 });
  // Once for each zoom: what is looked at stays when records change.
  useEffect(toToday, [zoom]);

  function focusLine(index: number): void {
    if (index < 0 || index >= lines.length) return;
    virtual.scrollToIndex(index);
    requestAnimationFrame(() => requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-line="${index}"]`)?.focus({ preventScroll: true })));
  }

  const whole = useMemo(() => ({ ...facts, range }), [facts, range]);
  const days = range.to - range.from + 1;
  const sizes = { "--q-side": `${side}px`, "--q-day": `${width}px`, width: side + days * width, height: virtual.getTotalSize() } as CSSProperties;
  return (
    <>
      {children(toToday)}
      <div ref={scroller} className="q-gantt-frame" data-scrolls tabIndex={0} role="group" aria-label={object.plural}>
        <div className={`q-gantt-paper q-gantt-${zoom}`} style={sizes}>
          <GanttHead range={range} zoom={zoom} width={width} side={side} label={object.label} />
          <div className="q-gantt-today" style={{ left: side + (today - range.from + 0.5) * width }} aria-hidden />
          {shown.map((item) => {
            const line = lines[item.index];
            return line && <GanttLine key={line.key} facts={whole} line={line} index={item.index} top={item.start} focusLine={focusLine} />;
          })}
          <Arrows facts={whole} first={shown[0]?.index ?? 0} last={shown.at(-1)?.index ?? 0} />
        </div>
      </div>
    </>
  );
}
