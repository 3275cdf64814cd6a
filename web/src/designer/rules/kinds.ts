/** The kinds of rules, each with what it is for. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { CalendarClock, Gauge, GitFork, ListChecks, type LucideIcon, Table2, Waypoints } from "lucide-react";

export type RuleKind = "table" | "scorecard" | "tree" | "set" | "decision" | "rates";

export interface KindOfRule {
  name: RuleKind;
  label: MessageDescriptor;
  about: MessageDescriptor;
  icon: LucideIcon;
}

export const KINDS: KindOfRule[] = [
  { name: "table", label: msg`Decision table`, about: msg`Rows of conditions and what follows: which orders are held, what a parcel costs.`, icon: Table2 },
  { name: "scorecard", label: msg`Scorecard`, about: msg`Points for each answer, added up: how promising a lead is, how risky a customer.`, icon: Gauge },
  { name: "tree", label: msg`Decision tree`, about: msg`One question after another, down to the answer: who looks after a complaint.`, icon: GitFork },
  { name: "set", label: msg`Rule set`, about: msg`Conditions that stand alone, each with its outcomes, the most important first: promotions that may meet in one order.`, icon: ListChecks },
  { name: "decision", label: msg`Decision of decisions`, about: msg`Asks other rules and puts their answers together: a price from list, promotion and tax.`, icon: Waypoints },
  { name: "rates", label: msg`Rates by date`, about: msg`Values that change on a day: tax rates, fees, thresholds. The one valid on the day of the record counts.`, icon: CalendarClock },
];

export const kindOfRule = (name: string | undefined): KindOfRule => KINDS.find((kind) => kind.name === name) ?? KINDS[0]!;
