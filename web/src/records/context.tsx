/** Definitions and the signed-in person, for everything below the shell. */
import { createContext, type ReactNode, useContext } from "react";
import type { Offer } from "../kit/api";
import type { Definitions, ObjectInfo, Values } from "./definitions";

interface Known {
  definitions: Definitions;
  currency: string;
  /** The company's own record, as far as this person may know it; undefined while it is asked for. */
  company: Values | undefined;
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

/** Offers that this person may take, called as the operation is. */
export function useOfferWords(): (offers: Offer[]) => Offer[] {
  const operations = useContext(Context)?.definitions.operations;
  return (offers) => offers.flatMap((offer) => (operations?.[offer.operation] ? { ...offer, label: offer.inputs ? offer.label : operations[offer.operation]!.label } : []));
}

export function useObject(name: string): ObjectInfo | undefined {
  return useDefs().objects[name];
}
