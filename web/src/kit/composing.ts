/** While an input method composes (pinyin, kana), its keys choose among its own candidates: no list, dialog or grid hears them.
 *
 * Safari ends composing before the key that ended it; the code 229 still marks that key. */
export function leaveComposingAlone(): void {
  window.addEventListener("keydown", (event) => (event.isComposing || isOfInputMethod(event)) && event.stopPropagation(), { capture: true });
}

const isOfInputMethod = ({ key, keyCode }: KeyboardEvent): boolean => keyCode === 229 && /^(Enter|Escape|Tab|Arrow)/.test(key);
