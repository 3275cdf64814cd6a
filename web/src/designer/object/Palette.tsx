/** All field types by family: click or Enter adds behind what is selected, dragging puts it where it falls. */
import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { Search } from "lucide-react";
import { useState } from "react";
import { useFresh } from "../drag";
import { FAMILIES, FIELD_TYPES, type FieldType, iconOf, searched } from "../fieldTypes";
import { useEditing, useFieldActs } from "./editing";

export function Palette({ onAdded }: { onAdded?: () => void }) {
  const { t, i18n } = useLingui();
  const { whole } = useEditing();
  const acts = useFieldActs();
  const [typed, setTyped] = useState("");
  const isAsked = typed.trim() !== "";
  const possible = FIELD_TYPES.filter((type) => type.name !== "lines" || !whole.body.lines_of);
  const found = isAsked ? searched(possible, typed, (type) => i18n._(type.label)) : possible;
  function add(type: FieldType | undefined): void {
    if (!type) return;
    acts.add(type.name);
    setTyped("");
    onAdded?.();
  }
  return (
    <div className="q-palette-fields">
      <Input
        id="q-field-search"
        allowClear
        value={typed}
        prefix={<Search size={15} aria-hidden />}
        placeholder={t`Find a kind of field`}
        aria-label={t`Find a kind of field`}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && !event.nativeEvent.isComposing && isAsked && add(found[0])}
      />
      {isAsked && <Entries types={found} onAdd={add} isLikeliestFirst />}
      {!isAsked && FAMILIES.map((family) => {
        const types = found.filter((type) => type.family === family.name);
        return (
          types.length > 0 && (
            <section key={family.name}>
              <h3>{i18n._(family.label)}</h3>
              <Entries types={types} onAdd={add} />
            </section>
          )
        );
      })}
      {found.length === 0 && <p className="q-muted">{t`No such kind. Try “text”, “photo” or “choice”.`}</p>}
    </div>
  );
}

/** Of what was searched, Enter takes the first. */
function Entries({ types, onAdd, isLikeliestFirst }: { types: FieldType[]; onAdd: (type: FieldType) => void; isLikeliestFirst?: boolean }) {
  return (
    <ul>
      {types.map((type, at) => (
        <li key={type.name} className={isLikeliestFirst && at === 0 ? "q-likeliest" : undefined}>
          <Entry type={type} onAdd={() => onAdd(type)} />
        </li>
      ))}
    </ul>
  );
}

function Entry({ type, onAdd }: { type: FieldType; onAdd: () => void }) {
  const { i18n } = useLingui();
  const { ref, isDragging } = useFresh(type.name);
  const Icon = iconOf(type.name);
  return (
    <button type="button" ref={ref} className={`q-palette-field${isDragging ? " q-lifted" : ""}`} onClick={onAdd}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <span>{i18n._(type.label)}</span>
    </button>
  );
}
