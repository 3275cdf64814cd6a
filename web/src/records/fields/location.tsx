import { MapPin } from "lucide-react";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { inDialog, lately } from "./lately";
import { presence } from "./operators";

/** Degrees of WGS 84, as text so that nothing is rounded. */
export interface Place {
  lat: string;
  lng: string;
}

const PlaceMap = lately<{ place: Place }>(() => import("./PlaceMap"));

export const showPlace = (value: unknown): string => {
  const place = value as Place | null;
  return place ? `${place.lat}, ${place.lng}` : "";
};

/** “31.2304, 121.4737”, latitude first, as every map writes it. */
export function readPlace(text: string): Place | undefined {
  const parts = text.normalize("NFKC").trim().split(/[\s,]+/);
  const [lat, lng] = parts.map((part) => (/^-?\d{1,3}(\.\d+)?$/.test(part) ? part : undefined));
  if (parts.length !== 2 || lat === undefined || lng === undefined) return undefined;
  return Math.abs(Number(lat)) <= 90 && Math.abs(Number(lng)) <= 180 ? { lat, lng } : undefined;
}

function PlaceCell({ value, dense }: CellProps) {
  if (!value) return null;
  const words = <span className="q-number">{showPlace(value)}</span>;
  if (dense) return words;
  return (
    <span className="q-place">
      <PlaceMap place={value as Place} />
      {words}
    </span>
  );
}

export const location: FieldKind = {
  sortable: false,
  icon: MapPin,
  Cell: PlaceCell,
  Editor: inDialog(lately<EditorProps>(() => import("./PlaceEditor")), ({ value }) => <>{showPlace(value)}</>),
  text: showPlace,
  read: (text) => (text.trim() ? readPlace(text) : null),
  literal: (value) => value,
  operators: presence,
  width: 170,
  isGroup: true,
  ends: "in_dialog",
};
