/** The rule's tests, run anew whenever it has been changed; whoever asks shares one answer. */
import { useQuery } from "@tanstack/react-query";
import { useDesign } from "../../context";
import { useSettled } from "../../formula/checking";
import { partsOf } from "../model";
import { runTests } from "../server";
import { stampOf, useRule } from "../state";

export function useTests() {
  const { name, body } = useRule();
  const { number, store } = useDesign();
  const settled = useSettled(body, 700);
  const tests = partsOf(body.tests);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["rule-tests", number, name, stampOf(settled)],
    queryFn: async () => {
      await store.settled();
      return runTests(number, name);
    },
    enabled: tests.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const failing = Object.values(data ?? {}).filter(({ passes }) => !passes).length;
  return { tests, answers: data, failing, error, isFetching, refetch };
}
