/** Which rows count, when more than one fits: the words a builder reads. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export interface HitPolicy {
  name: string;
  label: MessageDescriptor;
  about: MessageDescriptor;
}

export const HITS: HitPolicy[] = [
  { name: "first", label: msg`First`, about: msg`From the top, the first row that fits answers. The order of the rows counts.` },
  { name: "unique", label: msg`Unique`, about: msg`No two rows may fit the same case. Rows that overlap are marked, and can't be published.` },
  { name: "any", label: msg`Any`, about: msg`Several rows may fit if they answer the same.` },
  { name: "priority", label: msg`Priority`, about: msg`Of the rows that fit, the one with the largest priority answers.` },
  { name: "collect", label: msg`Collect`, about: msg`All rows that fit answer; their outcomes are put together.` },
];

export const COLLECTS: { name: string; label: MessageDescriptor }[] = [
  { name: "list", label: msg`as a list` },
  { name: "sum", label: msg`added up` },
  { name: "min", label: msg`the least` },
  { name: "max", label: msg`the most` },
  { name: "count", label: msg`how many` },
];
