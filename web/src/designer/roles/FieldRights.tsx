/** Fields of one object for one role: which it sees, and which it may write. */
import { useLingui } from "@lingui/react/macro";
import { Select } from "antd";
import { Check, Minus } from "lucide-react";
import { ScrollX } from "../../kit/ScrollX";
import { EmptyState } from "../../kit/states";
import { alive, bodyOf, wholeObject } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { fieldTypeOf, iconOf } from "../fieldTypes";
import { fieldsOf } from "../layout";
import { say } from "../words";
import { chosenIn, isChosen, type Range, useGrid } from "./grid";
import { grantOf, mayField, partsOf, setFields } from "./rights";
import { WhoSees } from "./WhoSees";

const ACTS = ["see", "write"] as const;

export function FieldRights({ role, object, onObject }: { role: string; object: string; onObject: (object: string) => void }) {
  const { t } = useLingui();
  const { definitions } = useDesign();
  const parts = partsOf(definitions, role);
  const granted = alive(definitions, "object").filter(([name, body]) => !body.extend && grantOf(parts, body.lines_of || name).see !== false);
  const at = granted.some(([name]) => name === object) ? object : (granted[0]?.[0] ?? "");
  if (!at) return <EmptyState title={t`Nothing to see yet`}>{t`Under Records, let the role see a form first.`}</EmptyState>;
  return (
    <>
      <div className="q-field-rights-head">
        <Select aria-label={t`Form`} className="q-fill" showSearch={{ optionFilterProp: "label" }} value={at} onChange={onObject} options={granted.map(([name, body]) => ({ value: name, label: body.lines_of ? `${labelOf(bodyOf(definitions, "object", body.lines_of), body.lines_of)} › ${labelOf(body, name)}` : labelOf(body, name) }))} />
        <p className="q-muted q-small q-desk-only">{t`Space lets or forbids; shift with the arrows chooses several. Lists, search, exports, prints and history hide what isn't seen.`}</p>
        <WhoSees key={at} object={bodyOf(definitions, "object", at)?.lines_of || at} />
      </div>
      <Matrix key={at} role={role} object={at} />
    </>
  );
}

function Matrix({ role, object }: { role: string; object: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  const body = wholeObject(definitions, object)?.body ?? {};
  const fields = fieldsOf(body);
  const grant = grantOf(partsOf(definitions, role), object);
  const may = (row: number, column: number) => mayField(grant, fields[row]![0], ACTS[column]!);
  const words = [t`See`, t`Write`];

  function toggle({ top, bottom, left, right }: Range): void {
    const next = !may(top, left);
    const names = fields.slice(top, bottom + 1).filter(([, field]) => left === 0 || !isComputed(field)).map(([name]) => name);
    // Who writes sees, so over both columns letting begins with writing and forbidding with seeing.
    const which = left === right ? ACTS[left]! : next ? "write" : "see";
    act(t`Change rights on fields`, setFields(definitions, role, object, names, which, next));
  }

  const grid = useGrid(fields.length, ACTS.length, (key, _, range) => {
    if (key !== " " && key !== "Enter") return false;
    toggle(range);
    return true;
  });
  return (
    <ScrollX label={t`Rights on fields`}>
      <table {...grid.props} role="grid" aria-multiselectable aria-label={t`Rights on fields`} className="q-rights q-rights-fields">
        <thead>
          <tr>
            <th scope="col">{t`Field`}</th>
            {words.map((word) => (
              <th key={word} scope="col">
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {fields.map(([name, field], row) => {
            const Icon = iconOf(field.formula !== undefined ? "formula" : field.type);
            return (
              <tr key={name}>
                <th scope="row">
                  <Icon size={14} aria-hidden /> {say(field.label, name)}
                </th>
                {ACTS.map((each, column) => {
                  const isOut = each === "write" && isComputed(field);
                  const isLet = !isOut && may(row, column);
                  return (
                    <td
                      key={each}
                      role="gridcell"
                      data-spot={`${row}:${column}`}
                      tabIndex={grid.spot.row === row && grid.spot.column === column ? 0 : -1}
                      aria-selected={isChosen(chosenIn(grid, row), column)}
                      aria-label={`${say(field.label, name)}, ${words[column]}: ${isOut ? t`computed` : isLet ? t`yes` : t`no`}`}
                      className={isOut ? "q-right-out" : `q-right-cell q-right-${isLet ? "all" : "none"}`}
                      onClick={(event) => !isOut && !event.shiftKey && toggle({ top: row, bottom: row, left: column, right: column })}
                    >
                      {isOut ? <small className="q-muted">{t`computed`}</small> : isLet ? <Check size={16} aria-hidden /> : <Minus size={14} aria-hidden />}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollX>
  );
}

const isComputed = (field: Body): boolean => field.formula !== undefined || Boolean(field.read_only) || fieldTypeOf(field.type)?.family === "computed";
