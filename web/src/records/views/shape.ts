/** What a kind of view is drawn by: as the view says, as the address says, else as the object's fields suggest. */
import { type Aggregate, type Field, fieldOf, isLink, type ObjectInfo, SYSTEM_FIELDS, type Unit, type ViewColour, type ViewInfo, type ViewKind } from "../definitions";

export const KINDS: ViewKind[] = ["list", "board", "calendar", "gantt", "gallery", "tree", "map"];
export const PLACES = ["group", "unit", "start", "end", "depends", "progress", "parent", "image", "location", "colour_by"] as const;
export type Place = (typeof PLACES)[number];

export interface Shape extends Record<Place, string> {
  unit: Unit;
  totals: Record<string, Aggregate>;
  colours: Record<string, ViewColour>;
}

const own = (object: ObjectInfo): Field[] => object.fields.filter((field) => !field.hidden && !SYSTEM_FIELDS.has(field.name) && !field.live);
const typed = (...types: string[]) => (field: Field): boolean => types.includes(field.type);
const above = (object: ObjectInfo) => (field: Field): boolean => isLink(field) && field.to === object.name;
const columns = (field: Field): boolean => ["choice", "boolean"].includes(field.type) || isLink(field);

const starts = (field: Field): boolean => (typed("date_range")(field) && !field.hidden) || field.name === "created_at";

/** The fields that can stand at a place. */
export function fitting(object: ObjectInfo, place: Place, kind: ViewKind = "list"): Field[] {
  const fields = own(object);
  switch (place) {
    case "group":
      return fields.filter((field) => columns(field) || (kind === "list" && typed("date", "moment", "tree_choice", "region", "rating", "role")(field)));
    case "start":
      return [...fitting(object, "end"), ...object.fields.filter(starts)];
    case "end":
      return object.fields.filter((field) => typed("date", "moment")(field) && !SYSTEM_FIELDS.has(field.name));
    case "depends":
    case "parent":
      return fields.filter(above(object));
    case "progress":
      return fields.filter(typed("progress", "percent"));
    case "image":
      return fields.filter(typed("image", "files"));
    case "location":
      return fields.filter(typed("location"));
    case "colour_by":
      return fields.filter(typed("choice", "colour"));
    default:
      return [];
  }
}

/** What is needed before the kind can be drawn at all. */
export const NEEDS: Partial<Record<ViewKind, Place>> = { board: "group", calendar: "start", gantt: "start", gallery: "image", tree: "parent", map: "location" };

/** The kinds that this object's fields allow. */
export function kindsOf(object: ObjectInfo): ViewKind[] {
  return KINDS.filter((kind) => {
    if (kind === "list") return true;
    if (kind === "gantt") return isSpan(object, spanOf(object));
    const place = NEEDS[kind];
    return place === undefined || fitting(object, place, kind).some((field) => field.name !== "created_at");
  });
}

/** The first day that is no system's, and the next one that can be its end; without an end, a range of days. */
function spanOf(object: ObjectInfo): { start: string; end: string } {
  const days = fitting(object, "end");
  const planned = days.filter((field) => !field.computed);
  const start = planned.find((field) => /start|begin|from/.test(field.name)) ?? planned[0];
  const rest = planned.filter((field) => field !== start && field.type === start?.type);
  const end = rest.find((field) => /end|finish|until|to$|due/.test(field.name));
  const range = own(object).find(typed("date_range"));
  if (range && !end) return { start: range.name, end: "" };
  return { start: start?.name ?? "", end: end?.name ?? "" };
}

const isSpan = (object: ObjectInfo, { start, end }: { start: string; end: string }): boolean => end !== "" || fieldOf(object, start)?.type === "date_range";

function suggested(object: ObjectInfo, kind: ViewKind): Partial<Record<Place, string>> {
  const span = spanOf(object);
  const first = (place: Place) => fitting(object, place, kind)[0]?.name ?? "";
  switch (kind) {
    case "board":
      return { group: object.board_by || object.state_field || first("group") };
    case "calendar":
      return { start: object.calendar_by || span.start || first("start"), end: object.calendar_by && object.calendar_by !== span.start ? "" : span.end };
    case "gantt":
      return { ...span, parent: first("parent"), progress: first("progress") };
    case "gallery":
      return { image: first("image") };
    case "tree":
      return { parent: first("parent") };
    case "map":
      return { location: first("location") };
    default:
      return {};
  }
}

/** `-` in the address takes away what the view says. */
export function shapeOf(object: ObjectInfo, kind: ViewKind, view: ViewInfo | undefined, search: URLSearchParams): Shape {
  const fits = view?.kind === kind;
  const guessed = suggested(object, kind);
  const places = PLACES.map((place) => {
    const asked = search.get(place);
    const given = asked && asked !== "-" && place !== "unit" && !fitting(object, place, kind).some((field) => field.name === asked) ? null : asked;
    const said = fits || place === "colour_by" ? view?.[place] : undefined;
    const name = given === "-" ? "" : (given ?? (fits && place !== NEEDS[kind] ? said : said || guessed[place]) ?? "");
    return [place, place === "unit" || !name || fieldOf(object, name) ? name : ""];
  });
  const unit = search.get("unit") ?? view?.unit ?? "";
  return {
    ...(Object.fromEntries(places) as Record<Place, string>),
    unit: (unit === "-" ? "" : unit) as Unit,
    totals: search.has("totals") ? readTotals(search.get("totals")!) : (view?.totals ?? {}),
    colours: search.has("colours") ? readColours(search.get("colours")!) : (view?.colours ?? {}),
  };
}

export function readTotals(text: string): Record<string, Aggregate> {
  const parts = text.split(",").map((part) => part.split(":") as [string, Aggregate]);
  return Object.fromEntries(parts.filter(([name, aggregate]) => name && ["sum", "avg", "min", "max", "count"].includes(aggregate)));
}

export const writeTotals = (totals: Record<string, Aggregate>): string =>
  Object.entries(totals).map(([name, aggregate]) => `${name}:${aggregate}`).join(",") || "-";

function readColours(text: string): Record<string, ViewColour> {
  try {
    return text === "-" ? {} : (JSON.parse(text) as Record<string, ViewColour>);
  } catch {
    return {};
  }
}
