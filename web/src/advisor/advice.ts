/** What the advisor asks and suggests; the server decides by the rule `base.advisor`. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { get, post } from "../kit/api";

export type Answers = Record<string, string | boolean>;

export interface Question {
  name: string;
  label: string;
  help: string;
  type: string;
  choices: { name: string; label: string }[];
}

export interface Suggested {
  app: string;
  label: string;
  help: string;
  icon: string;
  now: boolean;
  why: string[];
  brings: { app: string; label: string }[];
  installed: boolean;
  /** Not all that a company may need is part of this version. */
  offered: boolean;
}

export function useQuestions(language: string) {
  return useQuery({
    queryKey: ["advice", language],
    queryFn: ({ signal }) => get<{ questions: Question[]; last: Answers | null }>("/api/advice", undefined, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useSuggested(answers: Answers | null, language: string) {
  return useQuery({
    queryKey: ["advised", answers, language],
    queryFn: async () => (await post<{ apps: Suggested[] }>("/api/advice", { answers })).apps,
    enabled: answers !== null,
  });
}

/** Installs, and everything on the screen is asked for again. */
export function useFollow(): (apps: string[], answers: Answers) => Promise<void> {
  const client = useQueryClient();
  return async (apps, answers) => {
    await post("/api/advice/follow", { apps, answers });
    await client.invalidateQueries();
  };
}

/** What was answered before, else the first choice, else no. */
export function beginning(questions: Question[], last: Answers | null): Answers {
  return Object.fromEntries(questions.map(({ name, choices }) => [name, last?.[name] ?? choices[0]?.name ?? false]));
}

/** Taken from the start: what comes now, and isn't here. */
export const firstTaken = (apps: Suggested[]): string[] => apps.filter((app) => app.now && app.offered && !app.installed).map((app) => app.app);

/** What comes along with these without being taken itself. */
export function alongWith(apps: Suggested[], taken: string[]): { app: string; label: string }[] {
  const brought = apps.filter((app) => taken.includes(app.app)).flatMap((app) => app.brings);
  return [...new Map(brought.map((each) => [each.app, each])).values()].filter((each) => !taken.includes(each.app));
}
