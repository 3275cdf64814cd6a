/** What a place of the definition is called on the screen. */
import { useLingui } from "@lingui/react/macro";
import { bodyOf } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body } from "../draft";
import { say, type Words } from "../words";
import { columnsOf } from "./model";
import { called, pathOf } from "./other/tree";
import { useRule } from "./state";

/** Where a row stands in the definition, by its number or the path of a tree. */
export const rowPlace = (row: number | string): string => `rows.${String(row).split(".").join(".branches.")}`;

export function usePlaceWords(): (place: string) => string {
  const { t } = useLingui();
  const { body } = useRule();
  const { definitions } = useDesign();
  const rowWords: Record<string, (name: string) => string> = { tree: (name) => t`Branch ${name}`, set: (name) => t`Rule ${name}` };
  return (place) => {
    const [part = "", name = ""] = place.split(".");
    const parts = (body[part] ?? {}) as Record<string, Body>;
    switch (part) {
      case "rows":
        return (rowWords[body.kind as string] ?? ((row: string) => t`Row ${row}`))(called(pathOf(place)));
      case "bands":
        return t`Band ${Number(name) + 1}`;
      case "inputs":
      case "outputs":
        return columnsOf(body).find((column) => column.name === name && column.side === part.slice(0, -1))?.label ?? name;
      case "calls":
        return labelOf(bodyOf(definitions, "rule", parts[name]?.rule as string), name);
      case "tests":
        return say(parts[name]?.label as Words, name);
      case "checks":
        return t`Whatever is asked`;
      case "default":
        return t`where no row fits`;
      case "as_of":
        return t`The day that counts`;
      default:
        return place && t`Rule`;
    }
  };
}
