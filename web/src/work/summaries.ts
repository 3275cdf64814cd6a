/** What the records of a list of work are about, in a line: asked for once an object, as the roles and the tasks show it. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "../kit/api";
import { currencySign, showDecimal } from "../kit/decimal";
import { useDefs, useKnown } from "../records/context";
import { type Definitions, fieldAt, type Field, type ObjectInfo, type RecordAnswer, type Values } from "../records/definitions";
import { isBlank } from "../records/fields/kind";
import { currencyOf } from "../records/fields/number";
import { kindOf } from "../records/fields/registry";
import { askedFields, defaultColumns, type ListPage } from "../records/query";
import { type Flow, type Listed, useFlows } from "./told";

const MOST = 3;
const TOLD_WITH_LABEL = new Set(["number", "date", "moment", "percent", "boolean"]);
const LEFT_OUT = new Set(["serial", "user", "department", "lookup", "long_text", "json", "file", "files", "image", "images"]);

export interface About {
  /** What the record is, also where only a task shows it. */
  object?: ObjectInfo;
  /** “Yearly leave · Days 3”. */
  summary: string;
}

export function useSummaries(rows: RecordAnswer[], listed: Listed): (row: RecordAnswer) => About {
  const byRoles = useDefs();
  const definitions = useMemo(() => ({ ...byRoles, objects: { ...listed.objects, ...byRoles.objects } }), [byRoles, listed.objects]);
  const { currency } = useKnown();
  const { data: flows = [] } = useFlows();
  const asked = askedOf(rows, flows, byRoles);
  const found = useQueries({
    queries: asked.map(({ object, ids, paths }) => ({
      queryKey: ["list", object.name, "summaries", ids, paths],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        get<ListPage>(`/api/records/${object.name}`, { where: `id in (${ids.join(", ")})`, fields: askedFields(object, paths, definitions).join(","), limit: ids.length }, signal),
      retry: false,
      staleTime: 30_000,
    })),
    combine: (answers) => new Map(answers.flatMap(({ data }, index) => (data?.records ?? []).map((record) => [key(asked[index]!.object.name, record.id), record] as const))),
  });
  return (row) => {
    const object = definitions.objects[String(row.object)];
    const byTask = listed.records[String(row.object)]?.find(({ id }) => id === Number(row.record));
    const record = { ...found.get(key(row.object, row.record)), ...byTask };
    const paths = object ? pathsOf(object, flows.find((flow) => flow.flow === row.flow), definitions) : [];
    return { object, summary: object ? sentence(object, paths, record, definitions, currency) : "" };
  };
}

const key = (object: unknown, record: unknown): string => `${object} ${record}`;

interface Asked {
  object: ObjectInfo;
  ids: number[];
  paths: string[];
}

function askedOf(rows: RecordAnswer[], flows: Flow[], definitions: Definitions): Asked[] {
  const asked = new Map<string, { ids: Set<number>; paths: Set<string> }>();
  for (const row of rows) {
    const object = definitions.objects[String(row.object)];
    if (!object || !row.record) continue;
    const entry = asked.get(object.name) ?? { ids: new Set(), paths: new Set() };
    entry.ids.add(Number(row.record));
    pathsOf(object, flows.find((flow) => flow.flow === row.flow), definitions).forEach((path) => entry.paths.add(path));
    asked.set(object.name, entry);
  }
  return [...asked].map(([name, { ids, paths }]) => ({ object: definitions.objects[name]!, ids: [...ids].sort((a, b) => a - b), paths: [...paths].sort() }));
}

/** Those that the flow names; else the first of the record's list that say more than its title and state, its amount among them. */
export function pathsOf(object: ObjectInfo, flow: Flow | undefined, definitions: Definitions): string[] {
  const named = flow?.summary ?? [];
  if (named.length > 0) return named.filter((path) => fieldAt(definitions, object, path));
  const telling = (path: string) => {
    const field = fieldAt(definitions, object, path);
    return field && path !== object.title && path !== object.state_field && !LEFT_OUT.has(field.type) && !path.endsWith("_at");
  };
  const told = defaultColumns(object).filter(telling);
  const amount = told.find((path) => fieldAt(definitions, object, path)?.type === "money");
  return [...new Set([...told.slice(0, amount ? MOST - 1 : MOST), ...(amount ? [amount] : [])])];
}

export function sentence(object: ObjectInfo, paths: string[], record: Values, definitions: Definitions, currency: string): string {
  const parts = paths.map((path) => {
    const field = fieldAt(definitions, object, path);
    return field && !isBlank(record[path]) ? words(field, record[path], record, currency) : "";
  });
  return parts.filter(Boolean).join(" · ");
}

/** Amounts, choices and names speak for themselves; bare numbers and days say what they are. */
function words(field: Field, value: unknown, record: Values, currency: string): string {
  const type = field.result ?? field.type;
  const text = type === "number" ? showDecimal(String(value)) : kindOf(field).text(value, field, record);
  if (type === "money") return `${currencySign(currencyOf(field, record, currency))}${text}`;
  return TOLD_WITH_LABEL.has(type) ? `${field.label} ${text}` : text;
}
