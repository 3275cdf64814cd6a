import { type ReactNode, useEffect, useRef, useState } from "react";

/** A wide table on a narrow screen: it scrolls sideways by itself, with the keyboard too. */
export function ScrollX({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [isWide, setWide] = useState(false);
  useEffect(() => {
    const { current } = box;
    if (!current) return;
    const measure = () => setWide(current.scrollWidth > current.clientWidth);
    const watch = new ResizeObserver(measure);
    watch.observe(current);
    if (current.firstElementChild) watch.observe(current.firstElementChild);
    return () => watch.disconnect();
  }); // after each drawing: the table inside may be another one
  return (
    <div ref={box} className="q-scroll-x" {...(isWide ? { role: "region", "aria-label": label, tabIndex: 0 } : {})}>
      {children}
    </div>
  );
}
