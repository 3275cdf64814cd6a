/** Putting a record under another; never under itself. */
import { useLingui } from "@lingui/react/macro";
import { get, Problem } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import type { Field, ObjectInfo, RecordAnswer } from "../definitions";
import { titleOf } from "../query";
import { useMove } from "./moving";

const DEEPEST = 100;

export function useTreeMoves(object: ObjectInfo, parent: Field | undefined) {
  const { t } = useLingui();
  const move = useMove(object);
  const notices = useNotices();

  /** From a record up to the top. */
  async function pathOf(id: number): Promise<RecordAnswer[]> {
    const path: RecordAnswer[] = [];
    for (let at: number | null = id; at !== null && path.length < DEEPEST; at = (path.at(-1)?.[parent!.name] as number | null) ?? null) {
      path.push(await get<RecordAnswer>(`/api/records/${object.name}/${at}`));
    }
    return path;
  }

  async function put(row: RecordAnswer, to: number | null): Promise<boolean> {
    if (!parent || ((row[parent.name] as number | null) ?? null) === to) return false;
    const title = titleOf(object, row);
    try {
      const path = to === null ? [] : await pathOf(to);
      if (path.some(({ id }) => id === row.id)) throw new Problem(409, { detail: t`${title} can't be put under itself or under what is below it.` });
      const above = path[0] ? titleOf(object, path[0]) : null;
      return await move(row, { [parent.name]: to, [`${parent.name}._label`]: above }, above ? t`${title} is now under ${above}` : t`${title} is now at the top`);
    } catch (error) {
      notices.problem(error);
      return false;
    }
  }

  return { put };
}
