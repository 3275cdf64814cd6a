/** The company's own record: what `company.…` means in formulas, and the currency of plain money. */
import { useQuery } from "@tanstack/react-query";
import { type Definitions, type RecordAnswer, SYSTEM_FIELDS, type Values } from "./definitions";
import { askedFields, fetchPage } from "./query";

const COMPANY = "base.company";

export function useCompany(definitions: Definitions | undefined): Values {
  const object = definitions?.objects[COMPANY];
  const { data } = useQuery({
    queryKey: ["list", COMPANY, "own", definitions?.release],
    queryFn: async ({ signal }): Promise<RecordAnswer | null> => {
      if (!definitions || !object) return null;
      const names = object.fields.filter((field) => !SYSTEM_FIELDS.has(field.name) && field.type !== "lines").map((field) => field.name);
      const page = await fetchPage({ object: COMPANY, fields: askedFields(object, names, definitions), pageSize: 1 }, null, signal);
      return page.records[0] ?? null;
    },
    enabled: Boolean(object),
    staleTime: 5 * 60_000,
  });
  return data ?? {};
}
