/** The tests that live with the rule: given these values, this is expected. One that fails keeps the rule from being published. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { ChevronDown, ChevronRight, CircleCheck, CircleX, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { useProblemWords } from "../../../kit/states";
import type { Body } from "../../draft";
import { Labelled } from "../../parts";
import { say, type Words, WordsInput } from "../../words";
import { inputsOf, outputsOf, testChanged, withoutTest, withTest } from "../model";
import type { TestAnswer } from "../server";
import { useRule } from "../state";
import { useTests } from "./tests";
import { Outcome } from "./values";
import { ValueInput } from "./ValueInput";

export function TestList() {
  const { t } = useLingui();
  const { body, put } = useRule();
  const problemWords = useProblemWords();
  const { tests, answers, failing, error, isFetching, refetch } = useTests();
  return (
    <div className="q-rule-tests">
      {tests.length === 0 && <p className="q-muted">{t`A test says what must come of given values. While one fails, the rule is not published. Make one from a case that you tried, or write it here.`}</p>}
      {answers && (
        <p role="status" className={failing ? "q-rule-failing" : "q-rule-passing"}>
          {failing ? t`${failing} of ${tests.length} fail` : t`All ${tests.length} pass`}
        </p>
      )}
      {error && <p className="q-finding q-finding-error">{problemWords(error)}</p>}
      <ul>
        {tests.map(([test, each]) => (
          <TestItem key={test} test={test} each={each} answer={answers?.[test]} />
        ))}
      </ul>
      <div className="q-rule-line">
        <Button size="small" type="dashed" icon={<Plus size={14} aria-hidden />} onClick={() => put(t`Add a test`, withTest(body, t`New test`, {}, {}))}>
          {t`Add a test`}
        </Button>
        {tests.length > 0 && (
          <Button size="small" loading={isFetching} onClick={() => void refetch()}>
            {t`Run all`}
          </Button>
        )}
      </div>
    </div>
  );
}

function TestItem({ test, each, answer }: { test: string; each: Body; answer?: TestAnswer }) {
  const { t } = useLingui();
  const { body, put } = useRule();
  const [isOpen, setOpen] = useState(false);
  const failing = answer && !answer.passes;
  return (
    <li className={failing ? "q-rule-test q-rule-test-fails" : "q-rule-test"}>
      <button type="button" className="q-rule-test-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <span className="q-ellipsis">{say(each.label as Words, test)}</span>
        {answer && (answer.passes ? <CircleCheck size={15} className="q-check" aria-label={t`passes`} /> : <CircleX size={15} aria-label={t`fails`} />)}
      </button>
      {failing && <p>{answer.problem ?? <>{t`It answers`} <Outcome outcome={answer.outcome} columns={outputsOf(body)} /></>}</p>}
      {isOpen && (
        <div className="q-rule-test-body">
          <WordsInput label={t`Name`} value={each.label as Words} onChange={(label) => put(t`Change a test`, testChanged(body, test, { label }), `${test} label`)} />
          <Values of="given" label={t`Given`} test={test} each={each} />
          <Values of="expected" label={t`Expected`} test={test} each={each} />
          <Button danger type="text" size="small" icon={<Trash2 size={14} aria-hidden />} onClick={() => put(t`Remove a test`, withoutTest(body, test))}>
            {t`Remove the test`}
          </Button>
        </div>
      )}
    </li>
  );
}

function Values({ of, label, test, each }: { of: "given" | "expected"; label: string; test: string; each: Body }) {
  const { t } = useLingui();
  const { body, put } = useRule();
  const values = (each[of] ?? {}) as Record<string, unknown>;
  const columns = of === "given" ? inputsOf(body) : outputsOf(body);
  if (Array.isArray(each[of])) return <Outcome outcome={each[of]} columns={columns} />;
  return (
    <fieldset className="q-rule-fieldset">
      <legend>{label}</legend>
      {columns.map((column) => (
        <Labelled key={column.name} label={column.label}>
          {(id) => (
            <ValueInput id={id} column={column} value={values[column.name]} onChange={(value) => put(t`Change a test`, testChanged(body, test, { [of]: { ...values, [column.name]: value } }), `${test} ${of} ${column.name}`)} />
          )}
        </Labelled>
      ))}
    </fieldset>
  );
}
