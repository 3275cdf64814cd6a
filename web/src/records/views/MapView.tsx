/** Records on a plain map of land and water; no tile is asked of anybody. What stands close together is one mark. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Maximize, Minus, Plus } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from "react";
import { showDecimal } from "../../kit/decimal";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { fieldOf, type RecordAnswer } from "../definitions";
import { LAND } from "../fields/PlaceMap";
import { NothingHere } from "../list/NothingHere";
import { titleOf } from "../query";
import { useAll } from "./all";
import { CardFields } from "./Card";
import { type Cluster, clustersOf, fitting, narrowing, type Point, type Sight, type Size, toPixels, zoomed } from "./clusters";
import { barClass, groundClass, type Tones, useColours } from "./colours";
import type { ViewProps } from "./kinds";

export default function MapView(props: ViewProps) {
  const { t } = useLingui();
  const { object, state, change, onOpen } = props;
  const field = fieldOf(object, state.shape.location);
  const all = useAll(object, state, { where: field && `not blank(${field.name})`, more: [state.shape.location], most: 5000, enabled: Boolean(field) });
  const tones = useColours(object, state.shape, all.rows);
  const points = useMemo(() => (field ? all.rows.flatMap((row) => pointOf(row, field.name)) : []), [all.rows, field]);
  const [listed, setListed] = useState<RecordAnswer[] | null>(null);
  if (!field) return null;
  if (all.isPending) return <Bones lines={8} title={false} />;
  if (all.isError && all.rows.length === 0) return <Failed error={all.error} retry={() => all.refetch()} />;
  if (all.rows.length === 0 && (state.search || state.conditions.length > 0)) return <NothingHere object={object} state={state} change={change} />;
  if (all.rows.length === 0) return <EmptyState title={t`Nothing to put on the map yet`}>{t`Records appear here as soon as “${field.label}” is filled in.`}</EmptyState>;
  return (
    <div className="q-map-view">
      <World points={points} toneOf={(row) => tones(row)} label={object.plural} titleOf={(row) => titleOf(object, row)} onOpen={onOpen} onList={setListed} />
      <aside className="q-map-list" aria-label={object.plural} data-scrolls>
        <p className="q-muted">
          {listed ? t`${listed.length} in one place` : t`${showDecimal(points.length)} on the map`}
          {listed && (
            <Button type="link" size="small" onClick={() => setListed(null)}>
              {t`Show all`}
            </Button>
          )}
        </p>
        <ul>
          {(listed ?? all.rows).slice(0, 200).map((row) => (
            <li key={row.id} className={groundClass(tones(row))} style={tones(row).paint}>
              <button type="button" onClick={() => onOpen(row.id)}>
                {titleOf(object, row)}
              </button>
              <CardFields object={object} row={row} columns={state.columns} except={[field.name]} tones={tones(row)} most={2} />
            </li>
          ))}
        </ul>
      </aside>
    </div>
  );
}

function pointOf(row: RecordAnswer, name: string): Point<RecordAnswer>[] {
  const place = row[name] as { lat: string; lng: string } | null;
  return place ? [{ lat: Number(place.lat), lng: Number(place.lng), of: row }] : [];
}

interface WorldProps {
  points: Point<RecordAnswer>[];
  label: string;
  titleOf: (row: RecordAnswer) => string;
  toneOf: (row: RecordAnswer) => Tones;
  onOpen: (id: number) => void;
  onList: (rows: RecordAnswer[]) => void;
}

function World({ points, label, titleOf: nameOf, toneOf, onOpen, onList }: WorldProps) {
  const { t } = useLingui();
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const [chosen, setSight] = useState<Sight | null>(null);
  const sight = chosen ?? fitting(points, size);
  const clusters = clustersOf(points, sight, size);
  const zoom = (factor: number, x?: number, y?: number) => setSight(zoomed(sight, size, factor, x, y));
  const shift = (dx: number, dy: number, from = sight) => setSight({ ...from, lng: from.lng - dx / (from.scale * narrowing(from)), lat: Math.max(-85, Math.min(85, from.lat + dy / from.scale)) });
  useWheel(frame, (event) => {
    const box = frame.current!.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.25 : 0.8, event.clientX - box.left, event.clientY - box.top);
  });

  function pan(event: PointerEvent<HTMLDivElement>): void {
    if (event.button !== 0 || (event.target as Element).closest("button")) return;
    const [x, y, handle] = [event.clientX, event.clientY, event.currentTarget];
    handle.setPointerCapture(event.pointerId);
    handle.onpointermove = (move) => shift(move.clientX - x, move.clientY - y, sight);
    handle.onpointerup = handle.onpointercancel = () => {
      handle.onpointermove = null;
    };
  }

  function press(event: KeyboardEvent): void {
    const [dx, dy] = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key] ?? [0, 0];
    const factor = { "+": 1.5, "=": 1.5, "-": 1 / 1.5 }[event.key];
    if (event.target !== event.currentTarget || (!dx && !dy && !factor)) return;
    event.preventDefault();
    if (factor) zoom(factor);
    else shift(dx!, dy!);
  }

  function choose(cluster: Cluster<RecordAnswer>): void {
    const [only, ...others] = cluster.points;
    if (others.length === 0) return onOpen(only!.of.id);
    const closer = fitting(cluster.points, size);
    if (closer.scale > sight.scale * 1.2) setSight(closer);
    else onList(cluster.points.map(({ of }) => of));
  }

  const [x0, y0] = toPixels(sight, size, { lat: 0, lng: 0 });
  return (
    <div ref={frame} className="q-map-world" role="application" aria-label={t`Map of ${label}. Arrows move it, plus and minus change its size.`} tabIndex={0} onPointerDown={pan} onKeyDown={press}>
      <svg width={size.width} height={size.height} aria-hidden>
        <g transform={`translate(${x0} ${y0}) scale(${sight.scale * narrowing(sight)} ${sight.scale})`}>
          <path className="q-map-land" d={LAND} />
          <path className="q-map-grid" d={GRATICULE} vectorEffect="non-scaling-stroke" strokeWidth={1} />
        </g>
      </svg>
      {clusters.map((cluster) => {
        const [only] = cluster.points;
        const count = cluster.points.length;
        const name = count === 1 ? nameOf(only!.of) : t`${count} records close together`;
        const tones = count === 1 ? toneOf(only!.of) : undefined;
        const className = tones ? `q-map-point ${barClass(tones)}` : "q-map-cluster";
        return (
          <button key={only!.of.id} type="button" className={className} style={{ left: cluster.x, top: cluster.y, ...tones?.paint }} title={name} aria-label={name} onClick={() => choose(cluster)}>
            {count > 1 && count}
          </button>
        );
      })}
      <div className="q-map-tools">
        <Button aria-label={t`Closer`} icon={<Plus size={16} aria-hidden />} onClick={() => zoom(1.6)} />
        <Button aria-label={t`Farther`} icon={<Minus size={16} aria-hidden />} onClick={() => zoom(1 / 1.6)} />
        <Button aria-label={t`Show all`} icon={<Maximize size={16} aria-hidden />} onClick={() => setSight(null)} />
      </div>
    </div>
  );
}

const GRATICULE = [
  ...Array.from({ length: 37 }, (_, at) => `M${at * 10 - 180} -90v180`),
  ...Array.from({ length: 19 }, (_, at) => `M-180 ${at * 10 - 90}h360`),
].join("");

function useSize(frame: React.RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 800, height: 500 });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setSize({ width: entry!.contentRect.width, height: entry!.contentRect.height }));
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, [frame]);
  return size;
}

/** React's own listeners can't keep the page from scrolling. */
function useWheel(frame: React.RefObject<HTMLElement | null>, act: (event: WheelEvent) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const element = frame.current!;
    const listen = (event: WheelEvent): void => {
      event.preventDefault();
      latest.current(event);
    };
    element.addEventListener("wheel", listen, { passive: false });
    return () => element.removeEventListener("wheel", listen);
  }, [frame]);
}
