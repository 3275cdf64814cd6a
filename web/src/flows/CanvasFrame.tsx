/** What every drawing of cards and lines has: zoom, all of it small at the side, the nearest card that an arrow leads to. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import "./flows.css";

/** A card's upper left corner and size. */
export interface Spot {
  id: string;
  kind: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  from: string;
  to: string;
  points: [number, number][];
}

export interface Picture {
  cards: Spot[];
  edges: Line[];
  width: number;
  height: number;
}

interface CanvasFrameProps {
  drawing: Picture;
  label: string;
  /** Cards that the case being tried went through. */
  lit?: ReadonlySet<string>;
  /** Those of them that it has not left again. */
  halts?: ReadonlySet<string>;
  /** All of it is shown at first, but no smaller than this. */
  least?: number;
  onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  children: ReactNode;
}

export function CanvasFrame({ drawing, label, lit, halts, least, onKeyDown, children }: CanvasFrameProps) {
  const { t } = useLingui();
  const [zoom, setZoom] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  const middle = useRef(0.5);
  const fitting = () => Math.min(1, (frame.current!.clientWidth - 48) / drawing.width, (frame.current!.clientHeight - 48) / drawing.height);
  useLayoutEffect(() => {
    if (least) setZoom(Math.max(least, fitting()));
  }, []);
  useLayoutEffect(() => {
    const box = frame.current!;
    box.scrollLeft = middle.current * box.scrollWidth - box.clientWidth / 2;
  }, [zoom]);
  const noteMiddle = ({ currentTarget: box }: { currentTarget: HTMLElement }) => (middle.current = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth);
  const isLit = ({ from, to }: Line) => Boolean(lit?.has(from) && lit.has(to) && !halts?.has(from));
  const edges = lit?.size ? drawing.edges.toSorted((one, other) => Number(isLit(one)) - Number(isLit(other))) : drawing.edges;
  return (
    <>
      <div className="q-flow-canvas" ref={frame} onKeyDown={onKeyDown} onScroll={noteMiddle}>
        <div className="q-flow-sheet" style={{ width: drawing.width * zoom + 48, height: drawing.height * zoom + 48 }}>
          <div className="q-flow-scaled" style={{ width: drawing.width, height: drawing.height, transform: `scale(${zoom})` }} role="group" aria-label={label}>
            <svg width={drawing.width} height={drawing.height} aria-hidden>
              {edges.map((edge) => (
                <path key={`${edge.from} ${edge.to} ${edge.points[0]!.join()}`} d={`M${edge.points.map((point) => point.join()).join("L")}`} className={isLit(edge) ? "q-flow-lit" : ""} />
              ))}
            </svg>
            {children}
          </div>
        </div>
      </div>
      <div className="q-flow-zoom" role="group" aria-label={t`Zoom`}>
        <Button size="small" type="text" aria-label={t`Smaller`} icon={<ZoomOut size={15} aria-hidden />} onClick={() => setZoom(Math.max(0.2, zoom - 0.1))} />
        <span aria-live="polite">{Math.round(zoom * 100)} %</span>
        <Button size="small" type="text" aria-label={t`Larger`} icon={<ZoomIn size={15} aria-hidden />} onClick={() => setZoom(Math.min(1.5, zoom + 0.1))} />
        <Button size="small" type="text" aria-label={t`Show all`} icon={<Maximize2 size={15} aria-hidden />} onClick={() => setZoom(fitting())} />
      </div>
      <MiniMap drawing={drawing} frame={frame} zoom={zoom} />
    </>
  );
}

export const at = ({ x, y, width, height }: Spot) => ({ left: x, top: y, width, height });

/** All of it small, and the part that is seen; a press goes there. */
function MiniMap({ drawing, frame, zoom }: { drawing: Picture; frame: RefObject<HTMLDivElement | null>; zoom: number }) {
  const [seen, setSeen] = useState({ x: 0, y: 0, width: 0, height: 0 });
  useEffect(() => {
    const box = frame.current!;
    const look = () => setSeen({ x: box.scrollLeft / zoom, y: box.scrollTop / zoom, width: box.clientWidth / zoom, height: box.clientHeight / zoom });
    look();
    box.addEventListener("scroll", look, { passive: true });
    return () => box.removeEventListener("scroll", look);
  }, [drawing, frame, zoom]);
  if (drawing.height <= seen.height && drawing.width <= seen.width) return null;
  return (
    <svg
      className="q-flow-map q-desk-only"
      viewBox={`0 0 ${drawing.width} ${drawing.height}`}
      aria-hidden
      onClick={({ currentTarget, clientX, clientY }) => {
        const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(currentTarget.getScreenCTM()!.inverse());
        frame.current!.scrollTo({ left: (x - seen.width / 2) * zoom, top: (y - seen.height / 2) * zoom, behavior: "smooth" });
      }}
    >
      {drawing.cards.map(({ id, kind, x, y, width, height }) => (
        <rect key={id} className={`q-flow-map-${kind}`} x={x} y={y} width={width} height={height} rx={10} />
      ))}
      <rect className="q-flow-map-seen" {...seen} />
    </svg>
  );
}

/** The nearest card in that direction; what lies straight ahead is nearer than what lies aside. */
export function neighbour<C extends Spot>(cards: C[], here: C, [dx, dy]: [number, number]): C | undefined {
  const far = (card: C) => {
    const [x, y] = [card.x + card.width / 2 - here.x - here.width / 2, card.y - here.y];
    const ahead = x * dx + y * dy;
    return ahead <= 0 ? Infinity : ahead + 3 * Math.abs(dx ? y : x);
  };
  const [next] = cards.filter((card) => far(card) < Infinity).toSorted((one, other) => far(one) - far(other));
  return next;
}
