import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { freshKey, post } from "../kit/api";
import type { ObjectInfo, RecordAnswer, Values } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";

export function useCreate(object: ObjectInfo) {
  const client = useQueryClient();
  const sent = useRef({ text: "", key: "" });
  return useMutation({
    mutationFn: async (body: Values) => {
      const text = JSON.stringify(body);
      if (sent.current.text !== text) sent.current = { text, key: freshKey() };
      const answer = await post<{ records: RecordAnswer[] }>(`/api/records/${object.name}`, body, sent.current.key);
      return answer.records[0]!;
    },
    onSuccess: () => refreshAfterWrite(client),
  });
}
