import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { Download, Eye, type LucideIcon, Pencil, Plus, Trash2 } from "lucide-react";
import type { ScopeKind, Verb } from "./rights";

export const VERB_WORDS: Record<Verb, MessageDescriptor> = { see: msg`See`, create: msg`Create`, change: msg`Change`, remove: msg`Remove`, export: msg`Export` };
export const VERB_ICONS: Record<Verb, LucideIcon> = { see: Eye, create: Plus, change: Pencil, remove: Trash2, export: Download };

export const SCOPE_WORDS: Record<ScopeKind, MessageDescriptor> = {
  none: msg`Nothing`,
  all: msg`Everything`,
  own: msg`Own`,
  department: msg`Own department`,
  below: msg`Own department and below`,
  formula: msg`By a formula`,
};

/** In a cell there is room for one word. */
export const SCOPE_SHORT: Record<ScopeKind, MessageDescriptor> = {
  none: msg`–`,
  all: msg`All`,
  own: msg`Own`,
  department: msg`Dept.`,
  below: msg`Dept. +`,
  formula: msg`ƒ`,
};

export const SCOPE_KEYS: Record<string, ScopeKind> = { "0": "none", Delete: "none", Backspace: "none", "1": "all", "2": "own", "3": "department", "4": "below" };
