/** A record in few words: its title, then what it says of the columns. */
import { useDefs } from "../context";
import { fieldAt, type ObjectInfo, type RecordAnswer } from "../definitions";
import { kindOf } from "../fields/registry";
import { isBlank } from "../fields/kind";
import { titleOf } from "../query";
import type { Tones } from "./colours";

interface CardFieldsProps {
  object: ObjectInfo;
  row: RecordAnswer;
  columns: string[];
  /** Said already by where the card is. */
  except: string[];
  tones?: Tones;
  most?: number;
}

export function CardFields({ object, row, columns, except, tones, most = 4 }: CardFieldsProps) {
  const definitions = useDefs();
  const said = new Set([object.title, ...except]);
  const shown = columns.filter((path) => !said.has(path) && !isBlank(row[path])).slice(0, most);
  return shown.map((path) => {
    const field = fieldAt(definitions, object, path);
    if (!field || row[path] === false) return null;
    const { Cell } = kindOf(field);
    const tone = tones?.fields[path];
    return (
      <div key={path} className={`q-board-card-field${tone ? ` q-toned-text-${tone}` : ""}`} title={field.label}>
        <Cell value={row[path]} field={field} row={row} dense />
        {row[path] === true && field.label}
      </div>
    );
  });
}

/** What the columns say, as one line of text. */
export function useCardText(object: ObjectInfo): (row: RecordAnswer, columns: string[]) => string {
  const definitions = useDefs();
  return (row, columns) => {
    const parts = columns.filter((path) => path !== object.title).flatMap((path) => {
      const field = fieldAt(definitions, object, path);
      const text = field && !isBlank(row[path]) ? kindOf(field).text(row[path], field, row) : "";
      return field && text ? `${field.label}: ${text}` : [];
    });
    return [titleOf(object, row), ...parts].join("\n");
  };
}
