/** Points on a map: which stand together at this size, and which part of the world holds them all. */
export interface Point<T> {
  lat: number;
  lng: number;
  of: T;
}

export interface Cluster<T> {
  x: number;
  y: number;
  points: Point<T>[];
}

/** What is seen: its middle, and pixels for a degree of latitude. */
export interface Sight {
  lat: number;
  lng: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

const CELL = 44;
const CLOSEST = 20_000;
const FAR = 1.6;

/** Degrees of longitude are narrower away from the equator. */
export const narrowing = ({ lat }: Sight): number => Math.max(0.2, Math.cos((lat * Math.PI) / 180));

export function toPixels(sight: Sight, { width, height }: Size, { lat, lng }: { lat: number; lng: number }): [number, number] {
  return [width / 2 + (lng - sight.lng) * sight.scale * narrowing(sight), height / 2 - (lat - sight.lat) * sight.scale];
}

export function toDegrees(sight: Sight, { width, height }: Size, x: number, y: number): { lat: number; lng: number } {
  return { lat: sight.lat - (y - height / 2) / sight.scale, lng: sight.lng + (x - width / 2) / (sight.scale * narrowing(sight)) };
}

/** Those of one cell of the sight are one mark, at their middle; what is out of sight is left out. */
export function clustersOf<T>(points: Point<T>[], sight: Sight, size: Size): Cluster<T>[] {
  const cells = new Map<string, { x: number; y: number; points: Point<T>[] }>();
  for (const point of points) {
    const [x, y] = toPixels(sight, size, point);
    if (x < -CELL || y < -CELL || x > size.width + CELL || y > size.height + CELL) continue;
    const key = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
    const cell = cells.get(key) ?? { x: 0, y: 0, points: [] };
    cell.x += x;
    cell.y += y;
    cell.points.push(point);
    cells.set(key, cell);
  }
  return [...cells.values()].map(({ x, y, points: inside }) => ({ x: x / inside.length, y: y / inside.length, points: inside }));
}

/** The sight that holds all points, with room around. */
export function fitting<T>(points: Point<T>[], { width, height }: Size): Sight {
  if (points.length === 0) return { lat: 20, lng: 0, scale: Math.max(width / 360, height / 180) };
  const [lats, lngs] = [points.map(({ lat }) => lat), points.map(({ lng }) => lng)];
  const [south, north, west, east] = [Math.min(...lats), Math.max(...lats), Math.min(...lngs), Math.max(...lngs)];
  const middle = { lat: (south + north) / 2, lng: (west + east) / 2, scale: 1 };
  const tall = Math.max(0.02, (north - south) * FAR);
  const wide = Math.max(0.02, (east - west) * FAR * narrowing(middle));
  return within({ ...middle, scale: Math.min(height / tall, width / wide, 300) }, { width, height });
}

/** Closer or farther about a point that stays where it is. */
export function zoomed(sight: Sight, size: Size, factor: number, x = size.width / 2, y = size.height / 2): Sight {
  const fixed = toDegrees(sight, size, x, y);
  const next = within({ ...sight, scale: sight.scale * factor }, size);
  const moved = toDegrees(next, size, x, y);
  return { ...next, lat: Math.max(-85, Math.min(85, next.lat + fixed.lat - moved.lat)), lng: next.lng + fixed.lng - moved.lng };
}

function within(sight: Sight, { width, height }: Size): Sight {
  return { ...sight, scale: Math.max(Math.min(width / 360, height / 180), Math.min(CLOSEST, sight.scale)) };
}
