/** What changes a plan: bars moved and stretched, and what waits for what. */
import { useLingui } from "@lingui/react/macro";
import type { KeyboardEvent, PointerEvent } from "react";
import { Problem } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { canWrite, fieldOf, type ObjectInfo, type RecordAnswer } from "../definitions";
import { titleOf } from "../query";
import type { Span } from "./days";
import { useDragging } from "./dragging";
import { leadsBack } from "./ganttLines";
import { useMove } from "./moving";
import type { Shape } from "./shape";
import { begun, canMove, canResize, moved, type Placed, stretched, type When } from "./spans";

export type Part = "whole" | "begin" | "end" | "link";

interface Carried {
  row: RecordAnswer;
  part: Part;
}

export function useGanttMoves(object: ObjectInfo, shape: Shape, when: When | undefined, rows: RecordAnswer[], width: number) {
  const { t } = useLingui();
  const move = useMove(object);
  const notices = useNotices();
  const depends = fieldOf(object, shape.depends);
  const mayMove = Boolean(when && canMove(object, when));
  const mayResize = Boolean(when && canResize(object, when));
  const mayLink = Boolean(object.may.change && !object.append_only && depends && canWrite(depends, false));
  const { dragged, grab } = useDragging<Carried>(
    ({ carried: { row, part }, dx, over }) => {
      if (part === "link") void wait(rows.find(({ id }) => `bar ${id}` === over), row);
      else void put(row, part, Math.round(dx / width));
    },
    { byPixel: true },
  );

  function put(row: RecordAnswer, part: Part, days: number): Promise<boolean> {
    if (!when || days === 0) return Promise.resolve(false);
    const values = { whole: moved, begin: begun, end: stretched, link: () => ({}) }[part](row, when, days);
    return move(row, values, t`${titleOf(object, row)} moved`);
  }

  /** The first waits for the second, or for nothing. */
  async function wait(row: RecordAnswer | undefined, before: RecordAnswer | null): Promise<void> {
    if (!row || !depends || row.id === before?.id) return;
    const waitsFor = (id: number) => (rows.find((each) => each.id === id)?.[depends.name] as number | null) ?? undefined;
    const title = titleOf(object, row);
    if (before && leadsBack(row.id, before.id, waitsFor)) {
      notices.problem(new Problem(409, { detail: t`${titleOf(object, before)} already waits for ${title}; one of them must come first.` }));
      return;
    }
    await move(row, { [depends.name]: before?.id ?? null, [`${depends.name}._label`]: before && titleOf(object, before) }, before ? t`${title} waits for ${titleOf(object, before)}` : t`${title} waits for nothing`);
  }

  function press(event: KeyboardEvent, row: RecordAnswer): void {
    const days = event.altKey ? { ArrowLeft: -1, ArrowRight: 1 }[event.key] : undefined;
    if (!days) return;
    event.preventDefault();
    if (event.shiftKey ? mayResize : mayMove) void put(row, event.shiftKey ? "end" : "whole", days);
  }

  function lift(event: PointerEvent, row: RecordAnswer, part: Part): void {
    event.stopPropagation();
    if ({ whole: mayMove, begin: mayResize, end: mayResize, link: mayLink }[part]) grab(event, { row, part });
  }

  /** Where the bar is while it is dragged. */
  function shown(row: RecordAnswer, at: Placed | undefined): Span | undefined {
    if (!at || dragged?.carried.row.id !== row.id) return at;
    const days = Math.round(dragged.dx / width);
    const { part } = dragged.carried;
    if (part === "whole") return { from: at.from + days, to: at.to + days };
    if (part === "begin") return { from: Math.min(at.to, at.from + days), to: at.to };
    return part === "end" ? { from: at.from, to: Math.max(at.from, at.to + days) } : at;
  }

  function place(row: RecordAnswer, day: number, of: (day: number) => Record<string, unknown>): void {
    if (mayMove) void move(row, of(day), t`${titleOf(object, row)} is planned`);
  }

  return { dragged, mayMove, mayResize, mayLink, press, lift, shown, wait, place };
}

export type GanttMoves = ReturnType<typeof useGanttMoves>;
