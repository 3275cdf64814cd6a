/** Amounts in Chinese capitals: 《支付结算办法》附一. The twin of engines/printing/amounts.py; both read the same cases. */
import { Decimal } from "../../kit/decimal";

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿", "亿亿"];
const UNIT_NAMES: Record<string, string> = { CNY: "元", USD: "美元", EUR: "欧元", GBP: "英镑", JPY: "日元", HKD: "港元" };

/** `"1409.50"` → 壹仟肆佰零玖元伍角整. Half a fen rounds away from zero; undefined from 10^20 on. */
export function inCapitals(amount: string, currency = "CNY"): string | undefined {
  const cents = BigInt(new Decimal(amount).times(100).toDecimalPlaces(0).toFixed());
  const size = cents < 0n ? -cents : cents;
  if (size >= 10n ** 22n) return undefined;
  const [whole, fraction] = [size / 100n, Number(size % 100n)];
  const head = whole || !fraction ? wholeInCapitals(whole) + (UNIT_NAMES[currency] ?? currency) : "";
  return (cents < 0n ? "负" : "") + head + fractionInCapitals(whole, Math.floor(fraction / 10), fraction % 10);
}

function wholeInCapitals(whole: bigint): string {
  if (whole === 0n) return DIGITS[0]!;
  const groups: number[] = [];
  for (let rest = whole; rest; rest /= 10_000n) groups.push(Number(rest % 10_000n));
  let words = "";
  let hasGap = false;
  for (let position = groups.length - 1; position >= 0; position -= 1) {
    const group = groups[position]!;
    if (group === 0) {
      hasGap = Boolean(words);
      continue;
    }
    if (words && (hasGap || group < 1_000)) words += DIGITS[0];
    words += groupInCapitals(group) + GROUPS[position]!;
    hasGap = false;
  }
  return words;
}

function groupInCapitals(group: number): string {
  let words = "";
  let hasGap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(group / 10 ** place) % 10;
    if (digit) words += (hasGap && words ? DIGITS[0]! : "") + DIGITS[digit]! + PLACES[place]!;
    hasGap = digit === 0;
  }
  return words;
}

function fractionInCapitals(whole: bigint, jiao: number, fen: number): string {
  if (!jiao && !fen) return "整";
  const zero = whole && (!jiao || whole % 10n === 0n) ? DIGITS[0]! : "";
  return zero + (jiao ? `${DIGITS[jiao]!}角` : "") + (fen ? `${DIGITS[fen]!}分` : "整");
}
