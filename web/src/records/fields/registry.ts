/** The one list of field types. A new type is one entry here. */
import "./fields.css";
import type { Field } from "../definitions";
import { address } from "./address";
import { barcode } from "./barcode";
import { cascade } from "./cascade";
import { boolean, choice, choices } from "./choice";
import { colour } from "./colour";
import { date, moment } from "./date";
import { dateRange } from "./dateRange";
import { capitals } from "./derived";
import { encrypted } from "./encrypted";
import { file, files, image } from "./file";
import { idNumber } from "./idNumber";
import { json } from "./json";
import type { FieldKind } from "./kind";
import { lines, unknown } from "./lines";
import { link } from "./link";
import { location } from "./location";
import { duration, money, number, percent } from "./number";
import { department, role, user } from "./people";
import { progress } from "./progress";
import { rating } from "./rating";
import { region } from "./region";
import { richText } from "./richText";
import { signature } from "./signature";
import { email, longText, phone, serial, text, url } from "./text";
import { time } from "./time";
import { treeChoice } from "./tree";

export const KINDS: Record<string, FieldKind> = {
  text,
  long_text: longText,
  rich_text: richText,
  number,
  money,
  percent,
  progress,
  rating,
  capitals,
  boolean,
  date,
  date_range: dateRange,
  time,
  moment,
  duration,
  choice,
  choices,
  tree_choice: treeChoice,
  region,
  address,
  location,
  link,
  cascade,
  user,
  department,
  role,
  lines,
  email,
  phone,
  url,
  serial,
  id_number: idNumber,
  barcode,
  colour,
  encrypted,
  file,
  files,
  image,
  signature,
  json,
};

/** Lookups, formulas and queries are shown as the type that they come to. */
export const kindOf = (field: Field): FieldKind => KINDS[field.result ?? field.type] ?? unknown;
