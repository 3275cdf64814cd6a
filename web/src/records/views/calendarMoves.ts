/** Moving and stretching what stands in a calendar, by drag and by keys. */
import { useLingui } from "@lingui/react/macro";
import type { KeyboardEvent, PointerEvent } from "react";
import type { ObjectInfo } from "../definitions";
import { titleOf } from "../query";
import { dayOf } from "./days";
import { dropAt, useDragging } from "./dragging";
import { useMove } from "./moving";
import { canMove, canResize, moved, type Placed, stretched, type When } from "./spans";

interface Carried {
  span: Placed;
  part: "whole" | "end";
  /** Where it was grabbed. */
  from: string | null;
}

/** `2026-11-22` or, in a grid of hours, `2026-11-22 570`. */
export function distance(from: string | null, to: string | null): { days: number; minutes: number } {
  if (!from || !to) return { days: 0, minutes: 0 };
  const minute = (place: string) => Number(place.split(" ")[1] ?? Number.NaN);
  const minutes = minute(to) - minute(from);
  return { days: dayOf(to) - dayOf(from), minutes: Number.isNaN(minutes) ? 0 : minutes };
}

const WAYS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export function useCalendarMoves(object: ObjectInfo, when: When | undefined) {
  const { t } = useLingui();
  const move = useMove(object);
  const { dragged, grab } = useDragging<Carried>(({ carried: { span, part, from }, over }) => {
    const { days, minutes } = distance(from, over);
    if (days || minutes) void put(span, part, days, minutes);
  });
  const mayMove = Boolean(when && canMove(object, when));
  const mayResize = Boolean(when && canResize(object, when));

  function put({ row }: Placed, part: Carried["part"], days: number, minutes = 0): Promise<boolean> {
    if (!when) return Promise.resolve(false);
    const values = part === "whole" ? moved(row, when, days, minutes) : stretched(row, when, days, minutes);
    return move(row, values, t`${titleOf(object, row)} moved`);
  }

  function press(event: KeyboardEvent, span: Placed): void {
    const days = event.altKey ? WAYS[event.key] : undefined;
    if (!days) return;
    event.preventDefault();
    const isEnd = event.shiftKey && Math.abs(days) === 1;
    if (isEnd ? mayResize : mayMove) void put(span, isEnd ? "end" : "whole", days).then(() => focusBar(span.row.id));
  }

  function lift(event: PointerEvent, span: Placed, part: Carried["part"]): void {
    event.stopPropagation();
    if (part === "whole" ? mayMove : mayResize) grab(event, { span, part, from: dropAt(event.clientX, event.clientY) });
  }

  return { dragged, mayMove, mayResize, press, lift };
}

export type CalendarMoves = ReturnType<typeof useCalendarMoves>;

/** It may have been drawn anew in another week. */
function focusBar(id: number): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-bar="${id}"]`)?.focus());
}
