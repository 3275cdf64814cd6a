/** One change to many records: chosen, tried, looked at, made; and undone where nobody has changed anything since. */
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Modal, Radio, Select } from "antd";
import { ArrowRight } from "lucide-react";
import { useId, useState } from "react";
import { FieldGrid } from "../forms/FieldGrid";
import { ProblemBox } from "../forms/ProblemBox";
import { problemsByPath } from "../forms/problems";
import "../forms/forms.css";
import { freshKey, post, Problem } from "../kit/api";
import { showDecimal } from "../kit/decimal";
import { inSentence } from "../kit/i18n";
import { useNotices } from "../kit/notices";
import { ScrollX } from "../kit/ScrollX";
import type { Field, ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { PastValue } from "../records/record/Timeline";
import { refreshAfterWrite } from "../records/writes";
import { changeable, type Tried } from "./upkeep";
import "./upkeep.css";

/** All records that the list shows. */
export interface Fitting {
  where: string;
  search: string;
  /** Where it is known already. */
  count?: { value: number; exact: boolean } | null;
}

interface BulkDialogProps {
  object: ObjectInfo;
  chosen: RecordAnswer[];
  fitting?: Fitting;
  onClose: () => void;
  onDone?: () => void;
}

export default function BulkDialog({ object, chosen, fitting, onClose, onDone }: BulkDialogProps) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const fields = changeable(object);
  const [scope, setScope] = useState<"chosen" | "all">(chosen.length > 0 ? "chosen" : "all");
  const [picked, setPicked] = useState<string[]>([]);
  const [values, setValues] = useState<Values>({});
  const [labels, setLabels] = useState<Record<string, string>>({});
  const [tried, setTried] = useState<Tried | null>(null);
  const [problem, setProblem] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const shown = picked.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const given = Object.fromEntries(picked.map((name) => [name, values[name] === "" ? null : (values[name] ?? null)]));
  const stands = tried?.problem ? new Problem(Number(tried.problem.status ?? 422), tried.problem) : problem;

  async function run(act: () => Promise<void>): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await act();
    } catch (error) {
      setProblem(error as Error);
    }
    setBusy(false);
  }

  const preview = () =>
    run(async () => {
      const asked = scope === "chosen" ? { ids: chosen.map(({ id }) => id) } : { where: fitting?.where || "true", search: fitting?.search ?? "" };
      setTried(await post<Tried>(`/api/bulk/${object.name}/preview`, { values: given, ...asked }));
    });

  const make = () =>
    run(async () => {
      const { versions } = tried!;
      const { changed, work } = await post<{ changed: number; work: string }>(`/api/bulk/${object.name}`, { values: given, versions }, freshKey());
      notices.done(t`${plural(changed, { one: "# record changed", other: "# records changed" })}`, { act: () => void undo(work, Object.keys(versions).map(Number)) });
      onDone?.();
      onClose();
      await refreshAfterWrite(client);
    });

  async function undo(work: string, ids: number[]): Promise<void> {
    try {
      const { brought_back, changed_since } = await post<{ brought_back: number; changed_since: number }>(`/api/bulk/${object.name}/undo`, { work, ids }, freshKey());
      const back = t`${plural(brought_back, { one: "# record is as it was", other: "# records are as they were" })}`;
      notices.done(changed_since > 0 ? t`${back}; ${changed_since} changed since and stay` : back);
    } catch (error) {
      notices.problem(error);
    }
    await refreshAfterWrite(client);
  }

  const isReady = tried !== null && !tried.problem && tried.count > 0;
  return (
    <Modal
      open
      width={760}
      title={t`Change many ${inSentence(object.plural)}`}
      onCancel={onClose}
      mask={{ closable: picked.length === 0 }}
      destroyOnHidden
      footer={[
        tried ? (
          <Button key="back" onClick={() => setTried(null)}>
            {t`Back`}
          </Button>
        ) : (
          <Button key="cancel" onClick={onClose}>
            {t`Cancel`}
          </Button>
        ),
        tried ? (
          <Button key="make" type="primary" loading={isBusy} disabled={!isReady} onClick={make}>
            {t`${plural(tried.count, { one: "Change # record", other: "Change # records" })}`}
          </Button>
        ) : (
          <Button key="preview" type="primary" loading={isBusy} disabled={picked.length === 0} onClick={preview}>
            {t`Preview`}
          </Button>
        ),
      ]}
    >
      {stands && <ProblemBox error={stands} known={tried ? [] : picked} />}
      {tried ? (
        <TriedPart tried={tried} fields={shown} labels={labels} />
      ) : (
        <div className="q-bulk-form">
          <Scope chosen={chosen.length} fitting={fitting} scope={scope} onChange={setScope} />
          <FieldChooser fields={fields} picked={picked} onChange={setPicked} />
          {shown.length > 0 && (
            <FieldGrid
              fields={shown.map((field) => ({ ...field, default: null }))}
              values={values}
              labels={labels}
              problems={problemsByPath(problem)}
              isNew={false}
              onChange={(name, value, label) => {
                setValues((now) => ({ ...now, [name]: value }));
                if (label !== undefined) setLabels((now) => ({ ...now, [name]: label }));
              }}
            />
          )}
          {shown.length > 0 && <p className="q-muted">{t`A field left blank is emptied on all of them.`}</p>}
        </div>
      )}
    </Modal>
  );
}

