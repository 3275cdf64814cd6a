/** What people call the parts of definitions: things, properties, values. */
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { useDefs } from "../../records/context";
import type { Definitions } from "../../records/definitions";
import { fieldOf } from "../../records/definitions";
import { type Definitions as Drafted } from "../draft";
import { say } from "../words";

export interface Thing {
  label: string;
  kind: string;
}

/** What a definition is called; a draft's own words come first. */
export function useThings(drafted?: Drafted): (kind: string, name: string) => Thing {
  const definitions = useDefs();
  const kinds = useKindWords();
  return (kind, name) => ({ label: draftedLabel(drafted, kind, name) || publishedLabel(definitions, kind, name) || shortName(name), kind: kinds(kind) });
}

const shortName = (name: string): string => name.split(":").at(-1)!.split(".").at(-1)!;

function draftedLabel(drafted: Drafted | undefined, kind: string, name: string): string {
  if (!drafted) return "";
  if (kind !== "field") return say(drafted[kind]?.[name]?.body?.label ?? drafted[kind]?.[plainName(name)]?.body?.label);
  const [object, field] = splitField(name);
  const parts = Object.entries(drafted.object ?? {}).filter(([key, entry]) => key === object || entry.body?.object === object);
  const found = parts.map(([, entry]) => entry.body?.fields?.[field]).find(Boolean);
  return found ? say(found.label, field) : "";
}

function publishedLabel(definitions: Definitions, kind: string, name: string): string | undefined {
  const plain = plainName(name);
  if (kind === "field") {
    const [object, field] = splitField(name);
    const known = definitions.objects[object];
    return known && (fieldOf(known, field)?.label ?? known.related.find((each) => each.name === field)?.label);
  }
  if (kind === "object" || kind === "form") return definitions.objects[plain]?.label;
  if (kind === "operation") return definitions.operations[plain]?.label;
  if (kind === "view") return definitions.views[plain]?.label;
  if (kind === "print") return definitions.prints[plain]?.label;
  if (kind === "import") return definitions.imports[plain]?.label;
  if (kind === "app") return definitions.apps.find((app) => app.name === name)?.label;
  if (kind === "role" || kind === "home") return definitions.roles.find((role) => role.name === shortName(name))?.label;
  return undefined;
}

/** Parts that extend another app's thing are named `crm:base.party`. */
export const plainName = (name: string): string => name.split(":").at(-1)!;

export function splitField(name: string): [string, string] {
  const parts = plainName(name).split(".");
  return [parts.slice(0, -1).join("."), parts.at(-1)!];
}

function useKindWords(): (kind: string) => string {
  const { t } = useLingui();
  const words: Record<string, string> = {
    object: t`Object`, field: t`Field`, form: t`Form layout`, view: t`View`, role: t`Role`, home: t`Home page`, print: t`Print`, import: t`Import`, app: t`App`,
    operation: t`Operation`, rule: t`Rule`, public_form: t`Public form`, reaction: t`Reaction`,
  };
  return (kind) => words[kind] ?? kind;
}

