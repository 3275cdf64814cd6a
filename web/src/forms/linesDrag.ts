/** Carrying a line by its grip, and a value down by the corner of its cell: pointer only, keys do the same elsewhere. */
import { type PointerEvent, useState } from "react";

const EDGE = 36;
const STEP = 14;

/** The row under the pointer among those that are drawn; past the ends the first or the last. */
function rowUnder(body: Element, y: number): number {
  const rows = [...body.querySelectorAll<HTMLElement>("tr[data-row]")];
  const hit = rows.find((row) => y < row.getBoundingClientRect().bottom) ?? rows.at(-1);
  return Number(hit?.dataset.row ?? 0);
}

function scrollAtEdge(scroller: Element | null, y: number): void {
  if (!scroller) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  if (y > bottom - EDGE) scroller.scrollTop += STEP;
  else if (y < top + EDGE) scroller.scrollTop -= STEP;
}

/** While the pointer is down: from which row, and over which it is. */
export interface Carried {
  from: number;
  over: number;
  /** The column of a value that is carried down; a line carries itself. */
  column?: number;
}

export function useCarry(onDrop: (carried: Carried) => void) {
  const [carried, setCarried] = useState<Carried | null>(null);

  function begin(event: PointerEvent<HTMLElement>, from: number, column?: number): void {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    const body = event.currentTarget.closest("tbody")!;
    const scroller = body.closest(".q-lines-long");
    let now: Carried = { from, over: from, column };
    const move = ({ clientY }: { clientY: number }) => {
      scrollAtEdge(scroller, clientY);
      const over = rowUnder(body, clientY);
      now = { ...now, over: column === undefined ? over : Math.max(from, over) };
      setCarried(now);
    };
    const stop = (isDropped: boolean) => {
      end.abort();
      setCarried(null);
      if (isDropped && now.over !== from) onDrop(now);
    };
    const end = new AbortController();
    window.addEventListener("pointermove", move, { signal: end.signal });
    window.addEventListener("pointerup", () => stop(true), { signal: end.signal });
    window.addEventListener("pointercancel", () => stop(false), { signal: end.signal });
    window.addEventListener("keydown", ({ key }) => key === "Escape" && stop(false), { signal: end.signal });
    setCarried(now);
  }

  return { carried, begin };
}
