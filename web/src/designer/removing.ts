/** A field taken out, and with it off wherever it only stands. What is computed or chosen by it stays, and is in the way. */
import { alive, bodyOf, tidy, wholeObject, type Whole } from "./acts";
import type { Body, Change, Definitions } from "./draft";
import { formFrom, layoutOf } from "./layout";

export interface Use {
  kind: string;
  name: string;
  place: string;
}

const PLAIN = ["show", "hide", "require", "lock"];
const EACH = ["set", "choices", "filter"];
/** Lists of fields that mean “all” when they are empty. */
const LIMITS = ["only", "writes"];

/** All in one act. */
export function removeField(definitions: Definitions, object: string, field: string): Change[] {
  const whole = wholeObject(definitions, object);
  const key = whole?.places[field];
  if (!whole || !key) return [];
  const gone = whole.body.fields[field] as Body;
  const own = partsOf(definitions, object).flatMap(([name, body]) => changed("object", name, body, withoutField(body, field, name === key)));
  const lines = gone.type === "lines" && gone.of && definitions.object?.[gone.of]?.is_new ? [{ kind: "object", name: gone.of as string, body: null }] : [];
  return [...own, ...fromForms(definitions, whole, field), ...fromLists(definitions, object, field), ...fromPrints(definitions, object, field), ...fromRoles(definitions, object, field), ...lines];
}

/** Whether a use ends by itself when the field is removed. */
export function goesAlong(definitions: Definitions, object: string, field: string, { kind, name, place }: Use): boolean {
  const isOwn = bodyOf(definitions, kind, name)?.object === object;
  if (kind === "form") return isOwn && place.includes(".items.");
  if (kind === "view") return isOwn && ["fields", "totals", "sort"].includes(place);
  if (kind === "public_form") return isOwn && ["fields", "follow"].includes(place);
  if (kind === "print") return (isOwn && ["header", "totals"].includes(place)) || (place === "columns" && linesOfPrint(definitions, bodyOf(definitions, "print", name)) === object);
  if (kind === "field") return place === "reverse";
  const [part, on, effect, target] = place.split(".");
  if (kind === "object") return name === object && part === "linkage" && (PLAIN.includes(effect ?? "") || EACH.includes(effect ?? "")) && (!target || target === field) && Boolean(on);
  if (kind === "role") return place.startsWith(`objects.${object}.`) && !isLimit(definitions, object, field, place.split(".").at(-1) ?? "");
  return false;
}

/** The last field of a limit: without it the role would see, or write, all of them. */
const isLimit = (definitions: Definitions, object: string, field: string, part: string): boolean =>
  LIMITS.includes(part) && alive(definitions, "role").some(([, body]) => String(body.objects?.[object]?.[part] ?? "") === field);

const partsOf = (definitions: Definitions, object: string): [string, Body][] => alive(definitions, "object").filter(([name, body]) => name === object || (body.extend && body.object === object));

const changed = (kind: string, name: string, before: Body, after: Body): Change[] => (JSON.stringify(before) === JSON.stringify(after) ? [] : [{ kind, name, body: after }]);

const without = (names: string[] | undefined, field: string): string[] => (names ?? []).filter((each) => each !== field);

function omit<T>(of: Record<string, T>, key: string): Record<string, T> {
  const { [key]: _, ...others } = of;
  return others;
}

function withoutField(body: Body, field: string, isHome: boolean): Body {
  const linkage = Object.entries((body.linkage ?? {}) as Record<string, Body>).flatMap(([name, rule]) => {
    const kept = ruleWithout(rule, field);
    return kept ? [[name, kept] as const] : [];
  });
  const news = { ...body, ...(isHome ? { fields: omit(body.fields as Body, field) } : {}) };
  return body.linkage ? { ...news, linkage: Object.fromEntries(linkage) } : news;
}

/** A rule that only spoke of the field goes with it. */
function ruleWithout(rule: Body, field: string): Body | null {
  const plain = PLAIN.flatMap((effect) => (rule[effect] ? [[effect, without(rule[effect], field)]] : []));
  const each = EACH.flatMap((effect) => (rule[effect] ? [[effect, omit(rule[effect] as Body, field)]] : []));
  const effects = tidy(Object.fromEntries([...plain, ...each]));
  const others = Object.fromEntries(Object.entries(rule).filter(([key]) => !PLAIN.includes(key) && !EACH.includes(key)));
  return Object.keys(effects).length > 0 ? { ...others, ...effects } : null;
}

function fromForms(definitions: Definitions, whole: Whole, field: string): Change[] {
  const forms = alive(definitions, "form").filter(([, form]) => form.object === whole.name);
  return forms.flatMap(([name, form]) => {
    const sections = layoutOf(whole.body, form);
    if (!sections.some((section) => section.items.some((item) => item.field === field))) return [];
    return [{ kind: "form", name, body: formFrom(form, sections.map((section) => ({ ...section, items: section.items.filter((item) => item.field !== field) }))) }];
  });
}

function fromLists(definitions: Definitions, object: string, field: string): Change[] {
  const views = alive(definitions, "view").flatMap(([name, body]) => {
    if (body.object !== object) return [];
    const sort = String(body.sort ?? "").split(",").filter((part) => part.trim().replace(/^[-+]/, "") !== field).join(",");
    const parts = { fields: without(body.fields, field), totals: omit((body.totals ?? {}) as Body, field), sort };
    return changed("view", name, body, relisted(body, parts));
  });
  const open = alive(definitions, "public_form").flatMap(([name, body]) =>
    body.object === object ? changed("public_form", name, body, relisted(body, { fields: without(body.fields, field), follow: without(body.follow, field) })) : [],
  );
  return [...views, ...open];
}

/** Only the properties that are there are written again. */
const relisted = (body: Body, news: Body): Body => ({ ...body, ...Object.fromEntries(Object.entries(news).filter(([key]) => body[key] !== undefined)) });

const linesOfPrint = (definitions: Definitions, print: Body | undefined): string | undefined => (print ? (wholeObject(definitions, print.object)?.body.fields[print.lines ?? ""]?.of as string | undefined) : undefined);

function fromPrints(definitions: Definitions, object: string, field: string): Change[] {
  return alive(definitions, "print").flatMap(([name, body]) => {
    const own = body.object === object ? relisted(body, { header: without(body.header, field), totals: without(body.totals, field) }) : body;
    return changed("print", name, body, linesOfPrint(definitions, body) === object ? relisted(own, { columns: without(body.columns, field) }) : own);
  });
}

function fromRoles(definitions: Definitions, object: string, field: string): Change[] {
  return alive(definitions, "role").flatMap(([name, body]) => {
    const grant = body.objects?.[object] as Body | undefined;
    if (!grant) return [];
    const lists = ["hide", "locked", ...LIMITS].map((part) => [part, without(grant[part], field)]);
    const news = relisted(grant, Object.fromEntries(lists));
    return changed("role", name, body, { ...body, objects: { ...body.objects, [object]: news } });
  });
}
