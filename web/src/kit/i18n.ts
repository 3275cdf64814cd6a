import { i18n } from "@lingui/core";
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

export async function speak(wanted: Language): Promise<void> {
  const { messages } = wanted === "zh" ? await import("../locales/zh.po") : await import("../locales/en.po");
  i18n.loadAndActivate({ locale: wanted, messages });
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  remember("language", wanted);
}

/** A label inside a sentence: “New sales order”, but “New SKU” and “New CRM lead”. */
export function inSentence(label: string): string {
  if (i18n.locale === "zh") return label;
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
