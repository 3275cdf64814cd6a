import { useLingui } from "@lingui/react/macro";
import { Button } from "antd";
import { Paperclip, X } from "lucide-react";
import { type ClipboardEvent, type DragEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { Avatar } from "../kit/Avatar";
import { useProblemWords } from "../kit/states";
import type { Field } from "../records/definitions";
import { useUploads } from "../records/fields/FileEditor";
import { showSize, type StoredFile } from "../records/fields/upload";
import { askedAt, mentionedIn, withName } from "./mentions";
import type { Mention } from "./talk";
import { type Person, useMentionable } from "./people";

export interface Said {
  text: string;
  mentions: number[];
  files: StoredFile[];
}

export interface Typed {
  text: string;
  people: Mention[];
  files: StoredFile[];
}

export const NOTHING: Typed = { text: "", people: [], files: [] };
const FILES: Field = { name: "files", type: "files", label: "", max_count: 20 };

interface ComposerProps {
  object: string;
  id: number;
  typed: Typed;
  onType: (typed: Typed) => void;
  onSay: (said: Said) => Promise<void>;
  label: string;
  act: string;
  /** What was said before is being said otherwise: its files stay. */
  onCancel?: () => void;
  autoFocus?: boolean;
}

/** Words, names after “@”, and files by choosing, dropping or pasting. */
export function Composer({ object, id, typed, onType, onSay, label, act, onCancel, autoFocus }: ComposerProps) {
  const { t } = useLingui();
  const words = useProblemWords();
  const chooser = useRef<HTMLInputElement>(null);
  const latest = useRef(typed);
  latest.current = typed;
  const [isOver, setOver] = useState(false);
  const [isSaying, setSaying] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const takesFiles = !onCancel;
  const { sending, problems, take } = useUploads(FILES, (file) => onType({ ...latest.current, files: [...latest.current.files, file] }));
  const isBlank = !typed.text.trim() && typed.files.length === 0;

  async function say(): Promise<void> {
    if (isBlank || sending.length > 0 || isSaying) return;
    setSaying(true);
    setProblem(null);
    try {
      await onSay({ text: typed.text, mentions: mentionedIn(typed.text, typed.people).map((person) => person.id), files: typed.files });
    } catch (error) {
      setProblem(error);
    }
    setSaying(false);
  }

  function paste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files];
    if (!takesFiles || files.length === 0) return;
    event.preventDefault();
    take(files);
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    if (takesFiles) take([...event.dataTransfer.files]);
  }

  return (
    <form
      className={isOver && takesFiles ? "q-composer q-over" : "q-composer"}
      onSubmit={(event) => {
        event.preventDefault();
        void say();
      }}
      onPaste={paste}
      onDrop={drop}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
    >
      <Words object={object} id={id} typed={typed} onType={onType} label={label} autoFocus={autoFocus} onSay={() => void say()} onCancel={onCancel} />
      {takesFiles && (typed.files.length > 0 || sending.length > 0) && (
        <ul className="q-composer-files">
          {typed.files.map((file) => (
            <li key={file.file}>
              <span className="q-ellipsis">{file.name}</span> <small className="q-muted">{showSize(file.size)}</small>
              <Button type="text" size="small" aria-label={t`Remove ${file.name}`} icon={<X size={14} aria-hidden />} onClick={() => onType({ ...typed, files: typed.files.filter((each) => each !== file) })} />
            </li>
          ))}
          {sending.map((one) => (
            <li key={one.key}>
              <span className="q-ellipsis">{one.name}</span>
              <progress value={one.share} max={1} aria-label={t`Uploading ${one.name}`} />
              <Button type="text" size="small" aria-label={t`Stop uploading ${one.name}`} icon={<X size={14} aria-hidden />} onClick={() => one.abort.abort()} />
            </li>
          ))}
        </ul>
      )}
      {[...problems, ...(problem ? [words(problem)] : [])].map((each) => (
        <p key={each} role="alert" className="q-field-error">
          {each}
        </p>
      ))}
      <div className="q-composer-end">
        {takesFiles && (
          <Button type="text" size="small" icon={<Paperclip size={15} aria-hidden />} onClick={() => chooser.current?.click()}>
            {t`Attach files`}
          </Button>
        )}
        <span className="q-grow" />
        {onCancel && (
          <Button size="small" onClick={onCancel}>
            {t`Cancel`}
          </Button>
        )}
        <Button size="small" type="primary" htmlType="submit" disabled={isBlank || sending.length > 0} loading={isSaying} title={t`Ctrl Enter`}>
          {act}
        </Button>
      </div>
      {takesFiles && (
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-label={t`Attach files`}
          onChange={(event) => {
            take([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
      )}
    </form>
  );
}

interface WordsProps extends Pick<ComposerProps, "object" | "id" | "typed" | "onType" | "label" | "autoFocus" | "onCancel"> {
  onSay: () => void;
}

/** The text itself; while a name is written, those who may be named stand below. */
function Words({ object, id, typed, onType, label, autoFocus, onSay, onCancel }: WordsProps) {
  const { t } = useLingui();
  const list = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [isShut, setShut] = useState(false);
  const asked = isShut ? null : askedAt(typed.text, caret);
  const people = useMentionable(object, id, asked?.query ?? null);
  const isOpen = asked !== null && people.length > 0;
  const chosen = Math.min(at, people.length - 1);

  function choose(person: Person): void {
    if (!asked) return;
    const next = withName(typed.text, asked, caret, person.name);
    onType({ ...typed, text: next.text, people: [...typed.people, { id: person.id, name: person.name }] });
    setCaret(next.caret);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(next.caret, next.caret);
    });
  }

  function press(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      onSay();
    } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      setAt((chosen + (event.key === "ArrowDown" ? 1 : -1) + people.length) % people.length);
    } else if (isOpen && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      choose(people[chosen]!);
    } else if (event.key === "Escape" && (isOpen || onCancel)) {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen) setShut(true);
      else onCancel?.();
    }
  }

  return (
    <div className="q-composer-words">
      <textarea
        ref={area}
        value={typed.text}
        rows={Math.min(12, Math.max(2, typed.text.split("\n").length))}
        aria-label={label}
        placeholder={label}
        aria-autocomplete="list"
        aria-controls={isOpen ? list : undefined}
        aria-activedescendant={isOpen ? `${list}-${chosen}` : undefined}
        autoFocus={autoFocus}
        onChange={(event) => {
          setShut(false);
          setAt(0);
          setCaret(event.target.selectionStart);
          onType({ ...typed, text: event.target.value });
        }}
        onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
        onBlur={() => setShut(true)}
        onKeyDown={press}
      />
      {isOpen && (
        <ul id={list} role="listbox" aria-label={t`People who see this record`} className="q-mentionable">
          {people.map((person, index) => (
            <li
              key={person.id}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === chosen}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(person);
              }}
            >
              <Avatar name={person.name} size={22} />
              <span className="q-ellipsis">{person.name}</span> <small className="q-muted">{person.login}</small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
