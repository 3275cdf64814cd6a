/** Large flows, for tests. */
import type { Flow, Step, Steps } from "./model";

/** A flow of `count` steps: branchings of three ways, nested, with approvals between. */
export function grown(count: number): Flow {
  let made = 0;
  const approve = (): [string, Step] => [`step_${(made += 1)}`, { kind: "approve", order: made }];
  function steps(left: number, depth: number): Steps {
    const result: [string, Step][] = [];
    while (left > 0) {
      result.push(approve());
      left -= 1;
      const share = depth < 4 ? Math.floor(Math.min(left - 1, 45 / (depth + 1)) / 3) : 0;
      if (share < 1) continue;
      const [name] = approve();
      const branches = Object.fromEntries(["a", "b", "c"].map((each, at) => [each, { order: at, steps: steps(share, depth + 1) }]));
      result.push([name, { kind: "branch", order: made, branches }]);
      left -= 1 + 3 * share;
    }
    return Object.fromEntries(result);
  }
  return { flow: "bench.big", steps: steps(count, 0) };
}
