/** A rule: what it decides at the top, the decision itself, and beside it the cases that try it. */
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { FlaskConical } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useIsWide } from "../../kit/media";
import { EmptyState } from "../../kit/states";
import { bodyOf } from "../acts";
import { useDesign } from "../context";
import { AnalysisProvider, useAnalysis } from "./analysis";
import { CasesPanel } from "./cases/CasesPanel";
import { FindingsOfRule } from "./FindingsOfRule";
import { kindOfRule, type RuleKind } from "./kinds";
import { useNames } from "./names";
import { DecisionEditor } from "./other/DecisionEditor";
import { RatesEditor } from "./other/RatesEditor";
import { ScorecardEditor } from "./other/ScorecardEditor";
import { SetEditor } from "./other/SetEditor";
import { TreeEditor } from "./other/TreeEditor";
import { RuleHead } from "./RuleHead";
import { RuleProvider, useRule, useRuleState } from "./state";
import { TableEditor } from "./table/TableEditor";
import "./rules.css";

const EDITORS: Record<RuleKind, () => React.ReactNode> = { table: TableEditor, scorecard: ScorecardEditor, tree: TreeEditor, set: SetEditor, decision: DecisionEditor, rates: RatesEditor };

export default function RuleEditor({ name }: { name: string }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  if (!bodyOf(definitions, "rule", name)) return <EmptyState title={t`Not here`}>{t`This rule is not in the draft.`}</EmptyState>;
  return <OpenRule name={name} />;
}

function OpenRule({ name }: { name: string }) {
  return (
    <RuleProvider value={useRuleState(name)}>
      <Analysed>
        <Opened />
      </Analysed>
    </RuleProvider>
  );
}

function Analysed({ children }: { children: ReactNode }) {
  return <AnalysisProvider value={useAnalysis(useNames(useRule().object))}>{children}</AnalysisProvider>;
}

function Opened() {
  const { t } = useLingui();
  const { body, wanted } = useRule();
  const isWide = useIsWide();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (wanted?.place === "tests" || wanted?.given) setOpen(true);
  }, [wanted]);
  const Editor = EDITORS[kindOfRule(body.kind as string).name];
  return (
    <div className="q-rule">
      <div className="q-rule-main">
        <RuleHead>{!isWide && <Button icon={<FlaskConical size={15} aria-hidden />} onClick={() => setOpen(true)}>{t`Cases`}</Button>}</RuleHead>
        <Editor />
        <FindingsOfRule />
      </div>
      {isWide ? (
        <aside className="q-pane q-pane-right q-rule-side" aria-label={t`Cases`}>
          <CasesPanel />
        </aside>
      ) : (
        <Drawer open={isOpen} onClose={() => setOpen(false)} title={t`Cases`} placement="bottom" size="80%">
          <CasesPanel />
        </Drawer>
      )}
    </div>
  );
}
