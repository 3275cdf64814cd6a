/** A field of the draft as the form will show it: the real editor, out of reach. */
import { Component, type ReactNode } from "react";
import { useLingui } from "@lingui/react/macro";
import type { Field } from "../../records/definitions";
import { useDefs } from "../../records/context";
import { kindOf } from "../../records/fields/registry";
import { wholeObject } from "../acts";
import { useDesign } from "../context";
import type { Body, Definitions } from "../draft";
import { fieldTypeOf, iconOf } from "../fieldTypes";
import { say } from "../words";

const TARGETS: Record<string, string> = { user: "base.user", department: "base.department" };

/** The draft's field in the shape that editors and cells read. */
export function asField(name: string, body: Body): Field {
  const choices = Object.entries((body.choices ?? {}) as Record<string, Body>)
    .toSorted(([, one], [, other]) => (one.order ?? 0) - (other.order ?? 0))
    .map(([key, choice]) => ({ ...choice, name: key, label: say(choice.label, key) }));
  const to = (body.to as string | undefined) ?? TARGETS[body.type as string];
  return { ...body, to, name, type: body.type, label: say(body.label, name), help: say(body.help), choices: choices as Field["choices"], default: body.default ?? null };
}

const LINKS = new Set(["link", "cascade", "user", "department", "lines", "query"]);

export function FieldPreview({ object, name, body }: { object: string; name: string; body: Body }) {
  const field = asField(name, body);
  const label = field.label;
  return (
    <div className="q-field q-preview">
      <span className="q-preview-label">
        {label}
        {field.required && (
          <span className="q-required" aria-hidden>
            *
          </span>
        )}
      </span>
      <div inert>
        <Safely fallback={<Stand object={object} body={body} />} key={JSON.stringify(body)}>
          <Control object={object} field={field} body={body} />
        </Safely>
      </div>
      {field.help && <span className="q-field-help">{field.help}</span>}
    </div>
  );
}

function Control({ object, field, body }: { object: string; field: Field; body: Body }) {
  const definitions = useDefs();
  const { Editor } = kindOf(field);
  const isReadable = !LINKS.has(field.type) || (field.to && definitions.objects[field.to]);
  if (!Editor || body.formula !== undefined || fieldTypeOf(field.type)?.family === "computed" || !isReadable) return <Stand object={object} body={body} />;
  return <Editor value={null} field={field} row={{}} onChange={() => undefined} ariaLabel={field.label} />;
}

/** What is computed, or can't be shown before it is published. */
function Stand({ object, body }: { object: string; body: Body }) {
  const { i18n } = useLingui();
  const { definitions } = useDesign();
  const Icon = iconOf(body.formula !== undefined ? "formula" : body.type);
  const type = fieldTypeOf(body.type);
  const words = inLabels(definitions, object, body.formula || body.path || "") || (type ? i18n._(type.label) : body.type);
  return (
    <div className="q-preview-stand">
      <Icon size={15} aria-hidden />
      <span className="q-ellipsis">{words}</span>
    </div>
  );
}

/** A formula as people call its fields: “Rated hours - Running hours”. */
function inLabels(definitions: Definitions, object: string, formula: string): string {
  const called = (path: string): string => {
    const words: string[] = [];
    let at: string | undefined = object;
    for (const name of path.split(".")) {
      const field: Body | undefined = at ? wholeObject(definitions, at)?.body.fields[name] : undefined;
      if (!field) return path;
      words.push(say(field.label, name));
      at = field.of ?? field.to ?? TARGETS[field.type];
    }
    return words.join(" · ");
  };
  return formula.replaceAll(/"[^"]*"|[a-z_]\w*(?:\.\w+)*/g, (part) => (part.startsWith('"') ? part : called(part)));
}

/** An editor that can't live without its record leaves its place to a plain box. */
class Safely extends Component<{ fallback: ReactNode; children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError() {
    return { failed: true };
  }
  override render() {
    return this.state.failed ? this.props.fallback : this.props.children;
  }
}
