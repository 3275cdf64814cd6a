/** A deputy is needed no more: from today on, or, where it hasn't begun, not at all. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { freshKey, patch, post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { todayText } from "../kit/time";
import { refreshAfterWrite } from "../records/writes";
import { dayBefore, DEPUTY, type Deputy } from "./away";

export function useEnding() {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  return useMutation({
    mutationFn: async ({ id, version, from_on }: Deputy) => {
      const today = todayText();
      if (from_on < today) await patch(`/api/records/${DEPUTY}/${id}`, { version, until_on: dayBefore(today) });
      else await post(`/api/bulk/${DEPUTY}/trash`, { versions: { [id]: version } }, freshKey());
    },
    onSuccess: (_, deputy) => {
      notices.done(t`${deputy["deputy._label"] ?? ""} is your deputy no more`);
      return refreshAfterWrite(client);
    },
    onError: (error) => notices.problem(error),
  });
}
