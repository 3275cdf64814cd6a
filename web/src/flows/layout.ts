/** Where the cards of a flow's tree stand: one walk to measure, one to place. Top down, branches side by side. */
import { type Flow, ordered, type Place, placesIn, ROOT, type Step, type Steps } from "./model";

export const CARD = { width: 232, height: 78 };
export const HEAD = { width: 200, height: 46 };
const GAP = { across: 32, down: 52 };
const JOIN = 26;

export interface Card {
  id: string;
  kind: "start" | "step" | "branch" | "end";
  name: string;
  step?: Step;
  place?: Place;
  at?: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Edge {
  from: string;
  to: string;
  points: [number, number][];
  /** Where a step can be put in. */
  add?: { place: Place; at: number; x: number; y: number };
}

export interface Drawing {
  cards: Card[];
  edges: Edge[];
  width: number;
  height: number;
}

interface Size {
  width: number;
  height: number;
}

/** The drawing of the whole flow; x and y are the upper left corner of each card. */
export function layout(flow: Flow): Drawing {
  return new Drawer().draw(flow);
}

/** Where a step has a way of its own for failing, the usual way goes by beside it. */
const PASS = { width: 40, height: 0 };
const goesBy = (step: Step): boolean => Boolean(step.failed) && step.kind !== "branch" && step.kind !== "loop";

class Drawer {
  private readonly cards: Card[] = [];
  private readonly edges: Edge[] = [];
  private readonly sizes = new Map<Steps | Step, Size>();

  draw(flow: Flow): Drawing {
    const steps = flow.steps ?? {};
    const size = this.sizeOf(steps);
    const middle = size.width / 2;
    this.put({ id: "start", kind: "start", name: "" }, middle, 0, CARD);
    const open = this.sequence(steps, ROOT, middle, "start", CARD.height);
    const y = open.y + GAP.down;
    this.put({ id: "end", kind: "end", name: "" }, middle, y, HEAD);
    this.link(open.from, "end", [[middle, open.y], [middle, y]], { place: ROOT, at: Object.keys(steps).length });
    return { cards: this.cards, edges: this.edges, width: size.width, height: y + HEAD.height };
  }

  private sizeOf(steps: Steps): Size {
    const known = this.sizes.get(steps);
    if (known) return known;
    const size = { width: CARD.width, height: 0 };
    for (const step of Object.values(steps)) {
      const each = this.sizeOfStep(step);
      size.width = Math.max(size.width, each.width);
      size.height += GAP.down + each.height;
    }
    this.sizes.set(steps, size);
    return size;
  }

  private sizeOfStep(step: Step): Size {
    const known = this.sizes.get(step);
    if (known) return known;
    const inner = [...(goesBy(step) ? [PASS] : []), ...placesIn("", step).map(({ steps }) => this.sizeOf(steps))];
    if (inner.length === 0) return CARD;
    const width = inner.reduce((sum, { width }) => sum + width + GAP.across, -GAP.across);
    const tallest = Math.max(...inner.map(({ height }) => height));
    const size = { width: Math.max(CARD.width, width), height: CARD.height + GAP.down + HEAD.height + tallest + GAP.down + JOIN };
    this.sizes.set(step, size);
    return size;
  }

  /** Draws the steps one below another, and answers where the line goes on. */
  private sequence(steps: Steps, place: Place, middle: number, above: string, y: number): { y: number; from: string } {
    let from = above;
    let at = y;
    for (const [index, [name, step]] of ordered(steps).entries()) {
      const id = `step:${name}`;
      this.put({ id, kind: "step", name, step, place, at: index }, middle, at + GAP.down, CARD);
      this.link(from, id, [[middle, at], [middle, at + GAP.down]], { place, at: index });
      at = this.inner(name, step, middle, at + GAP.down + CARD.height);
      from = id;
    }
    return { y: at, from };
  }

  /** The ways below a step, and their meeting. */
  private inner(name: string, step: Step, middle: number, y: number): number {
    const ways = placesIn(name, step);
    if (ways.length === 0) return y;
    const widths = ways.map(({ steps }) => this.sizeOf(steps).width);
    const passing = goesBy(step) ? PASS.width + GAP.across : 0;
    let left = middle - widths.reduce((sum, width) => sum + width + GAP.across, passing - GAP.across) / 2;
    const end = y + this.sizeOfStep(step).height - CARD.height;
    if (passing) {
      const x = left + PASS.width / 2;
      this.link(`step:${name}`, `step:${name}`, [[middle, y], [middle, y + GAP.down / 2], [x, y + GAP.down / 2], [x, end - JOIN / 2], [middle, end - JOIN / 2], [middle, end]]);
      left += passing;
    }
    for (const [index, { place, steps }] of ways.entries()) {
      const x = left + widths[index]! / 2;
      const id = `way:${name}:${place.branch ?? place.part}`;
      this.link(`step:${name}`, id, [[middle, y], [middle, y + GAP.down / 2], [x, y + GAP.down / 2], [x, y + GAP.down]]);
      this.put({ id, kind: "branch", name: place.branch ?? place.part, step, place, at: index }, x, y + GAP.down, HEAD);
      const open = this.sequence(steps, place, x, id, y + GAP.down + HEAD.height);
      this.link(open.from, `step:${name}`, [[x, open.y], [x, end - JOIN / 2], [middle, end - JOIN / 2], [middle, end]], { place, at: Object.keys(steps).length });
      left += widths[index]! + GAP.across;
    }
    return end;
  }

  private put(card: Pick<Card, "id" | "kind" | "name" | "step" | "place" | "at">, middle: number, y: number, { width, height }: Size): void {
    this.cards.push({ ...card, x: middle - width / 2, y, width, height });
  }

  private link(from: string, to: string, points: [number, number][], add?: { place: Place; at: number }): void {
    const [x, y] = points[0]!;
    this.edges.push({ from, to, points, ...(add && { add: { ...add, x, y: y + GAP.down / 2 } }) });
  }
}
