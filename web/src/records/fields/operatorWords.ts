/** Comparisons as people say them. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

export const OPERATOR_WORDS: Record<string, MessageDescriptor> = {
  contains: msg`contains`,
  starts: msg`starts with`,
  is: msg`is`,
  is_not: msg`is not`,
  blank: msg`is blank`,
  filled: msg`is not blank`,
  between: msg`between`,
  more: msg`is more than`,
  less: msg`is less than`,
  at_least: msg`is at least`,
  at_most: msg`is at most`,
  before: msg`is before`,
  after: msg`is after`,
  from_on: msg`is on or after`,
  until: msg`is on or before`,
  last_days: msg`in the last days`,
  next_days: msg`in the next days`,
  under: msg`is in`,
  during: msg`runs during`,
  runs_on: msg`runs on`,
  any_of: msg`is any of`,
  none_of: msg`is none of`,
  has: msg`has`,
  yes: msg`is yes`,
  no: msg`is no`,
};
