/** The chosen right: for which records, and which parts of the role say so. */
import { Plural, useLingui } from "@lingui/react/macro";
import { Button, Radio, Select } from "antd";
import { Columns3 } from "lucide-react";
import { useEffect, useState } from "react";
import { ToneTag } from "../../kit/ToneTag";
import { bodyOf, wholeObject } from "../acts";
import { labelOf, useDesign } from "../context";
import { FormulaInput } from "../formula";
import { Labelled } from "../parts";
import { say } from "../words";
import { type Cell, grantIn, kindOfScope, type Part, partsOf, type Scope, type ScopeChoice, type ScopeKind } from "./rights";
import { WhoSees } from "./WhoSees";
import { SCOPE_WORDS, VERB_WORDS } from "./words";

interface CellSettingsProps {
  role: string;
  spot: Cell;
  cells: Cell[];
  scope: Scope;
  choices: ScopeChoice[];
  onKind: (kind: ScopeKind) => void;
  onScope: (scope: Scope, typing?: string) => void;
  onFields: () => void;
}

export function CellSettings({ role, spot, cells, scope, choices, onKind, onScope, onFields }: CellSettingsProps) {
  const { t, i18n } = useLingui();
  const { definitions } = useDesign();
  const place = `${spot.object} ${spot.verb}`;
  const known = kindOfScope(scope, choices);
  const [isFormula, setFormula] = useState(false);
  useEffect(() => setFormula(false), [place]);
  const kind = isFormula && known !== "none" ? "formula" : known;
  const kinds: ScopeKind[] = spot.verb === "export" ? ["none", "all"] : ["none", ...new Set(choices.map((choice) => choice.kind)), "formula"];
  const label = labelOf(bodyOf(definitions, "object", spot.object), spot.object);
  const fields = choices.filter((choice) => choice.kind === kind && choice.field);
  const labelOfField = (field = "") => say(wholeObject(definitions, spot.object)?.body.fields[field.split(".")[0]!]?.label, field === "created_by" ? t`who created it` : field);

  function choose(next: ScopeKind): void {
    setFormula(next === "formula");
    if (next !== "formula") onKind(next);
    else if (scope === false || scope === true || scope === "true") onScope(choices.find((choice) => choice.kind === "own")?.scope ?? "true");
  }

  return (
    <div id="role-cell" className="q-cell-settings">
      <h3>{cells.length > 1 ? <Plural value={cells.length} one="# cell" other="# cells" /> : `${label}: ${i18n._(VERB_WORDS[spot.verb])}`}</h3>
      <Radio.Group aria-label={t`Which records`} value={kind} onChange={(event) => choose(event.target.value as ScopeKind)} className="q-scope-choice" options={kinds.map((each) => ({ value: each, label: i18n._(SCOPE_WORDS[each]) }))} />
      {fields.length > 1 && (
        <Labelled label={t`By which field`}>{(id) => <Select id={id} className="q-fill" value={String(scope)} options={fields.map((each) => ({ value: String(each.scope), label: labelOfField(each.field) }))} onChange={(next: string) => onScope(next)} />}</Labelled>
      )}
      {kind === "formula" && <FormulaInput object={spot.object} value={scope === true ? "true" : scope || ""} onChange={(text) => onScope(text || false, `${role} ${place}`)} expect="boolean" label={t`Records for which this holds`} />}
      {spot.verb === "export" && <p className="q-muted q-small">{t`What is exported is what the role sees.`}</p>}
      {spot.verb === "create" && kind !== "none" && kind !== "all" && <p className="q-muted q-small">{t`A new record must lie in this range once it is saved.`}</p>}
      <Sources parts={partsOf(definitions, role).filter((part) => grantIn(part, spot.object) || part.shipped?.objects?.[spot.object])} spot={spot} />
      <Button icon={<Columns3 size={15} aria-hidden />} onClick={onFields}>
        {t`Fields of ${label}`}
      </Button>
      <WhoSees key={spot.object} object={spot.object} />
    </div>
  );
}

function Sources({ parts, spot }: { parts: Part[]; spot: Cell }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  if (parts.length === 0) return null;
  return (
    <section className="q-right-sources">
      <h4>{t`Where it comes from`}</h4>
      <ul>
        {parts.map((part) => {
          const now = grantIn(part, spot.object)?.[spot.verb] as Scope | undefined;
          const was = part.shipped?.objects?.[spot.object]?.[spot.verb] as Scope | undefined;
          const isOther = part.shipped !== null && String(was ?? false) !== String(now ?? false);
          return (
            <li key={part.key}>
              <strong>{part.app ? labelOf(bodyOf(definitions, "app", part.app), part.app) : t`This workspace`}</strong> <ScopeText scope={now ?? false} />
              {isOther && (
                <div className="q-small">
                  <ToneTag tone="warning">{t`changed here`}</ToneTag> {t`as shipped:`} <ScopeText scope={was ?? false} />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ScopeText({ scope }: { scope: Scope }) {
  const { t } = useLingui();
  if (!scope) return <span className="q-muted">{t`nothing`}</span>;
  return scope === true || scope === "true" ? <span>{t`every record`}</span> : <code>{scope}</code>;
}
