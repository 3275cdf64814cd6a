/** For the mouse and the phone: a plain list of fields, step by step through links, and of functions with their help. */
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer, Input, Popover, Segmented } from "antd";
import { ChevronLeft, ChevronRight, ListPlus } from "lucide-react";
import { useEffect, useReducer, useState } from "react";
import { useIsPhone } from "../../kit/media";
import type { FunctionHelp, Functions, Name, NameBook } from "./names";
import { sayName } from "./names";
import { inBrackets, ranked } from "./ranking";
import { useTypeWords } from "./words";

interface InsertProps {
  book: NameBook;
  functions: Functions | undefined;
  /** `back`: how far before the end the cursor stands afterwards. */
  onInsert: (text: string, back?: number) => void;
}

export function InsertButton(props: InsertProps) {
  const { t } = useLingui();
  const isPhone = useIsPhone();
  const [isOpen, setOpen] = useState(false);
  const insert = (text: string, back?: number) => {
    setOpen(false);
    props.onInsert(text, back);
  };
  const list = isOpen && <InsertList {...props} onInsert={insert} />;
  const button = (
    <Button
      type="text"
      size="small"
      icon={<ListPlus size={16} aria-hidden />}
      aria-label={t`Insert a field or function`}
      title={t`Insert a field or function`}
      aria-expanded={isOpen}
      onClick={isPhone ? () => setOpen(true) : undefined}
    />
  );
  if (isPhone)
    return (
      <>
        {button}
        <Drawer open={isOpen} onClose={() => setOpen(false)} placement="bottom" size="78%" title={t`Insert a field or function`}>
          {list}
        </Drawer>
      </>
    );
  return (
    <Popover open={isOpen} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={list} destroyOnHidden>
      {button}
    </Popover>
  );
}

function InsertList({ book, functions, onInsert }: InsertProps) {
  const { t } = useLingui();
  const [shown, setShown] = useState<"fields" | "functions">("fields");
  const [typed, setTyped] = useState("");
  return (
    <div className="q-insert">
      <Segmented
        block
        value={shown}
        onChange={setShown}
        options={[
          { value: "fields", label: t`Fields` },
          { value: "functions", label: t`Functions` },
        ]}
      />
      <Input allowClear value={typed} onChange={(event) => setTyped(event.target.value)} placeholder={t`Search…`} aria-label={t`Search`} />
      {shown === "fields" ? <FieldList book={book} typed={typed} onInsert={onInsert} onStep={() => setTyped("")} /> : <FunctionList functions={functions} typed={typed} onInsert={onInsert} />}
    </div>
  );
}

interface FieldListProps {
  book: NameBook;
  typed: string;
  onInsert: (text: string) => void;
  onStep: () => void;
}

export function FieldList({ book, typed, onInsert, onStep }: FieldListProps) {
  const { t } = useLingui();
  const typeWords = useTypeWords();
  const [path, setPath] = useState<Name[]>([]);
  const object = path.at(-1)?.target ?? book.root;
  useArrival(book, object);
  const names = (book.of(object)?.names ?? []).filter((name) => ranked(typed, [name.name, name.label.en, name.label.zh]) > 0 && !(path.length > 0 && name.special));
  const step = (next: Name[]) => {
    setPath(next);
    onStep();
  };
  const written = (name: Name) => [...path, name].map((each) => (inBrackets(each.name) ? `[${each.name}]` : each.name)).join(".");
  return (
    <>
      {path.length > 0 && (
        <button type="button" className="q-insert-back" onClick={() => step(path.slice(0, -1))}>
          <ChevronLeft size={15} aria-hidden />
          {path.map(sayName).join(" › ")}
        </button>
      )}
      <ul className="q-insert-list">
        {names.map((name) => (
          <li key={name.name}>
            <button type="button" onClick={() => onInsert(written(name))}>
              <span>{sayName(name)}</span>
              <small>{typeWords(name.many ? "list" : name.type)}</small>
            </button>
            {name.target && (
              <Button type="text" size="small" icon={<ChevronRight size={16} aria-hidden />} aria-label={t`Fields of ${sayName(name)}`} onClick={() => step([...path, name])} />
            )}
          </li>
        ))}
        {names.length === 0 && <li className="q-muted q-insert-none">{t`Nothing found`}</li>}
      </ul>
    </>
  );
}

function useArrival(book: NameBook, object: string): void {
  const [, again] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    let isHere = true;
    void book.ready(object).then(() => isHere && again());
    return () => {
      isHere = false;
    };
  }, [book, object]);
}

function FunctionList({ functions, typed, onInsert }: { functions: Functions | undefined; typed: string; onInsert: (text: string, back?: number) => void }) {
  const { t } = useLingui();
  const [open, setOpen] = useState("");
  const fits = (help: FunctionHelp) => ranked(typed, [help.name, help.signature, help.gives]) > 0;
  return (
    <div className="q-insert-list">
      {Object.entries(functions?.groups ?? {}).map(([group, label]) => {
        const members = functions?.functions.filter((help) => help.group === group && fits(help)) ?? [];
        if (members.length === 0) return null;
        return (
          <section key={group} aria-label={label}>
            <h3>{label}</h3>
            <ul>
              {members.map((help) => (
                <li key={help.name} className="q-insert-function">
                  <button type="button" aria-expanded={open === help.name} onClick={() => setOpen(open === help.name ? "" : help.name)}>
                    <code>{help.signature}</code>
                    <small>{help.gives}</small>
                  </button>
                  {open === help.name && (
                    <div className="q-function-help">
                      {help.examples.map(({ formula, answer }) => (
                        <p key={formula} className="q-function-example">
                          <code>{formula}</code> → <code>{answer}</code>
                        </p>
                      ))}
                      <Button size="small" type="primary" onClick={() => onInsert(`${help.name}()`, help.signature.endsWith("()") ? 0 : 1)}>
                        {t`Insert`}
                      </Button>
                    </div>
                  )}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}
