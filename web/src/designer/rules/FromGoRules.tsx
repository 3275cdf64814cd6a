/** A decision model of GoRules (JDM) takes the place of the rule, with the rules it calls; what doesn't map is told. */
import { useLingui } from "@lingui/react/macro";
import { App, Button } from "antd";
import { FileInput } from "lucide-react";
import { useRef } from "react";
import { useNotices } from "../../kit/notices";
import { bodyOf } from "../acts";
import { useDesign } from "../context";
import { readGoRules } from "./server";
import { useRule } from "./state";

export function FromGoRules() {
  const { t } = useLingui();
  const { name } = useRule();
  const { number, store, definitions, act } = useDesign();
  const notices = useNotices();
  const { modal } = App.useApp();
  const chooser = useRef<HTMLInputElement>(null);

  async function take(file: File): Promise<void> {
    try {
      await store.settled();
      const { rules, left } = await readGoRules(number, name, file);
      const changes = Object.entries(rules).map(([rule, body]) => ({ kind: "rule", name: rule, body: { ...body, label: body.label ?? bodyOf(definitions, "rule", rule)?.label } }));
      act(t`From ${file.name}`, changes);
      if (left.length === 0) notices.done(t`${changes.length} rules from ${file.name}`);
      else modal.warning({ title: t`Some of ${file.name} has no like here`, width: 560, content: <LeftOut left={left} /> });
    } catch (error) {
      notices.problem(error);
    }
  }

  return (
    <>
      <Button type="text" icon={<FileInput size={14} aria-hidden />} onClick={() => chooser.current?.click()}>
        {t`Take from GoRules (JDM)…`}
      </Button>
      <input
        ref={chooser}
        type="file"
        accept=".json,.jdm,application/json"
        hidden
        aria-label={t`Take from GoRules (JDM)…`}
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          target.value = "";
          if (file) void take(file);
        }}
      />
    </>
  );
}

function LeftOut({ left }: { left: { node: string; place: string; message: string }[] }) {
  return (
    <ul className="q-rule-left">
      {left.map(({ node, place, message }) => (
        <li key={node + place + message}>
          <strong>{node}</strong> {place && <code>{place}</code>} {message}
        </li>
      ))}
    </ul>
  );
}
