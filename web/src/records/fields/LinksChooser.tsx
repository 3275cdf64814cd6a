/** Chooses several records of another object: each stays as a tag, the list stays open. */
import { useLingui } from "@lingui/react/macro";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useDeferredValue, useState } from "react";
import { type EditorProps, inputOf } from "./kind";
import { fetchOptions } from "./options";

interface Chosen {
  value: number;
  label: React.ReactNode;
}

export function LinksChooser(props: EditorProps) {
  const { value, onChange, field } = props;
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [isOpen, setOpen] = useState(false);
  const [known, setKnown] = useState<Chosen[]>([]);
  const asked = useDeferredValue(typed);
  const ids = (value as number[] | null) ?? [];
  const { data: found = [], isFetching } = useQuery({
    queryKey: ["options", field.to, asked, field.filter],
    queryFn: ({ signal }) => fetchOptions(field.to ?? "", asked, field.filter, signal),
    enabled: isOpen && Boolean(field.to),
    placeholderData: keepPreviousData,
    staleTime: 20_000,
  });

  function choose(chosen: Chosen[]): void {
    setKnown(chosen);
    setTyped("");
    onChange(chosen.length > 0 ? chosen.map((each) => each.value) : null);
  }

  return (
    <Select
      {...inputOf(props)}
      className="q-fill"
      mode="multiple"
      labelInValue
      value={ids.map((id) => known.find((each) => each.value === id) ?? { value: id, label: String(id) })}
      options={found.map((option) => ({ value: option.id, label: option.label, subtitle: option.subtitle }))}
      onChange={choose}
      onOpenChange={setOpen}
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      loading={isFetching && isOpen}
      placeholder={props.placeholder ?? t`Search…`}
      notFoundContent={isFetching ? t`Searching…` : t`Nothing found`}
      optionRender={(option) => (
        <span className="q-option">
          <span>{option.data.label}</span>
          {option.data.subtitle && <small>{option.data.subtitle}</small>}
        </span>
      )}
    />
  );
}
