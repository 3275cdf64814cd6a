import { useLingui } from "@lingui/react/macro";
import { alive } from "../acts";
import { useDesign } from "../context";
import type { Body, Change, Definitions } from "../draft";
import { RolesChoice } from "../parts";

/** Roles that don't see the field; the whole matrix is under Roles. */
export function HiddenFrom({ object, field }: { object: string; field: string }) {
  const { t } = useLingui();
  const { definitions, act } = useDesign();
  return (
    <RolesChoice
      label={t`Not shown to`}
      help={t`Lists, search, exports and prints hide it from them too.`}
      value={hiddenFrom(definitions, object, field)}
      onChange={(roles) => act(t`Hide a field`, hide(definitions, object, field, roles))}
    />
  );
}

const grantOf = (body: Body, object: string): Body | undefined => body.objects?.[object] as Body | undefined;

export const hiddenFrom = (definitions: Definitions, object: string, field: string): string[] => [
  ...new Set(alive(definitions, "role").flatMap(([, body]) => (grantOf(body, object)?.hide?.includes(field) ? [body.role as string] : []))),
];

/** Every part of a role that shows the object hides the field. */
export function hide(definitions: Definitions, object: string, field: string, roles: string[]): Change[] {
  return alive(definitions, "role").flatMap(([name, body]) => {
    const grant = grantOf(body, object);
    if (!grant) return [];
    const rest = ((grant.hide ?? []) as string[]).filter((each) => each !== field);
    const hidden = roles.includes(body.role) ? [...rest, field] : rest;
    const { hide: _, ...others } = grant;
    return [{ kind: "role", name, body: { ...body, objects: { ...body.objects, [object]: hidden.length ? { ...others, hide: hidden } : others } } }];
  });
}
