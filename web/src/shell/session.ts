import { useQuery } from "@tanstack/react-query";
import { Problem, call, get, remove } from "../kit/api";
import { type Language, speak } from "../kit/i18n";
import { setZone } from "../kit/time";
import { stopTrying } from "../suggest/trying";

export interface Me {
  user: number;
  login: string;
  name: string;
  roles: string[];
  language: Language;
  theme?: string;
  workspace: string;
  company: { name?: string; currency?: string | number; timezone?: string; [more: string]: unknown };
  administers: boolean;
  /** Mine and all below it. */
  departments?: number[];
  /** Where the company mails tasks: does this person want them? */
  task_mail?: "on" | "off";
  must_change?: boolean;
}

async function fetchMe(signal?: AbortSignal): Promise<Me | null> {
  try {
    const { me } = await get<{ me: Me }>("/api/session", undefined, signal);
    setZone(me.company?.timezone);
    return me;
  } catch (error) {
    if (error instanceof Problem && error.status === 401) return null;
    throw error;
  }
}

export function useSession() {
  return useQuery({ queryKey: ["session"], queryFn: ({ signal }) => fetchMe(signal), staleTime: Number.POSITIVE_INFINITY, retry: 1 });
}

export function useMe(): Me {
  const { data } = useSession();
  if (!data) throw new Error("Signed out");
  return data;
}

/** The page is loaded anew, so that nothing of what this person saw or typed stays in it for the next. */
export async function signOut(): Promise<void> {
  await remove("/api/session").catch(() => undefined);
  stopTrying();
  location.assign("/");
}

export async function wantTaskMail(task_mail: "on" | "off"): Promise<void> {
  await call("PATCH", "/api/session", { body: { task_mail } });
}

/** Changes the language of the screen, and of the person's account when signed in. */
export async function changeLanguage(language: Language, signedIn: boolean): Promise<void> {
  await speak(language);
  if (signedIn) await call("PATCH", "/api/session", { body: { language } }).catch(() => undefined);
}
