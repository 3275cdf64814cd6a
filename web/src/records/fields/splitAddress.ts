/** An address line as people send it in messages → its parts. */
export interface Address {
  country?: string;
  region?: string;
  street?: string;
  postcode?: string;
  name?: string;
  phone?: string;
}

type FindDivision = (text: string) => { code: string; rest: string } | undefined;

const PHONE = /(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d)/;
const POSTCODE = /(?<!\d)\d{6}(?!\d)/;
const LABEL = /(收货人|收件人|联系人|姓名|手机号码|手机|电话|联系电话|所在地区|地区|详细地址|收货地址|地址|邮编|邮政编码)[:：]\s*/g;
const IS_NAME = /^[\p{Script=Han}·]{2,4}$|^[A-Z][\p{L}.'-]*( [A-Z][\p{L}.'-]*){0,2}$/u;

/** Without `find` (the names of the divisions are not here yet) the division stays in the street. */
export function splitAddress(line: string, find: FindDivision = () => undefined): Address {
  let text = line.normalize("NFKC").replace(LABEL, " ");
  const take = (shape: RegExp): string | undefined => {
    const hit = shape.exec(text);
    if (hit) text = text.replace(hit[0], "\n");
    return hit?.[1] ?? hit?.[0];
  };
  const phone = take(PHONE)?.replaceAll(" ", "");
  const postcode = take(POSTCODE);
  const parts = text.split(/[\n\t,，;；]+| {2,}|(?<=\p{Script=Han}) (?=\p{Script=Han})/u).map((part) => part.trim()).filter(Boolean);
  const { region, street, others } = placeIn(parts, find);
  const name = others.find((part) => IS_NAME.test(part));
  const rest = others.filter((part) => part !== name);
  return withoutBlanks({ region, street: [street, ...rest].filter(Boolean).join(" "), name, phone, postcode });
}

/** The first part that begins with a division; those after it belong to the street unless they are a name. */
function placeIn(parts: string[], find: FindDivision): { region?: string; street: string; others: string[] } {
  for (const [at, part] of parts.entries()) {
    const joined = parts.slice(at).join("");
    const found = find(joined);
    if (!found || !find(part)) continue;
    const tail = namesApart(parts.slice(at), found.rest);
    return { region: found.code, street: tail.street, others: [...parts.slice(0, at), ...tail.others] };
  }
  return { street: "", others: parts };
}

/** The street in the words of the person, without the division and without a name at the end. */
function namesApart(parts: string[], rest: string): { street: string; others: string[] } {
  const last = parts.at(-1)!;
  if (parts.length > 1 && IS_NAME.test(last) && rest.endsWith(last) && rest !== last)
    return { street: rest.slice(0, -last.length).trim(), others: [last] };
  return { street: rest, others: [] };
}

const withoutBlanks = (address: Address): Address => Object.fromEntries(Object.entries(address).filter(([, value]) => value)) as Address;
