/** Chooses a record of another object: search as you type, newest hits first, “create new” at the end. */
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { Plus } from "lucide-react";
import { lazy, Suspense, useDeferredValue, useState } from "react";
import { useObject } from "../context";
import { type EditorProps, inputOf } from "./kind";
import { fetchOptions } from "./options";
import { inSentence } from "../../kit/i18n";

const CreateDrawer = lazy(() => import("../../forms/CreateDrawer"));

export function LinkChooser(props: EditorProps) {
  const { value, onChange, field, label, compact, ...rest } = props;
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(Boolean(compact && rest.autoFocus));
  const [creating, setCreating] = useState(false);
  const asked = useDeferredValue(typed);
  const target = useObject(field.to ?? "");
  const { data: found, isFetching } = useQuery({
    queryKey: ["options", field.to, asked, field.filter],
    queryFn: ({ signal }) => fetchOptions(field.to ?? "", asked, field.filter, signal),
    enabled: isOpen && Boolean(field.to),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
  });
  const options = (found ?? []).map((option) => ({ value: option.id, label: option.label, subtitle: option.subtitle }));
  const known = typeof value === "number" && label && !options.some((option) => option.value === value);
  const canCreate = target?.may.create && target.creatable !== false && !target.lines_of;

  return (
    <>
      <Select
        {...inputOf(props)}
        className="q-fill"
        value={(value as number | null) ?? undefined}
        options={known && !typed ? [{ value: value as number, label, subtitle: undefined }, ...options] : options}
        onChange={(chosen, option) => onChange(chosen ?? null, (option as { label?: string } | undefined)?.label)}
        open={isOpen}
        onOpenChange={setOpen}
        showSearch={{ filterOption: false, onSearch: setTyped }}
        allowClear={!field.required}
        loading={isFetching && isOpen}
        placeholder={rest.placeholder ?? (compact ? undefined : t`Search…`)}
        notFoundContent={isFetching ? t`Searching…` : t`Nothing found`}
        popupMatchSelectWidth={compact ? 320 : undefined}
        optionRender={(option) => (
          <span className="q-option">
            <span>{option.data.label}</span>
            {option.data.subtitle && <small>{option.data.subtitle}</small>}
          </span>
        )}
        popupRender={(menu) => (
          <>
            {menu}
            {canCreate && (
              <button
                type="button"
                className="q-option-create"
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  setOpen(false);
                  setCreating(true);
                }}
              >
                <Plus size={15} aria-hidden /> {typed ? t`Create “${typed}”` : t`Create new ${inSentence(target.label)}`}
              </button>
            )}
          </>
        )}
      />
      {creating && target && (
        <Suspense>
          <CreateDrawer
            object={target}
            initial={startOf(target.title, typed)}
            onClose={() => setCreating(false)}
            onMade={(made, name) => {
              setCreating(false);
              onChange(made, name);
            }}
          />
        </Suspense>
      )}
    </>
  );
}

const startOf = (title: string, typed: string) => (typed && /^\w+$/.test(title) ? { [title]: typed } : {});
