/** How an operation's inputs meet the record(s) that it is performed on. */
import type { Definitions, Field, ObjectInfo, OperationInfo, RecordAnswer, Values } from "../definitions";
import { titleOf } from "../query";

/** The input that takes the record itself. */
export const subjectOf = (operation: OperationInfo): Field | undefined =>
  operation.on ? operation.inputs.find((input) => input.type === "link" && input.to === operation.on) : undefined;

/** What is left to ask the person. */
export const askedInputs = (operation: OperationInfo): Field[] => {
  const subject = subjectOf(operation);
  return operation.inputs.filter((input) => input !== subject && !input.hidden);
};

/** The moment of the business fact is nearly always now, and a tick nearly always left out: asked only on demand. */
export const isAside = (input: Field): boolean => !input.required && (input.type === "moment" || (input.type === "boolean" && !input.default));

/** An operation on another object that takes this one, or rows about it: a supplier's bill of this order, a payment that settles this receivable. */
export interface Borrowed {
  operation: OperationInfo;
  subject: number;
}

export function borrowedBy(definitions: Definitions, object: ObjectInfo, record: RecordAnswer): Borrowed[] {
  return Object.values(definitions.operations).flatMap((operation) => {
    const takesUs = operation.inputs.some((input) => input.to === object.name || input.inner?.some((inner) => inner.to === object.name));
    if (!operation.on || operation.on === object.name || !takesUs) return [];
    const link = object.fields.find((field) => field.to === operation.on);
    const subject = link && record[link.name];
    const start = startOf(operation, object, record);
    const isSpent = Object.values(start.values).some((value) => typeof value === "string" && /^0(\.0+)?$/.test(value));
    return typeof subject === "number" && !isSpent ? [{ operation, subject }] : [];
  });
}

/** Lines that choose among the record's own lines: `ship_order {lines: [{line, quantity}]}`. */
export interface LinePick {
  input: Field;
  link: Field;
  /** The record's lines field. */
  from: Field;
}

export function linePickOf(definitions: Definitions, object: ObjectInfo | undefined, input: Field): LinePick | undefined {
  if (!object || !input.inner) return undefined;
  for (const link of input.inner) {
    const target = link.to ? definitions.objects[link.to] : undefined;
    const from = target?.lines_of === object.name ? object.fields.find((field) => field.of === target.name) : undefined;
    if (from) return { input, link, from };
  }
  return undefined;
}

export interface Start {
  values: Values;
  labels: Record<string, string>;
}

/** Begins with what the record already says: same name, and for amounts what is still open. */
export function startOf(operation: OperationInfo, object: ObjectInfo | undefined, record: RecordAnswer | undefined): Start {
  const start: Start = { values: {}, labels: {} };
  if (!object || !record) return start;
  for (const input of askedInputs(operation)) {
    if (input.to === object.name && operation.on !== object.name) {
      start.values[input.name] = record.id;
      start.labels[input.name] = titleOf(object, record);
      continue;
    }
    const ownLink = input.inner?.find((inner) => inner.type === "link" && inner.to === object.name);
    if (ownLink) {
      start.values[input.name] = [rowAbout(input, ownLink, object, record)];
      continue;
    }
    const name = sameField(object, input);
    if (!name || record[name] === null || record[name] === undefined) continue;
    start.values[input.name] = record[name];
    const label = record._labels?.[name];
    if (label) start.labels[input.name] = label;
  }
  return start;
}

function rowAbout(input: Field, link: Field, object: ObjectInfo, record: RecordAnswer): Values {
  const row: Values = { [link.name]: record.id, _labels: { [link.name]: titleOf(object, record) } };
  for (const inner of input.inner ?? []) {
    const name = inner === link ? undefined : sameField(object, inner);
    if (name) row[inner.name] = record[name];
  }
  return row;
}

function sameField(object: ObjectInfo, input: Field): string | undefined {
  for (const name of [`open_${input.name}`, input.name]) {
    const field = object.fields.find((each) => each.name === name);
    if (field && field.type === input.type && (field.to ?? null) === (input.to ?? null)) return name;
  }
  return undefined;
}

/** What travels: no labels, no blank inputs but those whose default was taken away, no lines in which nothing was said; a blank cell of a line is its default. */
export function bodyOf(inputs: Field[], values: Values): Values {
  const body: Values = {};
  for (const input of inputs) {
    const value = values[input.name] === "" ? null : values[input.name];
    if (value === undefined || (value === null && !input.default)) continue;
    if (input.type === "group" && value) {
      const inner = bodyOf(input.inner ?? [], value as Values);
      if (Object.keys(inner).length > 0) body[input.name] = inner;
    } else if (Array.isArray(value) && input.inner) {
      const cells = input.inner.map((cell) => ({ ...cell, default: null }));
      const rows = value.map((row) => bodyOf(cells, row as Values)).filter((row) => Object.keys(row).length > 0);
      if (rows.length > 0) body[input.name] = rows;
    } else body[input.name] = value;
  }
  return body;
}
