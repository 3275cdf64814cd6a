/** The one input of a sheet: unseen while a cell is only stood on, the cell itself while it is written. */
import { type CSSProperties, type KeyboardEvent, type Ref, useState } from "react";
import { useId } from "react";
import type { SheetKeys } from "./keys";
import type { Offer } from "./Sheet";

interface CellInputProps {
  ref: Ref<HTMLInputElement>;
  label: string;
  /** The cell that is stood on, for those who don't see it. */
  cell: string;
  keys: SheetKeys;
  offers?: Offer[];
  style: CSSProperties;
}

export function CellInput({ ref, label, cell, keys, offers = [], style }: CellInputProps) {
  const { editing } = keys;
  const list = useId();
  const [pointed, point] = useState(-1);
  const fitting = editing ? offered(offers, editing.text) : [];
  const chosen = fitting[pointed];

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    const by = fitting.length && !event.nativeEvent.isComposing ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : undefined;
    if (by && editing) {
      event.preventDefault();
      point((pointed + by + fitting.length + (pointed < 0 && by < 0 ? 1 : 0)) % fitting.length);
    } else if (editing && chosen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      keys.finish(taken(editing.text, chosen), event.key === "Enter" ? { rows: 1, columns: 0 } : { rows: 0, columns: 1 });
      point(-1);
    } else keys.press(event);
  }

  return (
    <div className={`q-sheet-over${editing ? " q-sheet-editing" : ""}`} style={style}>
      <input
        ref={ref}
        className="q-sheet-input"
        aria-label={label}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={fitting.length > 0}
        aria-controls={fitting.length > 0 ? list : undefined}
        aria-activedescendant={editing ? (chosen ? `${list}-${pointed}` : undefined) : cell}
        autoComplete="off"
        spellCheck={false}
        size={Math.max(1, Math.min(60, editing?.text.length ?? 0))}
        value={editing?.text ?? ""}
        onChange={(event) => {
          point(-1);
          keys.type(event.target.value);
        }}
        onKeyDown={press}
        onCopy={keys.copy}
        onCut={keys.copy}
        onPaste={keys.paste}
        onBlur={() => editing && keys.finish(editing.text, undefined, false)}
      />
      {fitting.length > 0 && (
        <ul role="listbox" id={list} className="q-sheet-offers">
          {fitting.map((offer, at) => (
            <li
              key={offer.text}
              id={`${list}-${at}`}
              role="option"
              aria-selected={at === pointed}
              onPointerDown={(event) => {
                event.preventDefault();
                event.stopPropagation();
                keys.finish(taken(editing!.text, offer));
              }}
            >
              {offer.label} <code>{offer.text}</code>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

const MANY = 8;
const LAST = /[^,]*$/;

/** What fits the last of the values that are written. */
function offered(offers: Offer[], text: string): Offer[] {
  const wanted = (LAST.exec(text)?.[0] ?? "").replace(/^\s*(not\s+)?["“]?/, "").replace(/["”]\s*$/, "").trim().toLocaleLowerCase();
  const exact = offers.some((offer) => offer.text === text.trim());
  if (exact) return [];
  return offers.filter(({ text: written, label }) => [written, label].some((each) => each.replace(/^"/, "").toLocaleLowerCase().includes(wanted))).slice(0, MANY);
}

const taken = (text: string, { text: written }: Offer): string => text.replace(LAST, (last) => (last === text ? "" : " ") + (/^\s*not\s/.test(last) ? "not " : "") + written);
