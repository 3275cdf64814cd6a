import { i18n, type Messages } from "@lingui/core";
import { recall, remember } from "./settings";

export type Language = "en" | "zh";

export function preferredLanguage(): Language {
  const kept = recall<Language | null>("language", null);
  if (kept) return kept;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function language(): Language {
  return i18n.locale === "zh" ? "zh" : "en";
}

type Catalog = { messages: Messages };
const FIRST: Record<Language, () => Promise<Catalog>> = { en: () => import("../locales/first/en.po"), zh: () => import("../locales/first/zh.po") };
const REST: Record<Language, () => Promise<Catalog>> = { en: () => import("../locales/en.po"), zh: () => import("../locales/zh.po") };
let isMoreWanted = false;

export async function speak(wanted: Language): Promise<void> {
  const catalogs = await Promise.all([FIRST[wanted](), ...(isMoreWanted ? [REST[wanted]()] : [])]);
  i18n.loadAndActivate({ locale: wanted, messages: Object.assign({}, ...catalogs.map((catalog) => catalog.messages)) as Messages });
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  remember("language", wanted);
}

/** The words of all pages; the first ones come with those of their own. */
export async function allWords(): Promise<void> {
  isMoreWanted = true;
  const wanted = language();
  const { messages } = await REST[wanted]();
  i18n.load(wanted, messages);
}

/** A page, or a part of one, that comes when it is wanted, with its words. */
export async function withWords<T>(load: () => Promise<T>): Promise<T> {
  const [part] = await Promise.all([load(), allWords()]);
  return part;
}

/** A label inside a sentence: “New sales order”, but “New SKU” and “New CRM lead”. */
export function inSentence(label: string): string {
  if (i18n.locale === "zh") return label;
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
