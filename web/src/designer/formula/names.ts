/** What formulas may name, object by object, as the server tells it; asked for when a path first leads there. */
import { get } from "../../kit/api";
import { language } from "../../kit/i18n";

export interface Words {
  en?: string;
  zh?: string;
}

export interface Name {
  name: string;
  label: Words;
  type: string;
  /** Object that a link or list leads to. */
  target: string | null;
  many: boolean;
  live?: boolean;
  system?: boolean;
  /** `me`, `company`, `this`. */
  special?: boolean;
  choices?: { name: string; label: Words }[];
}

export interface Names {
  object: string;
  label: Words;
  names: Name[];
}

export interface Example {
  formula: string;
  answer: string;
}

export interface FunctionHelp {
  name: string;
  group: string;
  signature: string;
  gives: string;
  examples: Example[];
}

export interface Functions {
  groups: Record<string, string>;
  functions: FunctionHelp[];
  sample: Record<string, unknown>;
}

export const say = (words: Words | undefined, otherwise: string): string => words?.[language()] || words?.en || words?.zh || otherwise;

export const sayName = (name: Name): string => say(name.label, name.name);

/** The names of objects by object; what isn't there yet is asked for and told of by `onArrival`. */
export class NameBook {
  private readonly known = new Map<string, Names>();
  private readonly asked = new Map<string, Promise<Names | undefined>>();
  private readonly coming = new Set<Promise<unknown>>();
  readonly root: string;
  private readonly load: (object: string) => Promise<Names>;
  private readonly onArrival: () => void;

  constructor(root: string, load: (object: string) => Promise<Names>, onArrival: () => void = () => {}) {
    this.root = root;
    this.load = load;
    this.onArrival = onArrival;
  }

  of(object: string): Names | undefined {
    if (!this.known.has(object)) void this.ready(object);
    return this.known.get(object);
  }

  ready(object: string): Promise<Names | undefined> {
    let asked = this.asked.get(object);
    if (!asked) {
      asked = this.load(object).then(
        (names) => {
          this.known.set(object, names);
          this.onArrival();
          return names;
        },
        () => undefined,
      );
      this.asked.set(object, asked);
      const awaited = asked.finally(() => this.coming.delete(awaited));
      this.coming.add(awaited);
    }
    return asked;
  }

  /** Resolves when all that was asked for has arrived; undefined when nothing is under way. */
  arrival(): Promise<unknown> | undefined {
    return this.coming.size > 0 ? Promise.all(this.coming) : undefined;
  }

  /** What is known is asked for again; until it arrives the old names stand. */
  refresh(): void {
    const known = [...this.known.keys()];
    this.asked.clear();
    for (const object of known) void this.ready(object);
  }

  find(object: string, name: string): Name | undefined {
    return this.of(object)?.names.find((each) => each.name === name);
  }

  /** The one name that people call so, in either language. */
  called(object: string, words: string): Name | undefined {
    const wanted = words.toLocaleLowerCase();
    const found = this.of(object)?.names.filter((each) => [each.label.en, each.label.zh].some((label) => label?.toLocaleLowerCase() === wanted)) ?? [];
    return found.length === 1 ? found[0] : undefined;
  }
}

export const fetchNames = (object: string, from: string | undefined, draft: number | null): Promise<Names> =>
  get<Names>("/api/formulas/names", { object, this: from }, undefined, draft);