/** Properties of definitions, as the designer's panels call them. */
export function usePropertyWords(): (property: string) => string {
  const { t } = useLingui();
  const words: Record<string, string> = {
    label: t`name`, help: t`help text`, plural: t`plural`, type: t`type`, required: t`required`, unique: t`unique`, default: t`default value`, formula: t`formula`,
    choices: t`choices`, decimals: t`decimals`, min: t`least`, max: t`most`, max_length: t`longest`, to: t`links to`, filter: t`filter`, hidden: t`hidden`,
    read_only: t`read only`, fixed: t`fixed after creation`, in_list: t`column of the list`, group: t`heading`, order: t`place`, search: t`found by search`, index: t`index`,
    fields: t`fields`, rules: t`validations`, require: t`required condition`, say: t`message`, linkage: t`linkage`, when: t`condition`, keys: t`unique by`, groups: t`headings`, sections: t`sections`,
    items: t`items`, columns: t`columns`, title: t`title`, icon: t`icon`, sort: t`sorting`, where: t`condition`, kind: t`kind`, rows: t`rows`, outputs: t`outcomes`, tests: t`tests`, colours: t`colours`, totals: t`totals`,
    en: t`in English`, zh: t`in Chinese`, objects: t`rights`, operations: t`operations`, see: t`may see`, create: t`may create`, change: t`may change`, remove: t`may remove`, export: t`may export`, hide: t`hides`, show: t`shows`,
    lock: t`locks`, locked: t`locked fields`, set: t`sets`, only: t`only these fields`, writes: t`writable fields`, roles: t`roles`, menu: t`menu`, version: t`version`, needs: t`needs`, cards: t`cards`, tiles: t`figures`,
    reverse_label: t`name of the list`, reverse: t`list`, of: t`lines`, pattern: t`number pattern`, currency: t`currency`, tone: t`colour`, width: t`width`, device: t`device`, performs: t`performs`, on: t`works on`, inputs: t`inputs`,
    board_by: t`board by`, calendar_by: t`calendar by`, state_field: t`state`, header: t`header`, lines: t`lines`, party: t`party`, signatures: t`signatures`, footer: t`footer`, subtitle: t`subtitle`, lines_of: t`lines of`, target: t`target`, object: t`object`, note: t`note`, path: t`path`,
  };
  return (property) => words[property] ?? property;
}

/** `fields.total.formula` → “Total · formula”, with fields called as people call them. */
export function usePlaceWords(drafted?: Drafted): (kind: string, name: string, place: string) => string {
  const properties = usePropertyWords();
  const things = useThings(drafted);
  return (kind, name, place) => {
    const parts = splitPlace(place);
    const shown: string[] = [];
    for (let at = 0; at < parts.length; at += 1) {
      const part = parts[at]!;
      if (kind === "object" && part === "fields" && parts[at + 1]) shown.push(things("field", `${plainName(name)}.${parts[++at]}`).label);
      else if (kind === "role" && part === "objects" && parts[at + 1]) shown.push(things("object", parts[++at]!).label);
      else if (at > 0 && ["sections", "rules", "linkage", "keys", "cards", "tiles", "menu", "choices", "groups", "items", "colours"].includes(parts[at - 1]!)) shown.push(part);
      else shown.push(properties(part));
    }
    return shown.join(" · ");
  };
}

/** Names of objects have a dot of their own: `objects.oms.sales_order.see`. */
function splitPlace(place: string): string[] {
  const parts = place.split(".").filter(Boolean);
  if (parts[0] === "objects" && parts.length > 2) return ["objects", `${parts[1]}.${parts[2]}`, ...parts.slice(3)];
  return parts;
}

type Plain = Record<string, unknown>;

const isWords = (value: unknown): value is { en?: string; zh?: string } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length > 0 && Object.keys(value).every((key) => key === "en" || key === "zh");

/** A property's value, so that somebody who never saw a definition can read it. */
export function ValueShown({ value, property = "" }: { value: unknown; property?: string }): ReactNode {
  const { t } = useLingui();
  const properties = usePropertyWords();
  if (value === null || value === undefined || value === "") return <em className="q-muted">{t`not there`}</em>;
  if (typeof value === "boolean") return value ? t`Yes` : t`No`;
  if (isWords(value)) return say(value);
  if (Array.isArray(value)) return value.length === 0 ? <em className="q-muted">{t`nothing`}</em> : value.map((each) => (isWords(each) ? say(each) : typeof each === "object" ? JSON.stringify(each) : String(each))).join(", ");
  if (typeof value === "object")
    return (
      <dl className="q-value-parts">
        {Object.entries(value as Plain).map(([key, inner]) => (
          <div key={key}>
            <dt>{properties(key)}</dt>
            <dd>
              <ValueShown value={inner} property={key} />
            </dd>
          </div>
        ))}
      </dl>
    );
  return FORMULAS.has(property.split(".").at(-1) ?? "") ? <code>{String(value)}</code> : String(value);
}

const FORMULAS = new Set(["formula", "default", "when", "where", "filter", "require", "see", "create", "change", "remove"]);
