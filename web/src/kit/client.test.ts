import { MutationObserver, onlineManager } from "@tanstack/react-query";
import { afterEach, expect, it } from "vitest";
import { Problem } from "./api";
import { makeClient } from "./client";

afterEach(() => onlineManager.setOnline(true));

it("asks a server on this machine though the browser knows of no network", async () => {
  onlineManager.setOnline(false);
  await expect(makeClient({}).fetchQuery({ queryKey: ["home"], queryFn: async () => "there" })).resolves.toBe("there");
});

it("says at once that a change could not be sent, and does not send it behind one's back later", async () => {
  onlineManager.setOnline(false);
  const sent: string[] = [];
  const save = async (what: string) => {
    sent.push(what);
    throw new Problem(0, { code: "unreachable" });
  };
  await expect(new MutationObserver(makeClient({}), { mutationFn: save }).mutate("roof")).rejects.toMatchObject({ code: "unreachable" });
  onlineManager.setOnline(true);
  expect(sent).toEqual(["roof"]);
});
