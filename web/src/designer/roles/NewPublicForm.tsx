/** Makes a public form of an object: asks what is required and shows what it is called. */
import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Globe } from "lucide-react";
import { useNavigate } from "react-router";
import { bodyOf, wholeObject } from "../acts";
import { labelOf, useDesign } from "../context";
import type { Body, Change, Definitions } from "../draft";
import { fieldTypeOf } from "../fieldTypes";
import { fieldsOf } from "../layout";
import { unused } from "../names";

const NEVER = new Set(["serial", "lines", "link", "cascade", "user", "department", "role", "roles", "encrypted", "query"]);

export function newPublicForm(definitions: Definitions, object: string): Change[] {
  const body = wholeObject(definitions, object)?.body;
  if (!body) return [];
  const name = unused(object, Object.keys(definitions.public_form ?? {}));
  const fields = fieldsOf(body).filter(([, field]) => canBeAsked(field)).map(([field]) => field);
  return [{ kind: "public_form", name, body: { public_form: name, object, label: body.label, title: body.label, fields } }];
}

const canBeAsked = (field: Body): boolean => !field.hidden && !field.read_only && field.formula === undefined && !NEVER.has(field.type) && fieldTypeOf(field.type)?.family !== "computed";

export function NewPublicForm({ object }: { object: string }) {
  const { t } = useLingui();
  const { definitions, act, number } = useDesign();
  const navigate = useNavigate();
  const label = labelOf(bodyOf(definitions, "object", object), object);
  function make(): void {
    const changes = newPublicForm(definitions, object);
    act(t`New public form`, changes);
    if (changes[0]) navigate(`/design/${number}/public_form/${changes[0].name}`);
  }
  return (
    <Button size="small" type="text" icon={<Globe size={15} aria-hidden />} aria-label={t`Public form for ${label}`} title={t`Public form for ${label}`} onClick={make} />
  );
}
