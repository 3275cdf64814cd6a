import { useQuery } from "@tanstack/react-query";
import { get } from "../../kit/api";
import type { ObjectInfo, RecordAnswer } from "../definitions";

export interface Act {
  operation: string;
  label: string;
  primary?: boolean;
  possible?: boolean;
}

interface Possible {
  acts: Act[];
  /** Of operations on other objects that choose among such records: whether they take this one. */
  taken?: Record<string, boolean>;
  may: { change: boolean; remove: boolean };
}

const NOTHING: Possible = { acts: [], may: { change: false, remove: false } };

/** What this person may do with this very record, as it stands; nothing while it is asked for. */
export function usePossible(object: ObjectInfo, record: RecordAnswer): Possible {
  const isAlive = !record.trashed_at;
  const isWritten = Boolean(object.may.change || object.may.remove) && !object.append_only;
  const { data } = useQuery({
    queryKey: ["acts", object.name, record.id, record.version],
    queryFn: ({ signal }) => get<Possible>(`/api/records/${object.name}/${record.id}/acts`, undefined, signal),
    enabled: isAlive,
    placeholderData: (previous) => previous,
  });
  if (!data || !isAlive) return NOTHING;
  return isWritten ? data : { ...data, may: NOTHING.may };
}
