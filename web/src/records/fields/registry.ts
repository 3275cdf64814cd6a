/** The one list of field types. A new type is one entry here. */
import type { Field } from "../definitions";
import { boolean, choice, choices } from "./choice";
import { date, moment } from "./date";
import type { FieldKind } from "./kind";
import { lines, unknown } from "./lines";
import { link } from "./link";
import { duration, money, number, percent } from "./number";
import { email, longText, phone, serial, text, url } from "./text";

export const KINDS: Record<string, FieldKind> = {
  text,
  long_text: longText,
  number,
  money,
  percent,
  boolean,
  date,
  moment,
  duration,
  choice,
  choices,
  link,
  lines,
  email,
  phone,
  url,
  serial,
};

export const kindOf = (field: Field): FieldKind => KINDS[field.type] ?? unknown;
