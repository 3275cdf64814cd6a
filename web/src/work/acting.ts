/** Acts on tasks and instances: one call, all or nothing; the same press twice is one act. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { post } from "../kit/api";
import { useActKey } from "../kit/once";
import type { Values } from "../records/definitions";
import { refreshAfterWrite } from "../records/writes";

export interface Asked {
  act: string;
  inputs: Values;
  /** Proves that it is me, where the step asks for it. */
  password?: string;
}

/** Told of each act that was done, before everything is asked for again. */
export const WhenActed = createContext<(act: string) => void>(() => {});

export function useAct() {
  const whenActed = useContext(WhenActed);
  const client = useQueryClient();
  const { keyFor, done } = useActKey();
  return useMutation({
    mutationFn: ({ act, inputs, password }: Asked) =>
      password === undefined
        ? post<{ result: unknown }>(`/api/operations/flow.${act}`, inputs, keyFor({ act, ...inputs }))
        : post<{ result: unknown }>(`/api/operations/flow.${act}/confirmed`, { password, inputs }, keyFor({ act, ...inputs })),
    onSuccess: (_, { act }) => {
      done();
      whenActed(act);
      return refreshAfterWrite(client);
    },
    // Somebody may have been faster: what is so now is shown beside the refusal.
    onError: () => refreshAfterWrite(client),
  });
}
