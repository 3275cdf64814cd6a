/** Which answers a decision of decisions passes on, and to whom; and where its cards stand, layer by layer. */
import type { Line, Spot } from "../../../flows/CanvasFrame";
import type { Body } from "../../draft";
import { tokensOf } from "../../formula/reading";
import { type Column, outputsOf, partsOf } from "../model";

export interface GraphCard extends Spot {
  kind: "call" | "output";
  name: string;
  call?: Body;
  column?: Column;
}

export interface Graph {
  cards: GraphCard[];
  edges: Line[];
  width: number;
  height: number;
}

const CARD = { call: { width: 220, height: 76 }, output: { width: 180, height: 60 } };
const GAP = { across: 28, down: 56 };

/** Calls on whose answers these formulas rest: `tax.rate` rests on `tax`. */
function restingOn(formulas: readonly unknown[], calls: ReadonlySet<string>): string[] {
  const names = formulas.flatMap((formula) => tokensOf(String(formula ?? "")).filter(({ kind, text }, at, all) => kind === "name" && calls.has(text) && all[at + 1]?.text === "." && all[at - 1]?.text !== ".").map(({ text }) => text));
  return [...new Set(names)];
}

export function graphOf(body: Body): Graph {
  const calls = partsOf(body.calls);
  const names = new Set(calls.map(([name]) => name));
  const before = new Map(calls.map(([name, call]) => [name, restingOn(Object.values((call.given ?? {}) as object), names).filter((other) => other !== name)]));
  const layers = layered(calls.map(([name]) => name), before);
  const outputs = outputsOf(body);
  const lines = [
    ...calls.flatMap(([name]) => before.get(name)!.map((other) => [`call ${other}`, `call ${name}`] as const)),
    ...outputs.flatMap((column) => restingOn([column.body.formula], names).map((name) => [`call ${name}`, `output ${column.name}`] as const)),
  ];
  const rows: Omit<GraphCard, "x" | "y">[][] = [
    ...layers.map((layer) => layer.map((name) => ({ id: `call ${name}`, kind: "call" as const, name, call: body.calls[name] as Body, ...CARD.call }))),
    outputs.map((column) => ({ id: `output ${column.name}`, kind: "output" as const, name: column.name, column, ...CARD.output })),
  ].filter((row) => row.length > 0);
  return placed(rows, lines);
}

/** Each call stands below all that it rests on; one that rests on a later one stays where it can be drawn. */
function layered(calls: string[], before: ReadonlyMap<string, string[]>): string[][] {
  const depth = new Map<string, number>();
  for (const call of calls) depth.set(call, Math.max(0, ...before.get(call)!.map((other) => (depth.get(other) ?? -1) + 1)));
  return calls.reduce<string[][]>((layers, call) => {
    (layers[depth.get(call)!] ??= []).push(call);
    return layers;
  }, []);
}

function placed(rows: Omit<GraphCard, "x" | "y">[][], lines: (readonly [string, string])[]): Graph {
  const wide = (row: { width: number }[]) => row.reduce((sum, { width }) => sum + width + GAP.across, -GAP.across);
  const width = Math.max(0, ...rows.map(wide));
  const cards: GraphCard[] = [];
  let y = 0;
  for (const row of rows) {
    let x = (width - wide(row)) / 2;
    for (const card of row) {
      cards.push({ ...card, x, y });
      x += card.width + GAP.across;
    }
    y += row[0]!.height + GAP.down;
  }
  return { cards, width, height: Math.max(0, y - GAP.down), edges: lines.flatMap(([from, to]) => joined(cards, from, to)) };
}

function joined(cards: GraphCard[], from: string, to: string): Line[] {
  const [one, other] = [from, to].map((id) => cards.find((card) => card.id === id));
  if (!one || !other) return [];
  const [x, bottom, end] = [one.x + one.width / 2, one.y + one.height, other.x + other.width / 2];
  const bend = other.y - GAP.down / 2;
  return [{ from, to, points: [[x, bottom], [x, bend], [end, bend], [end, other.y]] }];
}
