import { useLingui } from "@lingui/react/macro";
import { Input } from "antd";
import { type ClipboardEvent, useId } from "react";
import type { EditorProps } from "./kind";
import RegionEditor from "./RegionEditor";
import { useDivisions } from "./region";
import { type Address, splitAddress } from "./splitAddress";

export default function AddressEditor({ value, onChange, field, invalid, ...rest }: EditorProps) {
  const { t } = useLingui();
  const id = useId();
  const divisions = useDivisions();
  const address = (value as Address | null) ?? {};

  function set(part: keyof Address, next: unknown): void {
    const whole = Object.fromEntries(Object.entries({ ...address, [part]: next || undefined }).filter(([, each]) => each));
    onChange(Object.keys(whole).length ? whole : null);
  }

  function paste(event: ClipboardEvent): void {
    const text = event.clipboardData.getData("text/plain");
    const split = splitAddress(text, divisions?.leading);
    if (!split.region || text.length < 9) return;
    event.preventDefault();
    onChange({ ...address, ...split });
  }

  const input = (part: keyof Address, label: string, more: { inputMode?: "tel" | "numeric"; autoComplete: string; autoFocus?: boolean; isWide?: boolean; id?: string }) => (
    <label className={more.isWide ? "q-address-wide" : undefined}>
      <span>{label}</span>
      <Input
        id={more.id}
        value={address[part] ?? ""}
        onChange={(event) => set(part, event.target.value)}
        inputMode={more.inputMode}
        autoComplete={more.autoComplete}
        autoFocus={more.autoFocus}
        status={invalid ? "error" : undefined}
        aria-invalid={invalid || undefined}
      />
    </label>
  );

  return (
    <div className="q-address-editor" onPaste={paste} aria-describedby={rest.describedBy}>
      <label className="q-address-wide" htmlFor={`${id}-region`}>
        <span>{t`Region`}</span>
        <RegionEditor anyLevel id={`${id}-region`} value={address.region ?? null} field={{ ...field, type: "region", required: false }} onChange={(code) => set("region", code)} />
      </label>
      {input("street", t`Street and number`, { autoComplete: "street-address", isWide: true, id: rest.id, autoFocus: rest.autoFocus })}
      {input("name", t`Contact`, { autoComplete: "name" })}
      {input("phone", t`Phone`, { autoComplete: "tel", inputMode: "tel" })}
      {input("postcode", t`Postcode`, { autoComplete: "postal-code", inputMode: "numeric" })}
      <p className="q-field-help q-address-wide">{t`Paste a whole address into any of these: it is split into its parts.`}</p>
    </div>
  );
}
