/** Definitions and the signed-in person, for everything below the shell. */
import { createContext, type ReactNode, useContext } from "react";
import type { Definitions, ObjectInfo } from "./definitions";

interface Known {
  definitions: Definitions;
  currency: string;
}

const Context = createContext<Known | null>(null);

export function DefinitionsProvider({ value, children }: { value: Known; children: ReactNode }) {
  return <Context value={value}>{children}</Context>;
}

export function useKnown(): Known {
  const known = useContext(Context);
  if (!known) throw new Error("Definitions are not loaded");
  return known;
}

export const useDefs = (): Definitions => useKnown().definitions;

export function useObject(name: string): ObjectInfo | undefined {
  return useDefs().objects[name];
}
