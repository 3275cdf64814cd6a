/** China's divisions: province `44`, city `4403`, district `440305`, as the server names them. */

export interface Division {
  code: string;
  name: string;
  children: Division[];
}

export interface Divisions {
  provinces: Division[];
  /** From the province down; codes nobody knows end the way. */
  wayTo: (code: string) => Division[];
  /** “广东省 深圳市 南山区”: levels without a name of their own are left out. */
  wordsOf: (code: string) => string;
  /** “广东省深圳市南山区科技园1号” → its division and what follows. A left-out city is found through its district. */
  leading: (text: string) => { code: string; rest: string } | undefined;
}

export function divisionsOf(names: Record<string, string>): Divisions {
  const byCode = new Map(Object.entries(names).map(([code, name]): [string, Division] => [code, { code, name, children: [] }]));
  for (const [code, division] of byCode) byCode.get(code.slice(0, -2))?.children.push(division);
  const provinces = [...byCode.values()].filter(({ code }) => code.length === 2);
  const wayTo = (code: string) => [2, 4, 6].filter((length) => length <= code.length).flatMap((length) => byCode.get(code.slice(0, length)) ?? []);
  return {
    provinces,
    wayTo,
    wordsOf: (code) => wayTo(code).filter(isNamed).map(({ name }) => name).join(" "),
    leading: (text) => leading(provinces, text),
  };
}

const isNamed = ({ name }: Division): boolean => name !== "县" && !name.includes("辖");

const TAIL = /(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|自治州|地区|省|市|区|县|盟|旗)$/;
const callsOf = ({ name }: Division): string[] => [name, name.replace(TAIL, "")].filter((each) => each.length > 1);
const below = (level: Division[]): Division[] => level.flatMap((division) => division.children);

function leading(provinces: Division[], text: string): { code: string; rest: string } | undefined {
  let at = first(provinces, text) ?? first(below(provinces).filter(isNamed), text);
  while (at) {
    const { children } = at.division;
    const next: Hit | undefined = first(children, at.rest) ?? first(below(children), at.rest);
    if (!next) return { code: at.division.code, rest: at.rest };
    at = next;
  }
  return undefined;
}

interface Hit {
  division: Division;
  rest: string;
}

/** The longest name that the text begins with, and what is left after it. */
function first(choices: Division[], text: string): Hit | undefined {
  const hits = choices.flatMap((division) => callsOf(division).map((name) => ({ division, name }))).filter(({ name }) => text.startsWith(name));
  const best = hits.toSorted((one, other) => other.name.length - one.name.length)[0];
  return best && { division: best.division, rest: text.slice(best.name.length).replace(/^[\s,，/·>-]+/, "") };
}
