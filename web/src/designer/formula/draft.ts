/** Inside it formulas are checked as this draft would have them. */
import { createContext, use } from "react";

export const FormulaDraft = createContext<number | null>(null);

export const useFormulaDraft = (): number | null => use(FormulaDraft);
