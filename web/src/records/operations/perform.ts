import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { freshKey, post } from "../../kit/api";
import type { OperationInfo, Values } from "../definitions";
import { refreshAfterWrite } from "../writes";
import { subjectOf } from "./inputs";

export interface Performed {
  result: unknown;
  changed?: { object: string; id: number; version?: number }[];
}

/** One call a record, all or nothing. The key stays while the inputs do, so a second press is the same act. */
export function usePerform(operation: OperationInfo, records: { id: number }[]) {
  const client = useQueryClient();
  const sent = useRef({ text: "", key: "" });
  return useMutation({
    mutationFn: (inputs: Values) => {
      const subject = subjectOf(operation);
      const calls = subject && records.length ? records.map((record) => ({ [subject.name]: record.id, ...inputs })) : [inputs];
      const body = calls.length === 1 ? calls[0] : calls;
      const text = JSON.stringify(body);
      if (sent.current.text !== text) sent.current = { text, key: freshKey() };
      return post<Performed>(`/api/operations/${operation.name}`, body, operation.reads_only ? undefined : sent.current.key);
    },
    onSuccess: () => {
      sent.current = { text: "", key: "" };
      return operation.reads_only ? undefined : refreshAfterWrite(client);
    },
  });
}
