export type Kind = "boolean" | "number" | "money" | "text" | "date" | "moment" | "duration";

/** What the formula must answer: a kind of value, or what fits a field of the object. */
export type Expect = Kind | { field: string };

export interface FormulaInputProps {
  /** The object over whose records the formula runs; of a link's filter: the link's target. */
  object: string;
  value: string;
  onChange: (text: string) => void;
  expect?: Expect;
  /** A link's filter: the object that holds the link, which `this.` leads to. */
  scope?: string;
  /** Names the editor for those who don't see the page. */
  label?: string;
  id?: string;
  /** Shown while nothing is written. */
  hint?: string;
}
