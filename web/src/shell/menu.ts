/** The left menu: apps and their items, as the definitions order them. */
import { type Definitions, type MenuItem, objectPath } from "../records/definitions";

export interface Entry {
  key: string;
  label: string;
  to: string;
  icon?: string;
  object?: string;
}

export interface Section {
  name: string;
  label: string;
  icon?: string;
  entries: Entry[];
}

export function sectionsOf(definitions: Definitions): Section[] {
  return definitions.apps
    .map((app) => ({
      name: app.name,
      label: app.label,
      icon: app.icon,
      entries: app.menu.flatMap((item) => entryOf(definitions, app.name, item)),
    }))
    .filter((section) => section.entries.length > 0);
}

function entryOf(definitions: Definitions, app: string, item: MenuItem): Entry[] {
  const key = `${app}.${item.name}`;
  if (item.operation) {
    const operation = definitions.operations[full(item.operation, app)];
    if (!operation) return [];
    return [{ key, label: item.label || operation.label, to: `/do/${operation.name.replace(".", "/")}`, icon: item.icon }];
  }
  const view = item.view ? definitions.views[full(item.view, app)] : undefined;
  const object = definitions.objects[item.object ? full(item.object, app) : (view?.object ?? "")];
  if (object) {
    const to = view ? `${objectPath(object.name)}?view=${view.name}` : objectPath(object.name);
    return [{ key, label: item.label || view?.label || object.plural, to, icon: item.icon, object: object.name }];
  }
  return item.page ? [{ key, label: item.label, to: `/${item.page}`, icon: item.icon }] : [];
}

const full = (name: string, app: string): string => (name.includes(".") ? name : `${app}.${name}`);

/** The entry that the address shows: with its view if it names one, else the plain list. */
export function activeEntry(sections: Section[], path: string, view: string | null): Entry | undefined {
  const entries = sections.flatMap((section) => section.entries);
  const matching = entries.filter((entry) => {
    const plain = entry.to.split("?")[0] ?? "";
    return path === plain || path.startsWith(`${plain}/`);
  });
  return matching.find((entry) => view && entry.to.endsWith(`view=${view}`)) ?? matching.find((entry) => !entry.to.includes("?")) ?? matching[0];
}
