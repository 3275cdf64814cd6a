/** The formula editor, as its own chunk: `<FormulaInput object="oms.sales_order" value={…} onChange={…} expect="boolean" />`. */
export { FormulaInput } from "./FormulaInput";
export { FormulaDraft } from "./draft";
export type { Expect, FormulaInputProps } from "./props";
