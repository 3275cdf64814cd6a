/** What somebody would change: in words, and for a field perhaps as a wish that can be tried at once. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Modal, Select } from "antd";
import { CircleCheck } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import { useActKey } from "../kit/once";
import { useProblemWords } from "../kit/states";
import { useObject } from "../records/context";
import { fieldOf, type ObjectInfo, objectPath, SYSTEM_FIELDS } from "../records/definitions";
import type { About } from "./asking";
import { sendSuggestion, type Suggestion, type Wish } from "./suggestions";
import { beginTrying } from "./trying";
import "./suggest.css";

export default function SuggestDialog({ about, onClose }: { about: About; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const words = useProblemWords();
  const object = useObject(about.object ?? "");
  const [field, setField] = useState(about.field ?? "");
  const [text, setText] = useState("");
  const [wish, setWish] = useState<Wish>({});
  const [made, setMade] = useState<Suggestion | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const { keyFor } = useActKey();
  const id = useId();

  async function send(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const said = { ...about, field: field || undefined, text, wish: field ? wish : undefined };
      setMade(await sendSuggestion(said, keyFor(said)));
      await client.invalidateQueries({ queryKey: ["suggestions"] });
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  }

  if (made) return <Sent suggestion={made} onClose={onClose} />;
  return (
    <Modal
      open
      title={t`Suggest a change`}
      onCancel={onClose}
      mask={{ closable: text === "" }}
      onOk={send}
      okText={t`Send to the builders`}
      okButtonProps={{ disabled: text.trim() === "" }}
      confirmLoading={isBusy}
    >
      <div className="q-suggest-form">
        {object && <AboutWhat object={object} field={field} onChange={setField} />}
        <div className="q-field">
          <label htmlFor={`${id}-text`}>{t`What should change, and why?`}</label>
          <Input.TextArea id={`${id}-text`} autoFocus value={text} onChange={(event) => setText(event.target.value)} autoSize={{ minRows: 3, maxRows: 10 }} maxLength={4000} />
        </div>
        {object && field && <WishPart object={object} field={field} wish={wish} onChange={setWish} />}
        {error !== null && (
          <p className="q-alert" role="alert">
            {words(error)}
          </p>
        )}
      </div>
    </Modal>
  );
}

function AboutWhat({ object, field, onChange }: { object: ObjectInfo; field: string; onChange: (field: string) => void }) {
  const { t } = useLingui();
  const id = useId();
  const fields = object.fields.filter((each) => !SYSTEM_FIELDS.has(each.name));
  return (
    <div className="q-field">
      <label htmlFor={id}>{t`What is it about?`}</label>
      <Select
        id={id}
        className="q-fill"
        value={field}
        onChange={onChange}
        showSearch={{ optionFilterProp: "label" }}
        options={[{ value: "", label: t`${object.label} as a whole` }, ...fields.map((each) => ({ value: each.name, label: each.label }))]}
      />
    </div>
  );
}

interface WishProps {
  object: ObjectInfo;
  field: string;
  wish: Wish;
  onChange: (wish: Wish) => void;
}

/** Optional: what can be said so exactly that it can be tried at once. */
function WishPart({ object, field, wish, onChange }: WishProps) {
  const { t } = useLingui();
  const id = useId();
  const known = fieldOf(object, field);
  if (!known) return null;
  const set = (news: Partial<Wish>) => onChange({ ...wish, ...news });
  const isChoice = known.type === "choice" || known.type === "choices";
  return (
    <fieldset className="q-wish">
      <legend>{t`If you know exactly what you want (then you can try it at once)`}</legend>
      <Line id={`${id}-label`} label={t`Call it`}>
        <Input id={`${id}-label`} value={wish.label ?? ""} placeholder={known.label} onChange={(event) => set({ label: event.target.value })} />
      </Line>
      <Line id={`${id}-help`} label={t`Explain it`}>
        <Input id={`${id}-help`} value={wish.help ?? ""} placeholder={known.help} onChange={(event) => set({ help: event.target.value })} />
      </Line>
      {isChoice && (
        <Line id={`${id}-choice`} label={t`Offer one more choice`}>
          <Input id={`${id}-choice`} value={wish.choice ?? ""} onChange={(event) => set({ choice: event.target.value })} />
        </Line>
      )}
      {!known.computed && known.type !== "boolean" && (
        <Checkbox checked={wish.required ?? known.required ?? false} onChange={(event) => set({ required: event.target.checked === Boolean(known.required) ? undefined : event.target.checked })}>
          {t`It must be filled in`}
        </Checkbox>
      )}
    </fieldset>
  );
}

function Line({ id, label, children }: { id: string; label: string; children: ReactNode }) {
  return (
    <div className="q-field">
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  );
}

function Sent({ suggestion, onClose }: { suggestion: Suggestion; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const navigate = useNavigate();
  const words = useProblemWords();
  const [error, setError] = useState<unknown>(null);
  async function tryIt(): Promise<void> {
    try {
      await beginTrying(client, { draft: suggestion.draft, title: titleOf(suggestion) });
      onClose();
      navigate(suggestion.object ? objectPath(suggestion.object) : "/");
    } catch (problem) {
      setError(problem);
    }
  }
  return (
    <Modal open onCancel={onClose} footer={null} title={t`Suggest a change`}>
      <div className="q-sent">
        <CircleCheck size={40} strokeWidth={1.5} aria-hidden />
        <p>{t`Thank you. The builders see it with your name; when it is published, you are named there too.`}</p>
        {error !== null && <p className="q-alert">{words(error)}</p>}
        {suggestion.changes > 0 && <Button type="primary" onClick={tryIt}>{t`Try it now`}</Button>}
        <Link to="/suggestions" onClick={onClose}>
          {t`My suggestions`}
        </Link>
      </div>
    </Modal>
  );
}

export const titleOf = ({ text }: Suggestion): string => text.split("\n")[0]!.slice(0, 60);
