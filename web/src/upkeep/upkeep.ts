/** Keeping many records in order: what the server tries, makes and undoes. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { freshKey, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { canWrite, type Field, type ObjectInfo, SYSTEM_FIELDS, type Values } from "../records/definitions";
import { kindOf } from "../records/fields/registry";
import { refreshAfterWrite } from "../records/writes";

export interface Tried {
  count: number;
  versions: Record<string, number>;
  sample: { id: number; label: string; before: Values; after: Values }[];
  problem: Record<string, unknown> | null;
}

export interface Union {
  union: number;
  kept: number;
  others: number[];
  at: string;
  by_name: string;
  undone_at: string | null;
}

export interface UnionPreview {
  values: Values;
  links: { object: string; label: string; count: number }[];
  lines: Record<string, number>;
  posted: { object: string; label: string; records: number[] }[];
}

export interface Group {
  count: number;
  records: { id: number; label: string }[];
}

const COMPARED = new Set(["text", "long_text", "email", "phone", "url", "number", "integer", "money", "percent", "date", "choice", "link", "user", "department"]);

export const comparable = (object: ObjectInfo): Field[] => object.fields.filter((field) => COMPARED.has(field.type) && !field.live && !field.hidden && !SYSTEM_FIELDS.has(field.name));

/** What can be written on many records at once. */
export const changeable = (object: ObjectInfo): Field[] =>
  object.fields.filter((field) => canWrite(field, false) && !field.hidden && !field.unique && !["lines", "encrypted", "signature"].includes(field.type) && Boolean(kindOf(field).Editor));

export const mayChangeMany = (object: ObjectInfo): boolean => Boolean(object.may.change) && !object.append_only && changeable(object).length > 0;
export const mayUnite = (object: ObjectInfo): boolean => Boolean(object.may.change && object.may.remove) && !object.append_only;
export const duplicatesPath = (object: ObjectInfo): string => `/${object.name.replace(".", "/")}/duplicates`;


/** Parts what was united, from a notice or from the record's page. */
export function usePart(object: ObjectInfo): (union: number) => Promise<void> {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  return async (union) => {
    try {
      const { restored, kept_as_is } = await post<{ restored: number[]; kept_as_is: string[] }>(`/api/unions/${object.name}/${union}/part`, {}, freshKey());
      const kept = kept_as_is.map((name) => object.fields.find((field) => field.name === name)?.label ?? name).join(", ");
      notices.done(kept ? t`Parted again; ${kept} was changed since and stays` : t`Parted again: ${restored.length} brought back`);
    } catch (error) {
      notices.problem(error);
    }
    await refreshAfterWrite(client);
  };
}
