/** All roles beside all objects: five marks a cell, full for every record and half for some. */
import { useLingui } from "@lingui/react/macro";
import { memo, useMemo } from "react";
import { labelOf, useDesign } from "../context";
import type { Definitions } from "../draft";
import { say } from "../words";
import { chosenIn, isChosen, useGrid } from "./grid";
import { ObjectGrid } from "./ObjectGrid";
import { choicesFor, type Grant, grantOf, kindOfScope, objectsByApp, partsOf, type RoleInfo, type ScopeKind, VERBS } from "./rights";
import { SCOPE_WORDS, VERB_ICONS, VERB_WORDS } from "./words";

interface OverviewProps {
  roles: RoleInfo[];
  onOpen: (role: string, object: string) => void;
}

export function Overview({ roles, onOpen }: OverviewProps) {
  const { t, i18n } = useLingui();
  const { definitions } = useDesign();
  const apps = useMemo(() => objectsByApp(definitions), [definitions]);
  const objects = apps.flatMap(([, own]) => own.map(([name]) => name));
  const kinds = useMemo(() => kindsOf(definitions, objects, roles), [definitions]);
  const labels = roles.map((role) => say(role.label, role.name));
  const open = (row: number, column: number) => {
    if (objects[row] && roles[column]) onOpen(roles[column].name, objects[row]);
  };
  const grid = useGrid(objects.length, roles.length, (key, _, range) => {
    if (key !== "Enter" && key !== " ") return false;
    open(range.top, range.left);
    return true;
  });
  return (
    <>
      <div className="q-roles-head">
        <div>
          <h2>{t`Who may do what`}</h2>
          <p className="q-muted">{t`Nothing is allowed by default. Choose a cell to change it; arrow keys go about.`}</p>
        </div>
        <Legend />
      </div>
      <ObjectGrid label={t`Rights of all roles`} grid={grid} apps={apps} columns={roles.map((role, at) => ({ name: role.name, label: labels[at]! }))} className="q-rights-all">
        {(name, body, row) => <Row key={name} row={row} label={labelOf(body, name)} roles={labels.join("\n")} kinds={kinds[name]!} chosen={chosenIn(grid, row)} tab={grid.spot.row === row ? grid.spot.column : -1} onOpen={open} words={i18n.locale} />}
      </ObjectGrid>
    </>
  );
}

/** For each object the ranges of every right, a line for each role: worked out when rights change, not at every key. */
function kindsOf(definitions: Definitions, objects: string[], roles: RoleInfo[]): Record<string, string> {
  const parts = roles.map((role) => partsOf(definitions, role.name));
  return Object.fromEntries(
    objects.map((name) => {
      const choices = choicesFor(definitions, name);
      const line = (grant: Grant) => VERBS.map((verb) => kindOfScope(grant[verb], choices)).join(" ");
      return [name, parts.map((each) => line(grantOf(each, name))).join("\n")];
    }),
  );
}

interface RowProps {
  row: number;
  label: string;
  roles: string;
  kinds: string;
  chosen: string;
  tab: number;
  words: string;
  onOpen: (row: number, column: number) => void;
}

/** Everything but the act is text, so that a row is drawn again only when it says something else. */
const Row = memo(
  function Row({ row, label, roles, kinds, chosen, tab, onOpen }: RowProps) {
    const names = roles.split("\n");
    return (
      <tr>
        <th scope="row">{label}</th>
        {kinds.split("\n").map((each, column) => (
          <td key={names[column]} role="gridcell" data-spot={`${row}:${column}`} tabIndex={tab === column ? 0 : -1} aria-selected={isChosen(chosen, column)} onDoubleClick={() => onOpen(row, column)} onClick={(event) => !event.shiftKey && onOpen(row, column)}>
            <Marks kinds={each.split(" ") as ScopeKind[]} />
          </td>
        ))}
      </tr>
    );
  },
  (one, other) => one.label === other.label && one.roles === other.roles && one.kinds === other.kinds && one.chosen === other.chosen && one.tab === other.tab && one.row === other.row && one.words === other.words,
);

function Marks({ kinds }: { kinds: ScopeKind[] }) {
  const { t, i18n } = useLingui();
  const told = VERBS.flatMap((verb, at) => (kinds[at] === "none" ? [] : [`${i18n._(VERB_WORDS[verb])}: ${i18n._(SCOPE_WORDS[kinds[at]!])}`]));
  return (
    <span className="q-marks" title={told.join("\n")}>
      <span className="q-hidden">{told.length ? told.join("; ") : t`Nothing`}</span>
      {VERBS.map((verb, at) => {
        const Icon = VERB_ICONS[verb];
        const kind = kinds[at]!;
        return (
          <span key={verb} aria-hidden className={`q-mark q-mark-${kind === "none" ? "none" : kind === "all" ? "all" : "some"}`}>
            {kind !== "none" && <Icon size={12} />}
          </span>
        );
      })}
    </span>
  );
}

function Legend() {
  const { t, i18n } = useLingui();
  return (
    <p className="q-rights-legend">
      {VERBS.map((verb) => {
        const Icon = VERB_ICONS[verb];
        return (
          <span key={verb}>
            <Icon size={13} aria-hidden /> {i18n._(VERB_WORDS[verb])}
          </span>
        );
      })}
      <span>
        <span className="q-mark q-mark-all" aria-hidden /> {t`every record`}
      </span>
      <span>
        <span className="q-mark q-mark-some" aria-hidden /> {t`some records`}
      </span>
    </p>
  );
}
