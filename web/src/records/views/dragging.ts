/** Dragging by mouse, pen or finger: what is carried, how far, and over which place (`data-drop`).

A finger holds still for a moment first, so that swiping still scrolls. Escape gives up. */
import { type PointerEvent as ReactPointerEvent, useEffect, useRef, useState } from "react";

export interface Dragged<T> {
  carried: T;
  dx: number;
  dy: number;
  over: string | null;
}

const FAR = 5;
const HOLD = 280;
const EDGE = 36;

interface Options {
  /** Told of each pixel, and not only of each new place. */
  byPixel?: boolean;
}

export function useDragging<T>(onDrop: (dragged: Dragged<T>) => void, { byPixel = false }: Options = {}) {
  const [dragged, setDragged] = useState<Dragged<T> | null>(null);
  const drop = useRef(onDrop);
  const end = useRef<() => void>(undefined);
  useEffect(() => {
    drop.current = onDrop;
  });
  useEffect(() => () => end.current?.(), []);

  function grab(event: ReactPointerEvent<Element>, carried: T): void {
    if (event.button !== 0 || end.current) return;
    const source = event.currentTarget as HTMLElement;
    const [x, y, isTouch] = [event.clientX, event.clientY, event.pointerType === "touch"];
    let now: Dragged<T> | null = null;
    let ghost: HTMLElement | undefined;
    const timer = isTouch ? setTimeout(() => begin(), HOLD) : undefined;

    function begin(): void {
      now = { carried, dx: 0, dy: 0, over: null };
      if (!byPixel) ghost = ghostOf(source);
      document.body.classList.add("q-dragging");
      setDragged(now);
    }

    function move(event: PointerEvent): void {
      const [dx, dy] = [event.clientX - x, event.clientY - y];
      if (!now && Math.hypot(dx, dy) > FAR) {
        if (isTouch) return stop();
        begin();
      }
      if (!now) return;
      event.preventDefault();
      if (ghost) ghost.style.transform = `translate(${dx}px, ${dy}px) rotate(1deg)`;
      scrollNear(event);
      const over = dropAt(event.clientX, event.clientY);
      const isNew = byPixel || over !== now.over;
      now = { carried, dx, dy, over };
      if (isNew) setDragged(now);
    }

    function stop(): void {
      clearTimeout(timer);
      ghost?.remove();
      for (const [name, act] of listeners) window.removeEventListener(name, act as EventListener, true);
      end.current = undefined;
      document.body.classList.remove("q-dragging");
      setDragged(null);
    }

    function up(): void {
      const last = now;
      stop();
      if (!last) return;
      swallowClick();
      drop.current(last);
    }

    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || !now) return;
      event.stopPropagation();
      stop();
      swallowClick();
    };
    const hold = (event: TouchEvent): void => {
      if (now) event.preventDefault();
    };
    const listeners = [["pointermove", move], ["pointerup", up], ["pointercancel", stop], ["keydown", press], ["touchmove", hold]] as const;
    for (const [name, act] of listeners) window.addEventListener(name, act as EventListener, { capture: true, passive: false });
    end.current = stop;
  }

  return { dragged, grab };
}

function ghostOf(source: HTMLElement): HTMLElement {
  const box = source.getBoundingClientRect();
  const ghost = source.cloneNode(true) as HTMLElement;
  ghost.classList.add("q-ghost");
  ghost.setAttribute("aria-hidden", "true");
  Object.assign(ghost.style, { position: "fixed", left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px`, margin: "0" });
  document.body.append(ghost);
  return ghost;
}

/** What was dragged isn't pressed too. */
function swallowClick(): void {
  const swallow = (event: Event): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", swallow, true));
}

/** The place at a point, even where something lies upon it. */
export function dropAt(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const place = element.closest<HTMLElement>("[data-drop]");
    if (place) return place.dataset.drop ?? null;
  }
  return null;
}

function scrollNear({ clientX, clientY }: PointerEvent): void {
  const scroller = document.elementFromPoint(clientX, clientY)?.closest<HTMLElement>("[data-scrolls]");
  if (!scroller) return;
  const box = scroller.getBoundingClientRect();
  const by = (at: number, from: number, to: number) => (at < from + EDGE ? -14 : at > to - EDGE ? 14 : 0);
  scroller.scrollBy(by(clientX, box.left, box.right), by(clientY, box.top, box.bottom));
}
