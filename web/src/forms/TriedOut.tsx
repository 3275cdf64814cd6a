/** While a draft is tried, saving tells what it would come to; nothing is written. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueries } from "@tanstack/react-query";
import { Eye } from "lucide-react";
import { useEffect, useRef } from "react";
import { type FieldProblem, get, post, Problem } from "../kit/api";
import { useDefs } from "../records/context";
import { type Field, isLink, type ObjectInfo, type RecordAnswer, SYSTEM_FIELDS, type Values } from "../records/definitions";
import { titleOf } from "../records/query";
import { isBlank } from "../records/fields/kind";
import { kindOf } from "../records/fields/registry";
import { LinesTable } from "../records/record/LinesTable";
import { useTrying } from "../suggest/trying";

interface Asked {
  values: Values;
  /** The record that would be changed. */
  id?: number;
}

interface Outcome {
  values: Values;
  problems: FieldProblem[];
}

/** What would be refused stands beside its fields, as on saving. */
export function useTryOut(object: ObjectInfo) {
  const trying = useTrying();
  const run = useMutation({
    mutationFn: async ({ values: { version: _, ...values }, id }: Asked) => {
      const outcome = await post<Outcome>(`/api/drafts/${trying?.draft}/try`, { object: object.name, values, id });
      if (outcome.problems.length > 0) throw new Problem(422, { code: "wrong_input", detail: outcome.problems[0]?.detail, fields: outcome.problems });
      return outcome.values;
    },
  });
  return { isTrying: trying !== null, run: run.mutate, isPending: run.isPending, error: run.error, values: run.data };
}

interface TriedOutProps {
  object: ObjectInfo;
  values: Values;
  labels: Record<string, string>;
}

export function TriedOut({ object, values, labels }: TriedOutProps) {
  const { t } = useLingui();
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.scrollIntoView?.({ block: "nearest" }), [values]);
  const record = { ...values, id: 0, _labels: { ...useLinkLabels(object, values), ...labels } } as RecordAnswer;
  const said = object.fields.filter((field) => !SYSTEM_FIELDS.has(field.name) && !field.hidden && !isBlank(values[field.name]));
  return (
    <section ref={box} className="q-tried-out" role="status">
      <h2>
        <Eye size={16} aria-hidden /> {t`This is what would be saved. Nothing was: you are trying a draft.`}
      </h2>
      <dl className="q-facts">{said.filter((field) => field.type !== "lines").map((field) => <Would key={field.name} field={field} record={record} />)}</dl>
      {said.filter((field) => field.type === "lines").map((field) => (
        <LinesTable key={field.name} field={field} record={{ ...record, [field.name]: numberedRows(values[field.name]) }} />
      ))}
    </section>
  );
}

/** What linked records are called that a default or a formula brought. */
function useLinkLabels(object: ObjectInfo, values: Values): Record<string, string> {
  const { objects } = useDefs();
  const links = object.fields.filter((field) => isLink(field) && objects[field.to ?? ""] && typeof values[field.name] === "number");
  const found = useQueries({
    queries: links.map((field) => ({
      queryKey: ["record", field.to, String(values[field.name])],
      queryFn: () => get<RecordAnswer>(`/api/records/${field.to}/${String(values[field.name])}`),
      staleTime: 60_000,
      retry: false,
    })),
  });
  return Object.fromEntries(links.flatMap((field, at) => (found[at]?.data ? [[field.name, titleOf(objects[field.to!]!, found[at].data)]] : [])));
}

function Would({ field, record }: { field: Field; record: RecordAnswer }) {
  const { Cell } = kindOf(field);
  return (
    <div className="q-fact">
      <dt>{field.label}</dt>
      <dd>
        <Cell value={record[field.name]} field={field} row={record} />
      </dd>
    </div>
  );
}

const numberedRows = (rows: unknown): Values[] => (Array.isArray(rows) ? rows.map((row: Values, at) => ({ ...row, id: row.id ?? -1 - at })) : []);
