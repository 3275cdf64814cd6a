/** “Try with order SO-2026-0042”, or with typed values: the answer, and the row that gave it lit in the table. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { FlaskConical, Plus } from "lucide-react";
import { useDeferredValue, useEffect, useMemo, useState } from "react";
import { inSentence } from "../../../kit/i18n";
import { useProblemWords } from "../../../kit/states";
import { fetchOptions, type Option } from "../../../records/fields/options";
import { useDesign, labelOf } from "../../context";
import { bodyOf } from "../../acts";
import type { Body } from "../../draft";
import { useSettled } from "../../formula/checking";
import { Labelled } from "../../parts";
import { columnsOf, inputsOf, isSheet, partsOf, withTest } from "../model";
import { rowPlace, usePlaceWords } from "../places";
import { type Case, evaluateCase, type Explained } from "../server";
import { stampOf, useRule } from "../state";
import { useNames } from "../names";
import { offersOf } from "../table/columns";
import { previewed } from "./preview";
import { Outcome, shownValue } from "./values";
import { ValueInput } from "./ValueInput";

export function TryCase() {
  const { t } = useLingui();
  const { name, object, body, put, explain, wanted, folded } = useRule();
  const { number, store } = useDesign();
  const [record, setRecord] = useState<Option>();
  const [isWhole, setWhole] = useState(false);
  const [given, setGiven] = useState<Record<string, unknown>>(wanted?.given ?? (object ? {} : firstTest(body)));
  useEffect(() => {
    if (wanted?.given) setGiven(wanted.given);
  }, [wanted]);
  const asked = inputsOf(body).filter(({ body: { type, formula } }) => type || (!object && !formula));
  const seen = asked.filter(({ name: input }) => isWhole || !folded.has(input) || (given[input] ?? null) !== null);
  const values = Object.fromEntries(asked.map(({ name: input }) => [input, given[input] ?? null]));
  const one: Case | null = object ? (record ? { record: record.id, given: values } : null) : { given: values };
  const asking = JSON.stringify(one);
  const settled = useSettled(body, 500);
  const problemWords = useProblemWords();
  const book = useNames(object);
  const { data, error, isPlaceholderData } = useQuery<Explained>({
    queryKey: ["rule-case", number, name, stampOf(settled), asking],
    placeholderData: (previous, before) => (before?.queryKey[4] === asking ? previous : undefined),
    queryFn: async ({ signal }) => {
      await store.settled();
      return evaluateCase(number, name, one!, signal);
    },
    enabled: one !== null,
    staleTime: 5_000,
    retry: false,
  });
  // Until the server has read what is being written, the screen decides on the values that it told.
  const told = useMemo(() => (data && (settled !== body || isPlaceholderData) ? (previewed(body, data.values, book) ?? data) : data), [data, body, settled, isPlaceholderData]);
  useEffect(() => {
    explain(told ?? null);
    return () => explain(null);
  }, [told]);

  return (
    <div className="q-rule-case">
      {object && <RecordChoice object={object} value={record} onChange={setRecord} />}
      {seen.map((column) => (
        <Labelled key={column.name} label={column.label}>
          {(id) => <ValueInput id={id} column={column} value={given[column.name]} onChange={(value) => setGiven({ ...given, [column.name]: value })} />}
        </Labelled>
      ))}
      {seen.length < asked.length && (
        <Button size="small" type="text" icon={<Plus size={14} aria-hidden />} onClick={() => setWhole(true)}>
          <Plural value={asked.length - seen.length} one="# more value" other="# more values" />
        </Button>
      )}
      {error && <p className="q-finding q-finding-error">{problemWords(error)}</p>}
      {told && (
        <>
          <WhyOf explained={told} given={values} />
          <Button icon={<FlaskConical size={15} aria-hidden />} onClick={() => put(t`Make a test`, withTest(body, record?.label ?? t`Case`, told.values, told.outcome))}>
            {t`Make a test from this case`}
          </Button>
        </>
      )}
    </div>
  );
}

/** Where no record is asked about, a test of the rule stands there at first. */
const firstTest = (body: Body): Record<string, unknown> => partsOf(body.tests)[0]?.[1].given ?? {};

/** The newest record stands there at first. */
function RecordChoice({ object, value, onChange }: { object: string; value?: Option; onChange: (record: Option) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const [typed, setTyped] = useState("");
  const asked = useDeferredValue(typed);
  const { data } = useQuery({ queryKey: ["options", object, asked, null], queryFn: ({ signal }) => fetchOptions(object, asked, null, signal), staleTime: 20_000, retry: false });
  const first = data?.[0];
  useEffect(() => {
    if (!value && first) onChange(first);
  }, [first]);
  const options = value && !data?.some(({ id }) => id === value.id) ? [value, ...(data ?? [])] : (data ?? []);
  return (
    <Labelled label={t`Try with ${labelOf(bodyOf(definitions, "object", object), object)}`}>
      {(id) => (
        <Select
          id={id}
          className="q-fill"
          value={value?.id}
          placeholder={t`Choose a record`}
          options={options.map((option) => ({ value: option.id, label: option.label }))}
          showSearch={{ filterOption: false, onSearch: setTyped }}
          onChange={(picked: number) => {
            const option = options.find((each) => each.id === picked);
            if (option) onChange(option);
          }}
        />
      )}
    </Labelled>
  );
}

function WhyOf({ explained, given }: { explained: Explained; given: Record<string, unknown> }) {
  const { t } = useLingui();
  const { body, object, want } = useRule();
  const book = useNames(object);
  const placeWords = usePlaceWords();
  const columns = columnsOf(body);
  return (
    <section className="q-rule-why" aria-label={t`Answer`} role="status">
      <Outcome outcome={explained.outcome} columns={columns} />
      {explained.rows.map((row) => (
        <button key={row} type="button" className="q-rule-because" onClick={() => want(isSheet(body) ? { row: Number(row) } : { place: rowPlace(row) })}>
          {t`because of ${inSentence(placeWords(rowPlace(row)))}`}
        </button>
      ))}
      {explained.rows.length === 0 && body.kind !== "decision" && <p className="q-muted">{Object.keys((body.default ?? {}) as object).length > 0 ? t`No row fits: the default answers.` : t`No row fits.`}</p>}
      <dl className="q-rule-values">
        {Object.entries(explained.values).map(([name, value]) => {
          if (name in given) return null;
          const column = columns.find((each) => each.name === name);
          return (
            <div key={name}>
              <dt>{column?.label ?? (name === "as_of" ? t`The day that counts` : name)}</dt>
              <dd>{(column && offersOf(column, book).find(({ text }) => text === `"${String(value)}"`)?.label) ?? shownValue(value, t`blank`)}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
