/** Words in both languages: what a person types in one is enough, the other can follow. */
import { useLingui } from "@lingui/react/macro";
import { Button, Input } from "antd";
import { Languages } from "lucide-react";
import { type KeyboardEvent, type Ref, useId, useState } from "react";
import type { InputRef } from "antd";
import { type Language, language } from "../kit/i18n";

export type Words = Partial<Record<Language, string>>;

/** In the reader's language, else in the other one. */
export function say(words: Words | undefined, otherwise = ""): string {
  return words?.[language()] || words?.en || words?.zh || otherwise;
}

const other = (one: Language): Language => (one === "zh" ? "en" : "zh");

interface WordsInputProps {
  label: string;
  value: Words | undefined;
  onChange: (words: Words) => void;
  isLong?: boolean;
  placeholder?: string;
  autoFocus?: boolean;
  inputRef?: Ref<InputRef>;
  onEnter?: () => void;
  onBlur?: () => void;
}

/** One line in the reader's language; the other language opens below it. */
export function WordsInput({ label, value = {}, onChange, isLong, placeholder, autoFocus, inputRef, onEnter, onBlur }: WordsInputProps) {
  const { t } = useLingui();
  const id = useId();
  const here = language();
  const [isBoth, setBoth] = useState(false);
  const Line = isLong ? Input.TextArea : Input;
  const set = (which: Language, text: string) => {
    const { [which]: _, ...rest } = value;
    onChange(text ? { ...rest, [which]: text } : rest);
  };
  const toggle = here === "zh" ? "English" : "中文";
  return (
    <div className="q-field">
      <div className="q-words-head">
        <label htmlFor={id}>{label}</label>
        <Button type="text" size="small" icon={<Languages size={13} aria-hidden />} aria-expanded={isBoth} aria-label={t`${label}: also in the other language`} onClick={() => setBoth(!isBoth)}>
          {toggle}
        </Button>
      </div>
      <Line
        id={id}
        ref={inputRef as never}
        autoFocus={autoFocus}
        placeholder={placeholder ?? value[other(here)]}
        value={value[here] ?? ""}
        onChange={(event: { target: { value: string } }) => set(here, event.target.value)}
        onBlur={onBlur}
        onKeyDown={(event: KeyboardEvent) => {
          if (isLong || !onEnter || event.key !== "Enter" || event.nativeEvent.isComposing) return;
          // The key belongs to this line, not to what is written in next.
          event.preventDefault();
          onEnter();
        }}
        {...(isLong ? { autoSize: { minRows: 2, maxRows: 6 } } : {})}
      />
      {isBoth && (
        <Line
          aria-label={`${label} (${toggle})`}
          placeholder={toggle}
          value={value[other(here)] ?? ""}
          onChange={(event: { target: { value: string } }) => set(other(here), event.target.value)}
          onBlur={onBlur}
          {...(isLong ? { autoSize: { minRows: 2, maxRows: 6 } } : {})}
        />
      )}
    </div>
  );
}
