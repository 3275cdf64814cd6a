/** The world that the conformance suite and the differential fuzzer speak of; see tests/kernel/formulas/world.py. */
import { Decimal } from "../kit/decimal";
import { type Env, lift, type Read } from "./formula";
import { momentOf } from "./values";

type Values = Record<string, unknown>;

const TYPES: Record<string, string> = {
  ...typed("number", "n m i rate price cost total paid quantity local weight credit limit id"),
  ...typed("text", "t u note name state kind"),
  ...typed("boolean", "b c active taxable used"),
  ...typed("date", "d e since ship_on"),
  ...typed("moment", "at until"),
  ...typed("duration", "span wait took"),
  ...typed("choices", "tags"),
  ...typed("link", "owner department currency"),
  ...typed("date_range", "stay other"),
  ...typed("address", "place"),
};
const LINKED = new Set(["customer", "payer", "product", "region"]);
const LISTS = new Set(["lines", "parts"]);
const FIXED: Values = { me: { id: 7, department: 3, limit: "500", name: "Mei" }, company: { id: 1, currency: 1, name: "Harbour" } };

function typed(type: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, type]));
}

/** Records written out have no ids: each gets one when it is first met. */
const ids = new Map<unknown, Decimal>();
function idOf(record: unknown): Decimal {
  if (!ids.has(record)) ids.set(record, new Decimal(100_000 + ids.size));
  return ids.get(record)!;
}

function reader(values: Values, parent?: Read): Read {
  const read: Read = (path) => {
    const [first = "", ...rest] = path;
    if (first in FIXED) return rest.length === 0 ? new Decimal((FIXED[first] as { id: number }).id) : reader(FIXED[first] as Values)(rest);
    if ((first === "parent" || first === "line") && parent) return rest.length === 0 ? undefined : parent(rest);
    const value = values[first];
    if (LINKED.has(first)) {
      if (value === null || value === undefined) return null;
      return rest.length === 0 ? idOf(value) : reader(value as Values)(rest);
    }
    if (rest.length > 0) return undefined;
    if (first === "id") return idOf(values);
    return TYPES[first] ? lift(value, TYPES[first]) : undefined;
  };
  read.rows = (list) => (LISTS.has(list) ? ((values[list] as Values[] | undefined) ?? []).map((row) => reader(row, read)) : undefined);
  return read;
}

export function worldOf(values: Values): Env {
  const read = reader(values);
  return { read, rows: read.rows, today: "2026-11-22", timezone: "Asia/Shanghai", now: momentOf("2026-11-22T04:30:15Z"), myDepartments: [new Decimal(3), new Decimal(4)] };
}
