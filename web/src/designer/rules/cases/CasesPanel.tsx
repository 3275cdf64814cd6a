/** Beside a rule: one case tried at once, the tests that live with it, and what it would have said of the past. */
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Tabs } from "../../../kit/Tabs";
import { useRule } from "../state";
import { PastRun } from "./PastRun";
import { TestList } from "./TestList";
import { TryCase } from "./TryCase";

export function CasesPanel() {
  const { t } = useLingui();
  const { body, object } = useRule();
  const [open, setOpen] = useState("try");
  const count = Object.keys((body.tests ?? {}) as object).length;
  const tabs = [
    { key: "try", label: t`One case`, content: () => <TryCase /> },
    { key: "tests", label: <>{t`Tests`} {count > 0 && <span className="q-count">{count}</span>}</>, content: () => <TestList /> },
    ...(object ? [{ key: "past", label: t`The past`, content: () => <PastRun /> }] : []),
  ];
  return <Tabs label={t`Cases`} tabs={tabs} active={open} onChange={setOpen} />;
}
