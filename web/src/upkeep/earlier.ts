import { canWrite, fieldOf, type ObjectInfo } from "../records/definitions";
import type { Change, Entry } from "../records/record/Timeline";

/** What of an entry can be written again by this person. */
export const earlierOf = (object: ObjectInfo, entry: Entry): Change[] =>
  entry.kind === "history" && entry.id && entry.act === "changed"
    ? (entry.changes ?? []).filter((change) => {
        const field = fieldOf(object, change.field);
        return field && canWrite(field, false) && (!change.lines || linesBack(change) > 0);
      })
    : [];

const linesBack = ({ lines }: Change): number => Object.keys(lines?.changed ?? {}).length + Object.keys(lines?.removed ?? {}).length;
