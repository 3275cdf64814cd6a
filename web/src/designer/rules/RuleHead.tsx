/** What the rule is called, of which kind it is and what it decides about; further settings stand with the editor of its kind. */
import { useLingui } from "@lingui/react/macro";
import { Button, Popover } from "antd";
import { Settings2, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { bodyOf } from "../acts";
import { appOf } from "../AppTree";
import { labelOf, useDesign } from "../context";
import { say, type Words, WordsInput } from "../words";
import { kindOfRule } from "./kinds";
import { FromGoRules } from "./FromGoRules";
import { useRule } from "./state";

export function RuleHead({ children }: { children?: ReactNode }) {
  const { t, i18n } = useLingui();
  const { definitions } = useDesign();
  const { name, body, object } = useRule();
  const kind = kindOfRule(body.kind as string);
  const Icon = kind.icon;
  const help = say(body.help as Words);
  return (
    <header className="q-rule-head">
      <div>
        <h1>{labelOf(body, name)}</h1>
        <p className="q-muted">
          <Icon size={14} aria-hidden /> {i18n._(kind.label)}
          {object && <> · {t`about ${labelOf(bodyOf(definitions, "object", object), object)}`}</>}
        </p>
        {help && <p className="q-rule-about q-muted">{help}</p>}
      </div>
      <div className="q-rule-acts">
        {children}
        <Popover trigger="click" placement="bottomRight" content={<RuleSettings />} destroyOnHidden>
          <Button icon={<Settings2 size={15} aria-hidden />}>{t`Settings`}</Button>
        </Popover>
      </div>
    </header>
  );
}

function RuleSettings() {
  const { t } = useLingui();
  const { act, number } = useDesign();
  const { name, body, put } = useRule();
  const navigate = useNavigate();

  function remove(): void {
    act(t`Remove the rule`, [{ kind: "rule", name, body: null }]);
    void navigate(`/design/${number}/app/${appOf("rule", name)}`);
  }

  return (
    <div className="q-rule-settings">
      <WordsInput label={t`Name`} value={body.label as Words} onChange={(label) => put(t`Rename the rule`, { label }, "label")} />
      <WordsInput label={t`What it is for`} value={body.help as Words} onChange={(help) => put(t`Describe the rule`, { help }, "help")} isLong />
      <FromGoRules />
      <Button danger type="text" icon={<Trash2 size={14} aria-hidden />} onClick={remove}>
        {t`Remove the rule`}
      </Button>
    </div>
  );
}
