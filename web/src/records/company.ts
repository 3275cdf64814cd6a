/** The company's own record: what `company.…` means in formulas, and the currency of plain money. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type Definitions, SYSTEM_FIELDS, type Values } from "./definitions";
import { fetchOptions } from "./fields/options";
import { askedFields, fetchPage } from "./query";

const COMPANY = "base.company";
const CURRENCY = "base.currency";

/** What the session tells everybody; who may see the company's record knows all of it. Undefined until known. */
export function useCompany(definitions: Definitions | undefined, told: Values | undefined): Values | undefined {
  const { data } = useQuery({
    queryKey: ["company", definitions?.release, definitions?.language],
    queryFn: async ({ signal }): Promise<Values> => {
      const row = definitions?.objects[COMPANY] ? await fetchRow(definitions, signal) : {};
      return { ...told, ...(await currencyOf(told, signal)), ...row };
    },
    enabled: Boolean(definitions),
    placeholderData: keepPreviousData,
    staleTime: 5 * 60_000,
    retry: false,
  });
  return data;
}

async function fetchRow(definitions: Definitions, signal: AbortSignal): Promise<Values> {
  const object = definitions.objects[COMPANY]!;
  const names = object.fields.filter((field) => !SYSTEM_FIELDS.has(field.name) && field.type !== "lines").map((field) => field.name);
  const page = await fetchPage({ object: COMPANY, fields: askedFields(object, names, definitions), pageSize: 1 }, null, signal);
  return page.records[0] ?? {};
}

/** The session says the currency's code; formulas compare links, so its id is looked up. */
async function currencyOf(told: Values | undefined, signal: AbortSignal): Promise<Values> {
  const code = told?.currency;
  if (typeof code !== "string" || !code) return {};
  const options = await fetchOptions(CURRENCY, code, null, signal).catch(() => []);
  const found = options.find((option) => option.label === code || option.subtitle === code);
  return { currency: found?.id, "currency._label": code };
}
