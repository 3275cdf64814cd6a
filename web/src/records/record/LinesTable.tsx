import { useDefs } from "../context";
import { type Field, isLink, type RecordAnswer, SYSTEM_FIELDS, type Values } from "../definitions";
import { AroundLines } from "../fields/file";
import { isBlank } from "../fields/kind";
import { ScrollX } from "../../kit/ScrollX";
import { kindOf } from "../fields/registry";

/** The lines of a record; those that say something in any line. */
export function LinesTable({ field, record }: { field: Field; record: RecordAnswer }) {
  const definitions = useDefs();
  const object = field.of ? definitions.objects[field.of] : undefined;
  const rows = record[field.name] as RecordAnswer[];
  if (!object || rows.length === 0) return null;
  const columns = object.fields.filter(
    (column) =>
      !SYSTEM_FIELDS.has(column.name) &&
      column.name !== object.parent_field &&
      !column.hidden &&
      (column.in_list || (!column.computed && !column.read_only)) &&
      (column.required || rows.some((row) => says(row[column.name]))),
  );
  return (
    <section className="q-facts-group">
      <h2>{field.label}</h2>
      <ScrollX label={field.label}>
        <AroundLines value={object.lines_of ? { object: object.lines_of, id: record.id, field: field.name } : null}>
          <table className="q-table" aria-label={field.label}>
            <thead>
              <tr>
                <th scope="col" className="q-line-number">
                  #
                </th>
                {columns.map((column) => (
                  <th key={column.name} scope="col" className={kindOf(column).align === "right" ? "q-right" : ""}>
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <tr key={row.id}>
                  <td className="q-line-number">{index + 1}</td>
                  {columns.map((column) => {
                    const { Cell, align } = kindOf(column);
                    return (
                      <td key={column.name} className={align === "right" ? "q-right" : isLink(column) ? "q-line-link" : ""}>
                        <Cell value={row[column.name]} field={column} row={around(record, row, column)} />
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </AroundLines>
      </ScrollX>
    </section>
  );
}

/** Blanks, zeros and noes from the first line to the last are noise. */
const says = (value: unknown): boolean => !isBlank(value) && value !== false && !/^0(\.0+)?$/.test(String(value));

/** A line's money may name the currency of the record around it: `order.currency`. */
function around(record: RecordAnswer, row: RecordAnswer, column: Field): Values {
  const [, inner] = (column.currency ?? "").split(".");
  if (!column.currency || !inner) return row;
  return { ...row, [`${column.currency}._label`]: record._labels?.[inner] };
}
