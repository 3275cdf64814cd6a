import { useLingui } from "@lingui/react/macro";
import { Dropdown } from "antd";
import { CircleAlert, EllipsisVertical, TriangleAlert, Zap } from "lucide-react";
import { memo, type RefObject } from "react";
import type { Row } from "./block";
import type { SheetKeys } from "./keys";
import type { SheetColumn } from "./Sheet";

export interface Mark {
  tone: "warning" | "bad";
  text: string;
}

/** How a row answered the case that is tried. */
export interface Lit {
  fires: boolean;
  cells: readonly (boolean | undefined)[];
}

interface SheetRowProps {
  id: string;
  row: Row;
  index: number;
  top: number;
  columns: SheetColumn[];
  /** Column of the current cell; -1 in other rows. */
  at: number;
  /** Chosen columns; -1 where none is. */
  from: number;
  to: number;
  /** The chosen area ends here. */
  isLast: boolean;
  isDrop: boolean;
  problems?: ReadonlyMap<number, string>;
  mark?: Mark;
  lit?: Lit;
  keys: RefObject<SheetKeys>;
}

export const SheetRow = memo(function SheetRow(props: SheetRowProps) {
  const { id, row, index, top, columns, at, from, to, isLast, isDrop, problems, mark, lit } = props;
  const isFiring = lit?.fires ?? false;
  return (
    <div role="row" aria-rowindex={index + 2} className={names({ "q-sheet-row": true, "q-sheet-firing": isFiring, "q-sheet-drop": isDrop })} style={{ top }}>
      <Gutter {...props} isFiring={isFiring} mark={mark} isCurrent={at >= 0} isChosen={from >= 0} />
      {columns.map((column, place) => {
        const text = row.cells[place] ?? "";
        const problem = problems?.get(place);
        const isIn = place >= from && place <= to;
        const className = names({ "q-sheet-cell": true, [`q-sheet-${column.side}`]: true, "q-sheet-at": place === at, "q-sheet-in": isIn, "q-sheet-wrong": Boolean(problem), "q-sheet-holds": lit?.cells[place] === true, "q-sheet-fails": lit?.cells[place] === false, "q-sheet-any": text === "" && column.side === "input" });
        return (
          <div key={column.key} id={`${id}-${index}-${place}`} role="gridcell" aria-colindex={place + 2} aria-selected={isIn} aria-invalid={Boolean(problem)} className={className} data-spot={`${index} ${place}`} title={problem}>
            <span className="q-ellipsis">{text === "" ? column.blank : (column.show?.(text) ?? text)}</span>
            {problem && <CircleAlert size={14} aria-label={problem} className="q-sheet-sign" />}
            {isLast && place === to && <span className="q-sheet-fill" aria-hidden />}
          </div>
        );
      })}
    </div>
  );
});

function Gutter({ index, mark, isFiring, isCurrent, isChosen, keys }: SheetRowProps & { isFiring: boolean; isCurrent: boolean; isChosen: boolean }) {
  const { t } = useLingui();
  return (
    <div role="rowheader" className={names({ "q-sheet-gutter": true, "q-sheet-in": isChosen })} data-spot={`${index} -1`} title={mark?.text}>
      {isFiring ? <Zap size={14} aria-label={t`This row fires`} className="q-sheet-fires" /> : mark && <TriangleAlert size={14} aria-label={mark.text} className={`q-sheet-mark q-sheet-mark-${mark.tone}`} />}
      <span>{index + 1}</span>
      {isCurrent && <RowMenu index={index} keys={keys} />}
    </div>
  );
}

function RowMenu({ index, keys }: { index: number; keys: RefObject<SheetKeys> }) {
  const { t } = useLingui();
  const area = () => keys.current.area;
  const acts: Record<string, () => void> = {
    above: () => keys.current.insert(area().top),
    below: () => keys.current.insert(area().bottom + 1),
    copy: () => keys.current.duplicate(),
    up: () => keys.current.move(area(), area().top - 1),
    down: () => keys.current.move(area(), area().bottom + 2),
    remove: () => keys.current.remove(),
  };
  const items = [
    { key: "above", label: t`Insert a row above`, extra: "Ctrl ⇧ ⏎" },
    { key: "below", label: t`Insert a row below`, extra: "Ctrl ⏎" },
    { key: "copy", label: t`Copy the row below` },
    { key: "up", label: t`Move up`, extra: "Alt ↑" },
    { key: "down", label: t`Move down`, extra: "Alt ↓" },
    { type: "divider" as const },
    { key: "remove", label: t`Remove`, danger: true, extra: "Ctrl ⌫" },
  ];
  function act(key: string): void {
    acts[key]?.();
    keys.current.focus();
  }
  return (
    <Dropdown trigger={["click"]} menu={{ items, onClick: ({ key }) => act(key) }}>
      <button type="button" tabIndex={-1} className="q-sheet-menu" aria-label={t`What to do with row ${index + 1}`}>
        <EllipsisVertical size={14} aria-hidden />
      </button>
    </Dropdown>
  );
}

const names = (classes: Record<string, boolean>): string => Object.keys(classes).filter((name) => classes[name]).join(" ");
