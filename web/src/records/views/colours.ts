/** Colours by condition: the first that holds of the whole record, and of each field.

What formulas over the answered row can't tell is asked of the server, for the rows that are shown. */
import { useQueries } from "@tanstack/react-query";
import { type CSSProperties, useMemo } from "react";
import { get } from "../../kit/api";
import { Decimal } from "../../kit/decimal";
import type { Tone } from "../../kit/theme";
import { type Env, evaluate, lift } from "../../rules/formula";
import { useMe } from "../../shell/session";
import { useDefs } from "../context";
import { readColour } from "../fields/colour";
import type { Shape } from "./shape";
import { type Definitions, fieldAt, fieldOf, type ObjectInfo, type RecordAnswer, type ViewColour } from "../definitions";

export interface Tones {
  row?: Tone;
  /** The ground from a colour field's own value, where no tone is. */
  paint?: CSSProperties;
  fields: Partial<Record<string, Tone>>;
}

const NONE: Tones = { fields: {} };
const QUOTED = /"(?:[^"\\]|\\.|"")*"|'(?:[^'\\]|\\.|'')*'/g;
const PATH = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*/gu;

/** The fields that conditions read, so that the list asks for them. */
export function pathsOf(definitions: Definitions, object: ObjectInfo, colours: ViewColour[]): string[] {
  const names = colours.flatMap(({ when }) => when.replace(QUOTED, "").match(PATH) ?? []);
  return [...new Set(names)].filter((path) => {
    const field = fieldAt(definitions, object, path);
    return field && field.type !== "lines";
  });
}

interface Company {
  me: number;
  timezone?: string;
  departments?: number[];
}

export function envOf(definitions: Definitions, object: ObjectInfo, row: RecordAnswer, { me, timezone, departments }: Company): Env {
  return {
    timezone,
    myDepartments: departments?.map((id) => new Decimal(id)),
    read: (path) => {
      const name = path.join(".");
      if (name === "me") return new Decimal(me);
      const field = fieldAt(definitions, object, name);
      return field && name in row ? lift(row[name], field.result ?? field.type) : undefined;
    },
  };
}

/** The first that holds. */
export function tonesOf(colours: ViewColour[], holds: (colour: ViewColour) => boolean): Tones {
  const tones: Tones = { fields: {} };
  for (const colour of colours) {
    if (!holds(colour)) continue;
    if (!colour.field) tones.row ??= colour.tone ?? "info";
    else tones.fields[colour.field] ??= colour.tone ?? "info";
  }
  return tones;
}

export const inOrder = (colours: Record<string, ViewColour>): ViewColour[] =>
  Object.values(colours).toSorted((one, other) => (one.order ?? 0) - (other.order ?? 0));

type Coloured = Pick<Shape, "colours" | "colour_by">;

export function useColourPaths(object: ObjectInfo, { colours, colour_by: by }: Coloured): string[] {
  const definitions = useDefs();
  return useMemo(() => [...new Set([...pathsOf(definitions, object, inOrder(colours)), ...(by ? [by] : [])])], [by, definitions, object, colours]);
}

/** What no condition colours takes its choice's tone, or the colour that a field holds. */
export function colouredBy(object: ObjectInfo, by: string, row: RecordAnswer, tones: Tones): Tones {
  const field = fieldOf(object, by);
  const value = String(row[by] ?? "");
  if (!field || !value || tones.row) return tones;
  if (field.type === "choice") return { ...tones, row: field.choices?.find(({ name }) => name === value)?.tone };
  const colour = readColour(value);
  return colour ? { ...tones, paint: { "--q-paint": colour } as CSSProperties } : tones;
}

const AT_ONCE = 400;
const SAMPLE = 50;

export function useColours(object: ObjectInfo, { colours: written, colour_by: by }: Coloured, rows: RecordAnswer[]): (row: RecordAnswer) => Tones {
  const definitions = useDefs();
  const { user, company, departments } = useMe();
  const colours = useMemo(() => inOrder(written), [written]);
  const tell = useMemo(() => {
    const here = { me: user, timezone: company.timezone, departments };
    return ({ when }: ViewColour, row: RecordAnswer) => evaluate(when, envOf(definitions, object, row, here));
  }, [company.timezone, definitions, departments, object, user]);
  const open = useMemo(() => colours.filter((colour) => rows.slice(0, SAMPLE).some((row) => tell(colour, row) === undefined)), [colours, rows, tell]);
  const answered = useAnswers(object.name, open, rows);
  return useMemo(() => {
    if (colours.length === 0 && !by) return () => NONE;
    const known = new WeakMap<RecordAnswer, Tones>();
    return (row: RecordAnswer) => {
      const holds = (colour: ViewColour) => (open.includes(colour) ? answered.has(`${row.id} ${colour.when}`) : tell(colour, row) === true);
      const tones = known.get(row) ?? colouredBy(object, by, row, tonesOf(colours, holds));
      known.set(row, tones);
      return tones;
    };
  }, [answered, by, colours, object, open, tell]);
}

/** `id formula` of all that hold; pages that were asked for once are not asked for again. */
function useAnswers(object: string, open: ViewColour[], rows: RecordAnswer[]): ReadonlySet<string> {
  const parts = open.length === 0 ? [] : Array.from({ length: Math.ceil(rows.length / AT_ONCE) }, (_, at) => rows.slice(at * AT_ONCE, (at + 1) * AT_ONCE).map(({ id }) => id));
  return useQueries({
    queries: parts.flatMap((ids) =>
      open.map(({ when }) => ({
        queryKey: ["list", object, "colours", when, ids],
        queryFn: ({ signal }: { signal: AbortSignal }) => askServer(object, when, ids, signal),
        retry: false,
      })),
    ),
    combine: allOf,
  });
}

const allOf = (answers: { data?: string[] }[]): ReadonlySet<string> => new Set(answers.flatMap(({ data }) => data ?? []));

async function askServer(object: string, when: string, ids: number[], signal: AbortSignal): Promise<string[]> {
  const where = `(${when}) and id in (${ids.join(", ")})`;
  const { records } = await get<{ records: RecordAnswer[] }>(`/api/records/${object}`, { where, fields: "id", limit: AT_ONCE }, signal);
  return records.map(({ id }) => `${id} ${when}`);
}

/** A class for the ground of a row, card or bar. */
export const toneClass = (tone?: Tone): string => (tone ? ` q-toned q-toned-${tone}` : "");
/** The same of the whole record; `paint` goes into its style. */
export const groundClass = ({ row, paint }: Tones): string => (paint ? " q-painted" : toneClass(row));

/** For what is drawn in one strong colour: a bar, a mark on the map. */
export const barClass = ({ row, paint }: Tones): string => `q-bar-${paint ? "painted" : (row ?? "plain")}`;
