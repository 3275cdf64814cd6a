/** The flow designer, as its own chunk. */
import { lazy } from "react";

export const FlowEditor = lazy(() => import("./FlowEditor"));
