import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useRef } from "react";
import { useDefs } from "../context";
import { type Field, isLink, type RecordAnswer, SYSTEM_FIELDS, type Values } from "../definitions";
import { AroundLines } from "../fields/file";
import { isBlank } from "../fields/kind";
import { ScrollX } from "../../kit/ScrollX";
import { kindOf } from "../fields/registry";
import "../../forms/lines.css";

const NONE: RecordAnswer[] = [];

/** The lines of a record; those that say something in any line. */
export function LinesTable({ field, record }: { field: Field; record: RecordAnswer }) {
  const definitions = useDefs();
  const object = field.of ? definitions.objects[field.of] : undefined;
  const rows = (record[field.name] ?? NONE) as RecordAnswer[];
  const scroller = useRef<HTMLDivElement>(null);
  const { drawn, above, below, isLong } = useInSight(scroller, rows.length);
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
      <Frame label={field.label} scroller={isLong ? scroller : null}>
        <AroundLines value={object.lines_of ? { object: object.lines_of, id: record.id, field: field.name } : null}>
          <table className="q-table q-line-cards" aria-label={field.label} aria-rowcount={isLong ? rows.length + 1 : undefined}>
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
              <Space height={above} />
              {drawn.map((index) => (
                <Line key={rows[index]!.id} index={index} row={rows[index]!} columns={columns} record={record} />
              ))}
              <Space height={below} />
            </tbody>
          </table>
        </AroundLines>
      </Frame>
    </section>
  );
}

interface LineProps {
  index: number;
  row: RecordAnswer;
  columns: Field[];
  record: RecordAnswer;
}

function Line({ index, row, columns, record }: LineProps) {
  return (
    <tr aria-rowindex={index + 2}>
      <td className="q-line-number">{index + 1}</td>
      {columns.map((column) => {
        const { Cell, align } = kindOf(column);
        return (
          <td key={column.name} data-label={column.label} className={align === "right" ? "q-right" : isLink(column) ? "q-line-link" : ""}>
            <Cell value={row[column.name]} field={column} row={around(record, row, column)} />
          </td>
        );
      })}
    </tr>
  );
}

/** Many lines scroll in a frame of their own, and only those in sight are drawn. */
function useInSight(scroller: RefObject<HTMLElement | null>, count: number) {
  const isLong = count > MANY;
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => ROW_HEIGHT, overscan: 8, enabled: isLong });
  if (!isLong) return { drawn: Array.from({ length: count }, (_, at) => at), above: 0, below: 0, isLong };
  const items = virtual.getVirtualItems();
  return { drawn: items.map(({ index }) => index), above: items[0]?.start ?? 0, below: virtual.getTotalSize() - (items.at(-1)?.end ?? 0), isLong };
}

const MANY = 60;
const ROW_HEIGHT = 37;

function Frame({ label, scroller, children }: { label: string; scroller: RefObject<HTMLDivElement | null> | null; children: ReactNode }) {
  if (!scroller) return <ScrollX label={label}>{children}</ScrollX>;
  return (
    <div ref={scroller} className="q-scroll-x q-lines-long" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

function Space({ height }: { height: number }) {
  return height > 0 ? (
    <tr aria-hidden className="q-lines-space">
      <td style={{ height }} />
    </tr>
  ) : null;
}

/** Blanks, zeros and noes from the first line to the last are noise. */
const says = (value: unknown): boolean => !isBlank(value) && value !== false && !/^0(\.0+)?$/.test(String(value));

/** A line's money may name the currency of the record around it: `order.currency`. */
function around(record: RecordAnswer, row: RecordAnswer, column: Field): Values {
  const [, inner] = (column.currency ?? "").split(".");
  if (!column.currency || !inner) return row;
  return { ...row, [`${column.currency}._label`]: record._labels?.[inner] };
}
