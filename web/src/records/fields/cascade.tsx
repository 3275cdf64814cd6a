import { Network } from "lucide-react";
import type { EditorProps, FieldKind } from "./kind";
import { lately } from "./lately";
import { link } from "./link";

export const cascade: FieldKind = {
  ...link,
  icon: Network,
  Editor: lately<EditorProps>(() => import("./CascadeEditor")),
  ends: "at_once",
};
