/** The ways to look at an object's records. A new one is one entry here. */
import { useLingui } from "@lingui/react/macro";
import { CalendarDays, ChartGantt, Images, Kanban, List, ListTree, type LucideIcon, Map as MapIcon } from "lucide-react";
import { type ComponentType, lazy } from "react";
import type { ObjectInfo, ViewKind } from "../definitions";
import type { ListChange, ListState } from "../list/state";

export interface ViewProps {
  object: ObjectInfo;
  state: ListState;
  change: (change: ListChange) => void;
  onOpen: (id: number) => void;
}

export const ICONS: Record<ViewKind, LucideIcon> = {
  list: List,
  board: Kanban,
  calendar: CalendarDays,
  gantt: ChartGantt,
  gallery: Images,
  tree: ListTree,
  map: MapIcon,
};

export const DRAWINGS: Record<Exclude<ViewKind, "list">, ComponentType<ViewProps>> = {
  board: lazy(() => import("./Board")),
  calendar: lazy(() => import("./Calendar")),
  gantt: lazy(() => import("./Gantt")),
  gallery: lazy(() => import("./Gallery")),
  tree: lazy(() => import("./Tree")),
  map: lazy(() => import("./MapView")),
};

export function useKindWords(): Record<ViewKind, string> {
  const { t } = useLingui();
  return { list: t`List`, board: t`Board`, calendar: t`Calendar`, gantt: t`Gantt chart`, gallery: t`Gallery`, tree: t`Tree`, map: t`Map` };
}
