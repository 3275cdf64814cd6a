/** The matrix of one role: objects by what may be done with them, each cell a range of records. */
import { useLingui } from "@lingui/react/macro";
import { Drawer } from "antd";
import { memo, useMemo, useRef, useState } from "react";
import { useIsPhone } from "../../kit/media";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import { CellSettings } from "./CellSettings";
import { chosenIn, isChosen, type Range, useGrid } from "./grid";
import { ObjectGrid } from "./ObjectGrid";
import { type Cell, choicesFor, grantOf, kindOfScope, objectsByApp, partsOf, type Scope, type ScopeKind, scopeOfKind, setScopes, VERBS } from "./rights";
import { SCOPE_KEYS, SCOPE_SHORT, SCOPE_WORDS, VERB_WORDS } from "./words";

interface ObjectRightsProps {
  role: string;
  object: string;
  onObject: (object: string) => void;
  onFields: (object: string) => void;
}

export function ObjectRights({ role, object, onObject, onFields }: ObjectRightsProps) {
  const { t, i18n } = useLingui();
  const { definitions, act } = useDesign();
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const copied = useRef<Scope>(null);
  const apps = useMemo(() => objectsByApp(definitions), [definitions.object, definitions.app]);
  const objects = apps.flatMap(([, own]) => own.map(([name]) => name));
  const choices = useMemo(() => Object.fromEntries(objects.map((name) => [name, choicesFor(definitions, name)])), [definitions.object]);
  const parts = partsOf(definitions, role);

  const cellsOf = ({ top, bottom, left, right }: Range): Cell[] => objects.slice(top, bottom + 1).flatMap((name) => VERBS.slice(left, right + 1).map((verb) => ({ object: name, verb })));
  const scopeAt = ({ object: name, verb }: Cell): Scope => grantOf(parts, name)[verb];
  const put = (cells: Cell[], wanted: (name: string) => Scope | undefined, typing = "") => act(t`Change rights`, setScopes(definitions, role, cells, wanted), typing);
  const putKind = (cells: Cell[], kind: ScopeKind) => put(cells, (name) => scopeOfKind(kind, choices[name] ?? []));

  const grid = useGrid(
    objects.length,
    VERBS.length,
    (key, event, range) => {
      const cells = cellsOf(range);
      const first = cells[0];
      if (!first) return false;
      const letter = key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (letter === "c") copied.current = scopeAt(first);
        else if (letter === "v" && copied.current !== null) put(cells, () => copied.current!);
        else return false;
        return true;
      }
      const kind = SCOPE_KEYS[key];
      if (kind) putKind(cells, kind);
      else if (key === " ") putKind(cells, scopeAt(first) ? "none" : "all");
      else if (key === "Enter") {
        setOpen(true);
        document.getElementById("role-cell")?.querySelector<HTMLElement>("input")?.focus();
      } else return false;
      return true;
    },
    { row: Math.max(0, objects.indexOf(object)), column: 0 },
  );
  const cells = cellsOf(grid.range);
  const at = objects[grid.spot.row] ?? "";

  const settings = at && (
    <CellSettings
      role={role}
      cells={cells}
      choices={choices[at] ?? []}
      scope={scopeAt({ object: at, verb: VERBS[grid.spot.column]! })}
      spot={{ object: at, verb: VERBS[grid.spot.column]! }}
      onKind={(kind) => putKind(cells, kind)}
      onScope={(scope, typing) => put(cells, () => scope, typing)}
      onFields={() => onFields(at)}
    />
  );
  return (
    <div className="q-role-panes">
      <div>
        <p className="q-muted q-small q-desk-only">{t`Arrows go about, shift chooses several. 1 everything, 2 own, 3 own department, 4 and below, 0 nothing, space on and off, Ctrl C and V copy, Enter for more.`}</p>
        <ObjectGrid label={t`Rights on records`} grid={grid} apps={apps} columns={VERBS.map((verb) => ({ name: verb, label: i18n._(VERB_WORDS[verb]) }))} isMultiple>
          {(name, body, row) => {
            const grant = grantOf(parts, name);
            const narrowed = grant.see !== false && grant.hide.length + grant.only.length + grant.locked.length + grant.writes.length > 0;
            return (
              <Row
                key={name}
                name={name}
                row={row}
                label={labelOf(body, name)}
                kinds={VERBS.map((verb) => kindOfScope(grant[verb], choices[name] ?? [])).join(" ")}
                isNarrowed={narrowed}
                chosen={chosenIn(grid, row)}
                tab={grid.spot.row === row ? grid.spot.column : -1}
                locale={i18n.locale}
                onOpen={(which) => {
                  onObject(which);
                  if (isPhone) setOpen(true);
                }}
              />
            );
          }}
        </ObjectGrid>
      </div>
      {isPhone ? (
        <Drawer open={isOpen} onClose={() => setOpen(false)} placement="bottom" size="80%" title={labelOf(bodyOf(definitions, "object", at), at)}>
          {settings}
        </Drawer>
      ) : (
        <aside className="q-role-side" aria-label={t`The chosen right`}>
          {settings}
        </aside>
      )}
    </div>
  );
}

interface RowProps {
  row: number;
  name: string;
  label: string;
  kinds: string;
  isNarrowed: boolean;
  chosen: string;
  tab: number;
  locale: string;
  onOpen: (object: string) => void;
}

const Row = memo(
  function Row({ row, name, label, kinds, isNarrowed, chosen, tab, onOpen }: RowProps) {
    const { t, i18n } = useLingui();
    return (
      <tr>
        <th scope="row">
          {label} {isNarrowed && <small className="q-muted">{t`some fields`}</small>}
        </th>
        {(kinds.split(" ") as ScopeKind[]).map((kind, column) => (
          <td
            key={VERBS[column]}
            role="gridcell"
            data-spot={`${row}:${column}`}
            tabIndex={tab === column ? 0 : -1}
            aria-selected={isChosen(chosen, column)}
            aria-label={`${label}, ${i18n._(VERB_WORDS[VERBS[column]!])}: ${i18n._(SCOPE_WORDS[kind])}`}
            className={`q-right-cell q-right-${kind}`}
            onClick={() => onOpen(name)}
          >
            {i18n._(SCOPE_SHORT[kind])}
          </td>
        ))}
      </tr>
    );
  },
  (one, other) => (["row", "name", "label", "kinds", "isNarrowed", "chosen", "tab", "locale"] as const).every((key) => one[key] === other[key]),
);
