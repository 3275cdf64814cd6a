import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { FormSection } from "../records/definitions";
import { Sections } from "./Sections";

i18n.loadAndActivate({ locale: "en", messages: {} });

const step = (name: string): FormSection => ({ name, label: name, help: "", kind: "step", columns: 1, collapsed: false, items: [] }) as unknown as FormSection;
const steps = [step("Site"), step("Findings"), step("Signature")];
const layout = { main: [{ kind: "step" as const, sections: steps }], side: [] };

let saved = 0;

/** A form as those of records are: what saves comes below its steps. */
function Visit({ mayPass }: { mayPass?: (section: FormSection) => boolean }) {
  const [areLeft, setLeft] = useState(false);
  const save = () => void (saved += 1);
  return (
    <I18nProvider i18n={i18n}>
      <form onSubmit={(event) => (event.preventDefault(), save())}>
        <Sections layout={layout} problems={{}} mayPass={mayPass} onSteps={setLeft} render={(section) => <input aria-label={section.name} />} />
        {!areLeft && <button type="submit">Save</button>}
      </form>
    </I18nProvider>
  );
}

beforeEach(() => void (saved = 0));
afterEach(cleanup);

const pressNext = () => fireEvent.click(screen.getByRole("button", { name: /^Next/ }));
const save = () => screen.queryByRole("button", { name: "Save" });

it("is saved at the last step only, and on the way there leads on without saving", () => {
  render(<Visit />);
  expect(save()).toBeNull();
  pressNext();
  expect(screen.getByLabelText("Findings")).toBeTruthy();
  expect(save()).toBeNull();
  pressNext();
  expect(saved).toBe(0);
  fireEvent.click(save()!);
  expect(saved).toBe(1);
  fireEvent.click(screen.getByRole("button", { name: "Back" }));
  expect(save()).toBeNull();
});

it("has Next as the button that Enter presses", () => {
  const { container } = render(<Visit />);
  expect(container.querySelector("button[type=submit]")?.textContent).toContain("Next");
});

it("stays at a step that may not be passed", () => {
  render(<Visit mayPass={() => false} />);
  pressNext();
  expect(screen.getByLabelText("Site")).toBeTruthy();
  expect(saved).toBe(0);
});
