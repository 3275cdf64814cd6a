/** A press of the pointer from down to up: what is drawn anew in between would lose the click. */
let isDown = false;
for (const [event, down] of [["pointerdown", true], ["pointerup", false], ["pointercancel", false]] as const)
  globalThis.addEventListener?.(event, () => (isDown = down), { capture: true });

/** Resolves at once, or when the press that is under way has become a click. */
export async function released(): Promise<void> {
  if (!isDown) return;
  await new Promise((done) => globalThis.addEventListener("pointerup", done, { once: true, capture: true }));
  await new Promise((done) => setTimeout(done));
}