interface ScopeProps {
  chosen: number;
  fitting?: Fitting;
  scope: "chosen" | "all";
  onChange: (scope: "chosen" | "all") => void;
}

function Scope({ chosen, fitting, scope, onChange }: ScopeProps) {
  const { t } = useLingui();
  const count = fitting?.count;
  const many = count && ` · ${count.exact ? showDecimal(count.value) : t`more than ${showDecimal(count.value)}`}`;
  const isFiltered = Boolean(fitting?.where || fitting?.search);
  const all = `${isFiltered ? t`All that fit the list's filter` : t`All records`}${many || ""}`;
  if (chosen === 0) return <p>{all}</p>;
  if (!fitting) return <p>{t`${plural(chosen, { one: "The # chosen record", other: "The # chosen records" })}`}</p>;
  return (
    <Radio.Group
      aria-label={t`Which records`}
      value={scope}
      onChange={(event) => onChange(event.target.value as "chosen" | "all")}
      options={[
        { value: "chosen", label: t`${plural(chosen, { one: "The # chosen record", other: "The # chosen records" })}` },
        { value: "all", label: all },
      ]}
    />
  );
}

function FieldChooser({ fields, picked, onChange }: { fields: Field[]; picked: string[]; onChange: (picked: string[]) => void }) {
  const { t } = useLingui();
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="q-field">
      <label className="q-label" htmlFor={id}>{t`Fields to change`}</label>
      <Select
        id={id}
        mode="multiple"
        className="q-fill"
        value={picked}
        open={isOpen}
        onOpenChange={setOpen}
        onChange={(names: string[]) => {
          onChange(names);
          setOpen(false);
        }}
        autoFocus
        optionFilterProp="label"
        placeholder={t`Choose fields`}
        options={fields.map((field) => ({ value: field.name, label: field.label }))}
      />
    </div>
  );
}

function TriedPart({ tried, fields, labels }: { tried: Tried; fields: Field[]; labels: Record<string, string> }) {
  const { t } = useLingui();
  if (tried.count === 0) return <p>{t`No record that you may change fits.`}</p>;
  return (
    <>
      <p className="q-bulk-count" role="status">
        {tried.problem
          ? t`Nothing would be changed: what stands in the way concerns one of ${plural(tried.count, { one: "# record", other: "# records" })}, and all are changed or none.`
          : t`${plural(tried.count, { one: "# record would be changed.", other: "# records would be changed, all or none." })}`}
      </p>
      <ScrollX label={t`Before and after`}>
        <table className="q-table">
          <thead>
            <tr>
              <th scope="col">{t`Record`}</th>
              {fields.map((field) => (
                <th key={field.name} scope="col">
                  {field.label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tried.sample.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.label}</th>
                {fields.map((field) => (
                  <td key={field.name}>
                    <BeforeAfter field={field} before={row.before[field.name]} after={row.after[field.name]} label={labels[field.name]} isMade={field.name in row.after} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {tried.count > tried.sample.length && <p className="q-muted q-bulk-more">{t`The first ${tried.sample.length} are shown.`}</p>}
    </>
  );
}

function BeforeAfter({ field, before, after, label, isMade }: { field: Field; before: unknown; after: unknown; label?: string; isMade: boolean }) {
  const { t } = useLingui();
  const isSame = JSON.stringify(before ?? null) === JSON.stringify(after ?? null);
  if (!isMade || isSame) return <PastValue field={field} value={before} />;
  return (
    <span className="q-changes">
      <del>
        <PastValue field={field} value={before} />
      </del>{" "}
      <ArrowRight size={12} role="img" aria-label={t`becomes`} /> <ins>{label && after !== null ? label : <PastValue field={field} value={after} />}</ins>
    </span>
  );
}
