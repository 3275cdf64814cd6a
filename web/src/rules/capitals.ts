/** Amounts in Chinese capitals (大写), as kernel/formulas/capitals.py writes them. */
import { Decimal } from "../kit/decimal";

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿", "亿亿"];
const TOO_LARGE = new Decimal(10).pow(20);

/** Rounded half away from zero to 分; blank from 10^20 on. */
export function capitals(amount: Decimal): string | null {
  const rounded = amount.toDecimalPlaces(2);
  if (rounded.absoluteValue().greaterThanOrEqualTo(TOO_LARGE)) return null;
  const [whole = "0", cents = "00"] = rounded.absoluteValue().toFixed(2).split(".");
  const [jiao, fen] = [Number(cents[0]), Number(cents[1])];
  const head = whole !== "0" || cents === "00" ? `${wholeWords(whole)}元` : "";
  return (rounded.isNegative() && !rounded.isZero() ? "负" : "") + head + fractionWords(whole, jiao, fen);
}

function wholeWords(whole: string): string {
  if (whole === "0") return DIGITS[0]!;
  const groups = whole.padStart(Math.ceil(whole.length / 4) * 4, "0").match(/\d{4}/g) ?? [];
  let words = "";
  let isGap = false;
  groups.forEach((group, at) => {
    if (group === "0000") return void (isGap = words !== "");
    if (words && (isGap || group.startsWith("0"))) words += DIGITS[0];
    words += groupWords(group) + GROUPS[groups.length - 1 - at];
    isGap = false;
  });
  return words;
}

function groupWords(group: string): string {
  let words = "";
  let isGap = false;
  [...group].forEach((digit, at) => {
    if (digit !== "0") words += (isGap && words ? DIGITS[0] : "") + DIGITS[Number(digit)] + PLACES[3 - at];
    isGap = digit === "0";
  });
  return words;
}

function fractionWords(whole: string, jiao: number, fen: number): string {
  if (!jiao && !fen) return "整";
  const nought = whole !== "0" && (!jiao || whole.endsWith("0")) ? DIGITS[0]! : "";
  return nought + (jiao ? `${DIGITS[jiao]}角` : "") + (fen ? `${DIGITS[fen]}分` : "整");
}
