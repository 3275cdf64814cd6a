/** Strokes as a pen draws them: curves through the middles between points, wider where pressed or slow. */
export interface Point {
  x: number;
  y: number;
  force: number;
}

export const SIZE = { width: 720, height: 240 };
const INK = "#14213d";

export function drawStrokes(paper: CanvasRenderingContext2D, strokes: Point[][]): void {
  paper.strokeStyle = paper.fillStyle = INK;
  paper.lineCap = paper.lineJoin = "round";
  for (const stroke of strokes) drawStroke(paper, stroke);
}

function drawStroke(paper: CanvasRenderingContext2D, points: Point[]): void {
  const [only] = points;
  if (points.length === 1 && only) {
    paper.beginPath();
    paper.arc(only.x, only.y, widthAt(only), 0, 2 * Math.PI);
    paper.fill();
  }
  let from = only;
  for (let at = 1; at < points.length; at += 1) {
    const [bend, next] = [points[at - 1]!, points[at]!];
    const to = at === points.length - 1 ? next : middle(bend, next);
    paper.beginPath();
    paper.lineWidth = widthAt(next, Math.hypot(next.x - bend.x, next.y - bend.y));
    paper.moveTo(from!.x, from!.y);
    paper.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
    paper.stroke();
    from = to;
  }
}

const widthAt = ({ force }: Point, speed = 0): number => Math.max(1.6, 2.4 + 3.2 * force - speed / 28);
const middle = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, force: other.force });

export function drawName(paper: CanvasRenderingContext2D, name: string): void {
  let size = 96;
  const fontOf = () => `italic ${size}px "Segoe Script", "Snell Roundhand", "Kaiti SC", KaiTi, STKaiti, "Brush Script MT", cursive`;
  for (paper.font = fontOf(); paper.measureText(name).width > SIZE.width - 60 && size > 20; paper.font = fontOf()) size -= 4;
  paper.fillStyle = INK;
  paper.textAlign = "center";
  paper.textBaseline = "middle";
  paper.fillText(name, SIZE.width / 2, SIZE.height / 2);
}
