/** Trying a draft: the whole product over the real data, as oneself or as a role; nothing is written. */
import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Drawer, Select } from "antd";
import { Eye } from "lucide-react";
import { useId, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get } from "../../kit/api";
import { useProblemWords } from "../../kit/states";
import { beginTrying } from "../../suggest/trying";
import { objectPath } from "../../records/definitions";
import { bodyOf, rolesOf } from "../acts";
import { useDesign } from "../context";
import type { Definitions } from "../draft";
import type { PanelProps } from "../DraftBar";
import { say } from "../words";
import { usePeopleOptions } from "./people";
import "./publish.css";

export default function TryPanel({ draft, onClose }: PanelProps) {
  const { t } = useLingui();
  const { definitions, store } = useDesign();
  const client = useQueryClient();
  const navigate = useNavigate();
  const place = useParams();
  const words = useProblemWords();
  const id = useId();
  const [as, setAs] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const people = usePeopleOptions();
  const roles = Object.entries(rolesOf(definitions)).map(([name, role]) => ({ value: `role:${name}`, label: say(role.label, name) }));

  async function begin(): Promise<void> {
    setBusy(true);
    setError(null);
    const [kind, ...rest] = as.split(":");
    const who = rest.join(":");
    const label = [...roles, ...people].find((option) => option.value === as)?.label;
    try {
      await store.settled();
      const known = await get<{ title: string; note: string }>(`/api/drafts/${draft}`);
      await beginTrying(client, { draft, title: known.title || known.note.split("\n")[0], ...(kind === "role" ? { role: who } : kind === "user" ? { user: Number(who) } : {}), as: label });
      navigate(tried(definitions, place.kind, place.name));
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  }

  return (
    <Drawer
      open
      onClose={onClose}
      title={t`Try it`}
      size={440}
      footer={
        <Button type="primary" block size="large" icon={<Eye size={17} aria-hidden />} loading={isBusy} onClick={begin}>
          {t`Try this draft`}
        </Button>
      }
    >
      <p>{t`You see the product as it would be, with your real records. Forms compute, show and hide as they would. Nothing is saved, and nobody else notices.`}</p>
      <div className="q-field" style={{ marginTop: 18 }}>
        <label htmlFor={id}>{t`As whom`}</label>
        <Select
          id={id}
          className="q-fill"
          value={as}
          onChange={setAs}
          showSearch={{ optionFilterProp: "label" }}
          options={[
            { value: "", label: t`Myself` },
            { label: t`Roles`, options: roles },
            { label: t`People`, options: people },
          ]}
        />
      </div>
      {error !== null && (
        <p className="q-alert" role="alert">
          {words(error)}
        </p>
      )}
    </Drawer>
  );
}

/** Where what is being changed is seen. */
function tried(definitions: Definitions, kind = "", name = ""): string {
  if (kind === "object") return objectPath((bodyOf(definitions, kind, name)?.lines_of as string) || name);
  const object = bodyOf(definitions, kind, name)?.object;
  return object ? `${objectPath(object)}${kind === "view" ? `?view=${name}` : ""}` : "/";
}
