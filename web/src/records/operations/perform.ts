import { useMutation, useQueryClient } from "@tanstack/react-query";
import { post } from "../../kit/api";
import { useActKey } from "../../kit/once";
import type { OperationInfo, Values } from "../definitions";
import { refreshAfterWrite } from "../writes";
import { keepText } from "../../kit/download";
import { subjectOf } from "./inputs";

export interface Performed {
  result: unknown;
  changed?: { object: string; id: number; version?: number }[];
}

/** One call a record, all or nothing. The key stays while the inputs do, so a second press is the same act. */
export function usePerform(operation: OperationInfo, records: { id: number }[]) {
  const client = useQueryClient();
  const { keyFor, done } = useActKey();
  return useMutation({
    mutationFn: (inputs: Values) => {
      const subject = subjectOf(operation);
      const calls = subject && records.length ? records.map((record) => ({ [subject.name]: record.id, ...inputs })) : [inputs];
      const body = calls.length === 1 ? calls[0] : calls;
      return post<Performed>(`/api/operations/${operation.name}`, body, operation.reads_only ? undefined : keyFor(body));
    },
    onSuccess: ({ result }) => {
      keepFile(result);
      done();
      return operation.reads_only ? undefined : refreshAfterWrite(client);
    },
  });
}

/** An operation may answer a file, which is kept at once. */
function keepFile(result: unknown): void {
  const file = (result as { file?: { name: string; type: string; content: string } } | null)?.file;
  if (file) keepText(file.name, file.content, file.type);
}
