/** What a code can carry: Code 128 printable ASCII, EAN-13 its 13 figures, QR any text. */
import type { Field } from "../definitions";

/** The thirteenth figure of an EAN-13 (ISO/IEC 15420). */
export function eanCheck(twelve: string): string {
  const sum = [...twelve].reduce((total, figure, place) => total + Number(figure) * (place % 2 ? 3 : 1), 0);
  return String((10 - (sum % 10)) % 10);
}

export function readCode(text: string, field: Pick<Field, "symbology">): string | undefined {
  if (field.symbology === "qr") return text;
  if (field.symbology !== "ean13") return /^[ -~]{1,80}$/.test(text) ? text : undefined;
  if (!/^\d{12,13}$/.test(text)) return undefined;
  const whole = text.slice(0, 12) + eanCheck(text.slice(0, 12));
  return text.length === 12 || text === whole ? whole : undefined;
}
