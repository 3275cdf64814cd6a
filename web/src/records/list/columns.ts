/** Paths as the columns of a grid. */
import { canWrite, type Definitions, fieldAt, type ObjectInfo } from "../definitions";
import { kindOf } from "../fields/registry";
import type { Column } from "./Grid";

export function columnsOf(definitions: Definitions, object: ObjectInfo, paths: string[]): Column[] {
  return paths.flatMap((path) => {
    const field = fieldAt(definitions, object, path);
    if (!field) return [];
    const editable = !path.includes(".") && Boolean(object.may.change) && !object.append_only && canWrite(field, false);
    return [{ path, field, editable: editable && Boolean(kindOf(field).Editor) }];
  });
}
