/** What narrows a list of work: a word, what it is about, who submitted it, when it is due. */
import { useLingui } from "@lingui/react/macro";
import { Checkbox, Input, Select } from "antd";
import { useDefs } from "../records/context";
import { kindOf } from "../records/fields/registry";
import { personField } from "./answers";
import { LISTS, type Name, type Narrowed, type When } from "./lists";
import { said, useFlows } from "./told";

interface FiltersProps {
  name: Name;
  search: string;
  onSearch: (text: string) => void;
  narrowed: Narrowed;
  onNarrow: (narrowed: Narrowed) => void;
}

export function Filters({ name, search, onSearch, narrowed, onNarrow }: FiltersProps) {
  const { t } = useLingui();
  const change = (more: Narrowed) => onNarrow({ ...narrowed, ...more });
  return (
    <div className="q-work-tools" role="search" aria-label={t`Narrow the list`}>
      <Input allowClear placeholder={t`Find`} aria-label={t`Find in my work`} value={search} onChange={(event) => onSearch(event.target.value)} />
      {name === "todo" && (
        <Select<When>
          className="q-work-when"
          allowClear
          placeholder={t`Any time`}
          aria-label={t`Due`}
          value={narrowed.when}
          onChange={(when) => change({ when })}
          options={[
            { value: "late", label: t`Late` },
            { value: "day", label: t`Due within a day` },
            { value: "week", label: t`Due within a week` },
          ]}
          popupMatchSelectWidth={false}
        />
      )}
      <About value={narrowed.about} onChange={(about) => change({ about })} />
      {LISTS[name].submitter && <Submitter narrowed={narrowed} onChange={change} />}
      {LISTS[name].counted && (
        <Checkbox checked={Boolean(narrowed.isOpenOnly)} onChange={(event) => change({ isOpenOnly: event.target.checked })}>
          {name === "mine" ? t`Still going on` : t`Unread only`}
        </Checkbox>
      )}
    </div>
  );
}

/** Flows, and kinds of records that several flows are about. */
function About({ value, onChange }: { value?: string; onChange: (about?: string) => void }) {
  const { t } = useLingui();
  const { objects } = useDefs();
  const { data = [] } = useFlows();
  const shared = [...new Set(data.map((flow) => flow.object))].filter((object) => objects[object] && data.filter((flow) => flow.object === object).length > 1);
  const options = [
    { label: t`Flows`, options: data.map((flow) => ({ value: `flow ${flow.flow}`, label: said(flow.label) || flow.flow })) },
    { label: t`Kinds of records`, options: shared.map((object) => ({ value: `object ${object}`, label: objects[object]!.plural })) },
  ];
  return <Select allowClear placeholder={t`All flows`} aria-label={t`Flow`} value={value} onChange={onChange} options={options.filter((group) => group.options.length > 0)} popupMatchSelectWidth={false} showSearch={{ optionFilterProp: "label" }} />;
}

function Submitter({ narrowed, onChange }: { narrowed: Narrowed; onChange: (more: Narrowed) => void }) {
  const { t } = useLingui();
  const field = personField("submitter", t`Submitter`, { required: false, filter: null });
  const { Editor } = kindOf(field);
  return (
    <span className="q-work-submitter">
      {Editor && <Editor field={field} value={narrowed.submitter ?? null} label={narrowed.submitterLabel} ariaLabel={field.label} placeholder={t`From anybody`} onChange={(chosen, label) => onChange({ submitter: (chosen as number | null) ?? undefined, submitterLabel: label })} />}
    </span>
  );
}
