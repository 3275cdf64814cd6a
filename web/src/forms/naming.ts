/** Whether a formula speaks of the field, as far as its text tells. */
export const names = (formula: string, name: string): boolean => new RegExp(`(^|[^\\p{L}\\p{N}_.])${name}([^\\p{L}\\p{N}_]|$)`, "u").test(formula);
