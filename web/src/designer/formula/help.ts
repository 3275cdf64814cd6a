import type { FunctionHelp } from "./names";

/** A function's help beside the completions; plain DOM, as the editor's popups are. */
export function makeHelp(help: FunctionHelp, example: string): HTMLElement {
  const box = element("div", "q-function-help");
  box.append(element("code", "q-function-signature", help.signature), element("p", "", help.gives));
  if (help.examples.length > 0) box.append(element("h4", "", example));
  for (const { formula, answer } of help.examples) {
    const line = element("p", "q-function-example");
    line.append(element("code", "", formula), " → ", element("code", "", answer));
    box.append(line);
  }
  return box;
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
