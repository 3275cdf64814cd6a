import { useLingui } from "@lingui/react/macro";
import { Modal, Segmented, Select } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { alive, bodyOf, copyObject, newObject, rolesOf } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { identifier, spelled, unused } from "../names";
import { asksFirst, IconChoice, Labelled, RolesChoice } from "../parts";
import { keepRows } from "../rows";
import { say, type Words, WordsInput } from "../words";
import { fieldsFrom, FromSpreadsheet, type Guess } from "./FromSpreadsheet";

type Way = "blank" | "sheet" | "copy";

/** A form from a blank page, from a spreadsheet, or as a copy of another. */
export function NewObjectDialog({ app, onClose }: { app: string; onClose: () => void }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const [way, setWay] = useState<Way>("blank");
  const [label, setLabel] = useState<Words>({});
  const [icon, setIcon] = useState(bodyOf(definitions, "app", app)?.icon || "clipboard");
  const [roles, setRoles] = useState(() => rolesOfApp(definitions, app));
  const [guess, setGuess] = useState<Guess | null>(null);
  const [from, setFrom] = useState<string>();
  const words = say(label).trim() || (way === "sheet" ? (guess?.label ?? "") : "");
  const isReady = Boolean(words) && (way === "blank" || (way === "sheet" ? guess : from));

  async function make(): Promise<void> {
    if (!isReady) return;
    const taken = Object.keys(definitions.object ?? {}).flatMap((name) => (name.startsWith(`${app}.`) ? [name.slice(app.length + 1)] : []));
    const name = unused(identifier(await spelled(words), "form"), taken);
    const made = { app, name, label: say(label) ? label : sameInBoth(words), icon, roles, title: "name", fields: blankFields };
    if (way === "copy" && from) act(t`Copy of ${labelOf(bodyOf(definitions, "object", from), from)}`, copyObject(definitions, from, made));
    else if (way === "sheet" && guess) {
      const { fields, title } = await fieldsFrom(guess);
      act(t`New form ${words}`, newObject(definitions, { ...made, fields, title }));
      await keepRows(`${app}.${name}`, guess);
    } else act(t`New form ${words}`, newObject(definitions, made));
    onClose();
    navigate(`/design/${number}/object/${app}.${name}`);
  }

  return (
    <Modal open afterOpenChange={asksFirst} title={t`New form`} okText={t`Make the form`} cancelText={t`Cancel`} onOk={make} okButtonProps={{ disabled: !isReady }} onCancel={onClose} width={way === "sheet" && guess ? 980 : 560}>
      <div className="q-dialog-fields">
        <Segmented
          block
          aria-label={t`How to begin`}
          value={way}
          onChange={setWay}
          options={[
            { value: "blank", label: t`Blank page` },
            { value: "sheet", label: t`From a spreadsheet` },
            { value: "copy", label: t`Copy of another` },
          ]}
        />
        {way === "copy" && <CopyChoice value={from} onChange={setFrom} />}
        {way === "sheet" && <FromSpreadsheet draft={number} guess={guess} onGuess={setGuess} />}
        <div className="q-name-line">
          <IconChoice value={icon} onChange={setIcon} />
          <WordsInput label={t`What does one record stand for?`} value={label} onChange={setLabel} autoFocus placeholder={(way === "sheet" && guess?.label) || t`Inspection`} onEnter={() => void make()} />
        </div>
        <RolesChoice label={t`Who works with it?`} value={roles} onChange={setRoles} />
      </div>
    </Modal>
  );
}

const blankFields: Record<string, Body> = {
  name: { type: "text", label: { en: "Name", zh: "名称" }, required: true, search: true, in_list: true, order: 10 },
};

const sameInBoth = (text: string): Words => (/[\u4e00-\u9fff]/.test(text) ? { zh: text } : { en: text });

/** Those who have a part in the app already; in an app without rights yet, everybody. */
function rolesOfApp(definitions: Parameters<typeof rolesOf>[0], app: string): string[] {
  const own = alive(definitions, "role").flatMap(([name, body]) => (name.startsWith(`${app}:`) ? [body.role as string] : []));
  return own.length ? own : Object.keys(rolesOf(definitions));
}

function CopyChoice({ value, onChange }: { value?: string; onChange: (name: string) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const objects = alive(definitions, "object").filter(([, body]) => !body.extend && !body.lines_of);
  return (
    <Labelled label={t`Copy of`} help={t`Fields, lines and rules are copied; records are not.`}>
      {(id) => (
        <Select
          id={id}
          showSearch={{ optionFilterProp: "label" }}
          className="q-fill"
          value={value}
          onChange={onChange}
          options={objects.map(([name, body]) => ({ value: name, label: `${labelOf(bodyOf(definitions, "app", body.app), body.app)} · ${labelOf(body, name)}` }))}
        />
      )}
    </Labelled>
  );
}
