import type { UserConfig } from "vite";

/** Ids of the modules that the gate, the sign-in and the home page need. */
export function modulesOfFirstPages(config: UserConfig): Promise<Set<string>>;
