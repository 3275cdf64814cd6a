/** What a run over the past answers, portion by portion, and how portions add up. */
export interface Way {
  begins: boolean;
  steps: string[];
  lit: string[];
  nobody: string[];
  approvals: number;
  hours: number;
}

export interface Submission {
  instance: number | null;
  record: number | null;
  title: string;
  submitter: string;
  at: string;
  before: Way | null;
  after: Way;
  differs: string[];
}

interface Both {
  before: number;
  after: number;
}

interface Unfound {
  step: string;
  person: number;
  name: string;
  submissions: number;
}

export interface PastAnswer {
  over: "instances" | "records";
  of: number;
  looked_at: number;
  next: number | null;
  counts: Record<string, number>;
  branches: Record<string, Both>;
  approvals: Both;
  hours: Both & { measured: number };
  nobody: Unfound[];
  as_now: string[];
  submissions: Submission[];
}

const MOST_TOLD = 500;

export function joined(one: PastAnswer, other: PastAnswer): PastAnswer {
  const numbers = (a: Record<string, number>, b: Record<string, number>) => union(a, b, (x = 0, y = 0) => x + y);
  return {
    ...other,
    looked_at: one.looked_at + other.looked_at,
    counts: numbers(one.counts, other.counts),
    branches: union(one.branches, other.branches, sum),
    approvals: sum(one.approvals, other.approvals),
    hours: { ...sum(one.hours, other.hours), measured: other.hours.measured },
    nobody: people([...one.nobody, ...other.nobody]),
    submissions: [...one.submissions, ...other.submissions].slice(0, MOST_TOLD),
  };
}

function union<T>(a: Record<string, T>, b: Record<string, T>, add: (x?: T, y?: T) => T): Record<string, T> {
  return Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, add(a[key], b[key])]));
}

function sum(a?: Both, b?: Both): Both {
  return { before: (a?.before ?? 0) + (b?.before ?? 0), after: (a?.after ?? 0) + (b?.after ?? 0) };
}

function people(those: Unfound[]): Unfound[] {
  const found = new Map<string, Unfound>();
  for (const each of those) {
    const key = `${each.step} ${each.person}`;
    found.set(key, { ...each, submissions: each.submissions + (found.get(key)?.submissions ?? 0) });
  }
  return [...found.values()].sort((a, b) => b.submissions - a.submissions);
}
