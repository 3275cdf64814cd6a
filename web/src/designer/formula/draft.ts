/** Inside it formulas are checked as the draft would have them. */
import { createContext, use } from "react";

export interface DraftKnown {
  draft: number;
  version: number;
}

export const FormulaDraft = createContext<DraftKnown | null>(null);

export const useFormulaDraft = (): DraftKnown | null => use(FormulaDraft);
