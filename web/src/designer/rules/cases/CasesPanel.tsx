/** Beside a rule: one case tried at once, the tests that live with it, and what it would have said of the past. */
import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Tabs } from "../../../kit/Tabs";
import { useRule } from "../state";
import { PastRun } from "./PastRun";
import { TestList } from "./TestList";
import { useTests } from "./tests";
import { TryCase } from "./TryCase";

export function CasesPanel() {
  const { t } = useLingui();
  const { object, wanted } = useRule();
  const { tests, failing } = useTests();
  const [open, setOpen] = useState(wanted?.place === "tests" ? "tests" : "try");
  useEffect(() => {
    if (wanted?.place === "tests") setOpen("tests");
    if (wanted?.given) setOpen("try");
  }, [wanted]);
  const tabs = [
    { key: "try", label: t`One case`, content: () => <TryCase /> },
    { key: "tests", label: <>{t`Tests`} {tests.length > 0 && <span className={failing ? "q-count q-rule-fails" : "q-count"}>{failing ? t`${failing} fail` : tests.length}</span>}</>, content: () => <TestList /> },
    ...(object ? [{ key: "past", label: t`The past`, content: () => <PastRun /> }] : []),
  ];
  return <Tabs label={t`Cases`} tabs={tabs} active={open} onChange={setOpen} />;
}
