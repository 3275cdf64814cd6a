import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "../kit/api";
import { useActKey } from "../kit/once";
import type { ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";

export function useCreate(object: ObjectInfo) {
  const client = useQueryClient();
  const { keyFor, done } = useActKey();
  return useMutation({
    mutationFn: async (body: Values) => {
      const answer = await post<{ records: RecordAnswer[] }>(`/api/records/${object.name}`, body, keyFor(body));
      return answer.records[0]!;
    },
    onSuccess: () => {
      done();
      return refreshAfterWrite(client);
    },
  });
}
