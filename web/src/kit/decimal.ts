/** Decimals travel as strings and stay strings; arithmetic for previews uses decimal.js-light. */
import Decimal from "decimal.js-light";

Decimal.set({ precision: 200, rounding: Decimal.ROUND_HALF_UP });

export { Decimal };

const SHAPE = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** Commas stand between thousands: “1,5” is nobody's fifteen. */
const GROUPED = /^([^,]*|\D*\d{1,3}(,\d{3})+(\.\d*)?\D*)$/;

/** What a person typed as a decimal string, or null: “1,234.50”, “１２３”, “¥ 12” and “12 %” are understood. */
export function readDecimal(text: string): string | null {
  const written = text.normalize("NFKC");
  if (!GROUPED.test(written)) return null;
  const plain = written
    .replace(/[\s,'_¥￥$€£%]/g, "")
    .replace(/^\((.*)\)$/, "-$1")
    .replace(/^−/, "-");
  if (!SHAPE.test(plain)) return null;
  return new Decimal(plain).toFixed();
}

/** “1234567.5” → “1,234,567.50” with exactly `decimals` places, or as many as it has. */
export function showDecimal(value: string | number, decimals?: number): string {
  let text: string;
  try {
    const exact = new Decimal(String(value));
    text = decimals === undefined ? exact.toFixed() : exact.toFixed(decimals);
  } catch {
    return String(value);
  }
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** Money with its decimals; beyond two, zeros at the end are left away (unit prices). */
export function showMoney(value: string | number, decimals = 2): string {
  const text = showDecimal(value, decimals);
  return decimals > 2 ? text.replace(/(\.\d\d\d*?)0+$/, "$1") : text;
}

export function sumDecimals(values: Iterable<string | number | null | undefined>): string {
  let total = new Decimal(0);
  for (const value of values) if (value !== null && value !== undefined && value !== "") total = total.plus(String(value));
  return total.toFixed();
}

export const isDecimalText = (value: unknown): value is string => typeof value === "string" && SHAPE.test(value);

const SIGNS: Record<string, string> = { CNY: "¥", USD: "$", EUR: "€", GBP: "£", JPY: "JP¥", HKD: "HK$" };

export const currencySign = (code: string): string => SIGNS[code] ?? code;
