/** A plain map: land, water and a grid of degrees, drawn here. No tiles are asked for, no borders are drawn. */
import { useLingui } from "@lingui/react/macro";
import type { MultiPolygon } from "geojson";
import type { KeyboardEvent, MouseEvent } from "react";
import { feature } from "topojson-client";
import type { Topology } from "topojson-specification";
import land from "world-atlas/land-110m.json";
import type { Place } from "./location";

interface PlaceMapProps {
  place: Place | null;
  onPick?: (place: Place) => void;
  /** How many degrees are seen from west to east. */
  span?: number;
}

const HEIGHT = 0.5;

export default function PlaceMap({ place, onPick, span = place ? 60 : 360 }: PlaceMapProps) {
  const { t } = useLingui();
  const [lng, lat] = place ? [Number(place.lng), Number(place.lat)] : [0, 0];
  const view = viewOf(lng, lat, span);

  function pick(event: MouseEvent<SVGSVGElement>): void {
    const box = event.currentTarget.getBoundingClientRect();
    const x = view.west + ((event.clientX - box.left) / box.width) * view.width;
    const y = view.north - ((event.clientY - box.top) / box.height) * view.height;
    onPick?.(placeAt(y, x, span));
  }

  function press(event: KeyboardEvent): void {
    const step = span / 100;
    const [dLat, dLng] = { ArrowUp: [step, 0], ArrowDown: [-step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] }[event.key] ?? [0, 0];
    if (!onPick || (!dLat && !dLng)) return;
    event.preventDefault();
    onPick(placeAt(lat + dLat!, lng + dLng!, span));
  }

  const words = place ? t`Map at ${place.lat}, ${place.lng}` : t`Map of the world`;
  return (
    <svg
      className={onPick ? "q-map q-map-pick" : "q-map"}
      viewBox={`${view.west} ${-view.north} ${view.width} ${view.height}`}
      role={onPick ? "application" : "img"}
      aria-label={onPick ? t`${words}. Arrows move the point.` : words}
      tabIndex={onPick ? 0 : undefined}
      onClick={onPick && pick}
      onKeyDown={onPick && press}
    >
      <path className="q-map-land" d={LAND} />
      <path className="q-map-grid" d={gridOf(view)} strokeWidth={view.width / 600} />
      {place && (
        <g className="q-map-pin" transform={`translate(${lng} ${-lat}) scale(${view.width / 100})`}>
          <path d="M0 0C-2.4 -3.4 -3.4 -4.8 -3.4 -6.6a3.4 3.4 0 1 1 6.8 0C3.4 -4.8 2.4 -3.4 0 0Z" />
          <circle cy="-6.6" r="1.2" />
        </g>
      )}
    </svg>
  );
}

function viewOf(lng: number, lat: number, span: number) {
  const [width, height] = [span, span * HEIGHT];
  const north = Math.min(90, Math.max(-90 + height, lat + height / 2));
  const west = Math.min(180 - width, Math.max(-180, lng - width / 2));
  return { west, north, width, height };
}

/** Six decimals are 11 cm; a far view knows less. */
function placeAt(lat: number, lng: number, span: number): Place {
  const decimals = Math.min(6, Math.max(2, Math.ceil(3 - Math.log10(span))));
  const within = (value: number, most: number) => Math.min(Math.max(value, -most), most).toFixed(decimals).replace(/\.?0+$/, "");
  return { lat: within(lat, 90), lng: within(lng, 180) };
}

function gridOf({ west, north, width, height }: ReturnType<typeof viewOf>): string {
  const step = [0.1, 0.5, 1, 5, 10, 30].find((size) => width / size <= 13) ?? 30;
  const steps = (from: number, to: number) => Array.from({ length: Math.floor(to / step) - Math.ceil(from / step) + 1 }, (_, at) => (Math.ceil(from / step) + at) * step);
  const down = steps(west, west + width).map((lng) => `M${lng} ${-north}v${height}`);
  const across = steps(north - height, north).map((lat) => `M${west} ${-lat}h${width}`);
  return [...down, ...across].join("");
}

/** Land in degrees, north up. */
export const LAND = pathOf(land as unknown as Topology);

function pathOf(topology: Topology): string {
  const shape = feature(topology, topology.objects.land!) as unknown as { features?: { geometry: MultiPolygon }[]; geometry?: MultiPolygon };
  const shapes = shape.features?.map(({ geometry }) => geometry) ?? [shape.geometry!];
  const rings = shapes.flatMap(({ coordinates }) => coordinates.flat());
  return rings.flatMap((ring) => bothSides(unwrapped(ring))).map((ring) => `M${ring.map(([lng, lat]) => `${lng!.toFixed(2)} ${(-lat!).toFixed(2)}`).join("L")}Z`).join("");
}

/** What crosses the line of dates goes on beyond it; a ring around a pole is closed there. */
export function unwrapped(ring: number[][]): number[][] {
  let turns = 0;
  const way = ring.map(([lng, lat], at) => {
    const step = lng! - (ring[at - 1]?.[0] ?? lng!);
    if (Math.abs(step) > 180) turns -= Math.sign(step);
    return [lng! + 360 * turns, lat!];
  });
  const [first, last] = [way[0]![0]!, way.at(-1)![0]!];
  return turns === 0 ? way : [...way, [last, -90], [first, -90]];
}

/** What lies beyond the line of dates is seen at the other side too. */
function bothSides(ring: number[][]): number[][][] {
  const by = ring.some(([lng]) => lng! > 180) ? -360 : ring.some(([lng]) => lng! < -180) ? 360 : 0;
  return by === 0 ? [ring] : [ring, ring.map(([lng, lat]) => [lng! + by, lat!])];
}
