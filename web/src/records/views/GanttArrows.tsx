import { useMemo } from "react";
import { type GanttFacts } from "./GanttLine";
import { arrowOf, type BarLine, HEAD, ROW } from "./ganttLines";

interface ArrowsProps {
  facts: GanttFacts;
  first: number;
  last: number;
}

interface Drawn {
  key: number;
  path: string;
  isLate: boolean;
}

/** What waits for what, near the lines in sight. Red where the follower begins before the other ends. */
export function Arrows({ facts, first, last }: ArrowsProps) {
  const { lines, state, width, side, range, moves } = facts;
  const { depends } = state.shape;
  const places = useMemo(() => new Map(lines.flatMap((line, index) => (line.kind === "bar" ? [[line.row.id, { line, index }] as const] : []))), [lines]);
  if (!depends) return null;
  const x = (day: number) => side + (day - range.from) * width;
  const y = (index: number) => HEAD + index * ROW + ROW / 2;

  function draw({ line, index }: { line: BarLine; index: number }): Drawn[] {
    const before = places.get(line.row[depends] as number);
    const [ends, begins] = [before && moves.shown(before.line.row, before.line.at), moves.shown(line.row, line.at)];
    if (!before || !ends || !begins || (Math.max(index, before.index) < first || Math.min(index, before.index) > last)) return [];
    return [{ key: line.row.id, path: arrowOf(x(ends.to + 1), y(before.index), x(begins.from), y(index)), isLate: begins.from <= ends.to }];
  }

  const arrows = [...places.values()].flatMap(draw);
  return (
    <svg className="q-gantt-arrows" aria-hidden>
      <defs>
        {["", "-late"].map((kind) => (
          <marker key={kind} id={`q-arrow${kind}`} className={`q-gantt-tip${kind}`} viewBox="0 0 6 6" refX="5.5" refY="3" markerWidth="6" markerHeight="6" orient="auto">
            <path d="M0 0L6 3L0 6Z" />
          </marker>
        ))}
      </defs>
      {arrows.map(({ key, path, isLate }) => (
        <path key={key} d={path} className={isLate ? "q-late" : ""} markerEnd={`url(#q-arrow${isLate ? "-late" : ""})`} />
      ))}
    </svg>
  );
}
