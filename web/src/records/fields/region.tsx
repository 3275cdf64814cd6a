import { useQuery } from "@tanstack/react-query";
import { MapPinned } from "lucide-react";
import { get } from "../../kit/api";
import { type Divisions, divisionsOf } from "./divisions";
import type { CellProps, EditorProps, FieldKind } from "./kind";
import { lately } from "./lately";
import { quote, withinOperators } from "./operators";

let known: Divisions | undefined;

async function fetchDivisions(): Promise<Divisions> {
  known ??= divisionsOf((await get<{ regions: Record<string, string> }>("/api/regions")).regions);
  return known;
}

/** The divisions once they are here; a second look finds them at once. */
export function useDivisions(isNeeded = true): Divisions | undefined {
  const { data } = useQuery({ queryKey: ["divisions"], queryFn: fetchDivisions, initialData: known, staleTime: Infinity, enabled: isNeeded });
  return data;
}

/** For what can't wait, such as copying: the code while the names aren't here. */
export const regionText = (code: string): string => known?.wordsOf(code) || code;
export const knownDivisions = (): Divisions | undefined => known;

function RegionCell({ value }: CellProps) {
  const divisions = useDivisions(Boolean(value));
  if (!value) return null;
  return <span className="q-ellipsis">{divisions?.wordsOf(String(value)) || String(value)}</span>;
}

/** The server knows every name; what isn't found here goes to it as it was written. */
function readRegion(text: string): string | null {
  const plain = text.trim();
  const found = known?.leading(plain.replace(/[\s/]+/g, ""));
  return plain ? (found && !found.rest ? found.code : plain) : null;
}

const Editor = lately<EditorProps & { anyLevel?: boolean }>(() => import("./RegionEditor"));

export const region: FieldKind = {
  icon: MapPinned,
  Cell: RegionCell,
  Editor,
  FilterEditor: (props) => <Editor {...props} anyLevel />,
  text: (value) => (value ? regionText(String(value)) : ""),
  read: readRegion,
  literal: quote,
  operators: withinOperators,
  width: 190,
  sortable: true,
  ends: "at_once",
};
