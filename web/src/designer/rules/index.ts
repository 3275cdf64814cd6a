/** The rule designer, as its own chunk. */
import { lazy } from "react";

export const RuleEditor = lazy(() => import("./RuleEditor"));
