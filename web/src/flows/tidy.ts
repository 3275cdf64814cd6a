/** Where the cards of a plain tree stand: each above the middle of what hangs below it, side by side. */
import type { Line, Spot } from "./CanvasFrame";

export interface Hanging {
  id: string;
  kind: string;
  width: number;
  height: number;
  below: Hanging[];
}

const GAP = { across: 20, down: 40 };

export interface Tidy<H extends Hanging> {
  cards: (Spot & { of: H })[];
  edges: Line[];
  width: number;
  height: number;
}

export function tidy<H extends Hanging>(root: H): Tidy<H> {
  const drawing: Tidy<H> = { cards: [], edges: [], width: 0, height: 0 };
  const widths = new Map<H, number>();
  const below = (node: H) => node.below as H[];

  function widthOf(node: H): number {
    const width = Math.max(node.width, below(node).reduce((sum, each) => sum + widthOf(each) + GAP.across, -GAP.across));
    widths.set(node, width);
    return width;
  }

  function place(node: H, left: number, y: number): number {
    const middle = left + widths.get(node)! / 2;
    drawing.cards.push({ id: node.id, kind: node.kind, of: node, x: middle - node.width / 2, y, width: node.width, height: node.height });
    const bottom = y + node.height;
    drawing.height = Math.max(drawing.height, bottom);
    const wide = below(node).reduce((sum, each) => sum + widths.get(each)! + GAP.across, -GAP.across);
    let from = middle - wide / 2;
    for (const each of below(node)) {
      const x = place(each, from, bottom + GAP.down);
      const bend = bottom + GAP.down / 2;
      drawing.edges.push({ from: node.id, to: each.id, points: [[middle, bottom], [middle, bend], [x, bend], [x, bottom + GAP.down]] });
      from += widths.get(each)! + GAP.across;
    }
    return middle;
  }

  drawing.width = widthOf(root);
  place(root, 0, 0);
  return drawing;
}
