import { describe, expect, it } from "vitest";
import { Problem } from "../kit/api";
import { applied, type Change, type DraftDoor, DraftStore, type Entry } from "./draft";

const entry = (body: Record<string, unknown> | null): Entry => ({ body, app: "oms", shipped: true, changed: false, is_new: false });
const put = (label: string): Change => ({ kind: "object", name: "oms.sales_order", body: { label } });
const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A server that holds one draft; `hold` keeps its answers back. */
function office() {
  const sent: { version: number; changes: Change[] }[] = [];
  const held: (() => void)[] = [];
  const server = { version: 1, isHolding: false, refuses: null as Problem | null, definitions: { object: { "oms.sales_order": entry({ label: "old" }) } } as Record<string, Record<string, Entry>> };
  const door: DraftDoor = {
    describe: async () => undefined,
    read: async () => ({ draft: 7, base: 3, version: server.version, definitions: server.definitions }),
    rename: async (_, version, { object, field, to }) => {
      if (server.refuses) throw server.refuses;
      server.definitions = applied(server.definitions, [{ kind: "object", name: object, body: { label: `${field} is ${to} since ${version}` } }]);
      server.version += 1;
    },
    write: async (_, version, changes) => {
      sent.push({ version, changes });
      if (server.isHolding) await new Promise<void>((go) => held.push(go));
      if (server.refuses) throw server.refuses;
      if (version !== server.version) throw new Problem(409, { detail: "Somebody changed it." });
      if (changes.some(({ body }) => body?.label === "wrong")) throw new Problem(422, { detail: "That is no label." });
      server.definitions = applied(server.definitions, changes);
      server.version += 1;
      return { version: server.version };
    },
  };
  return { sent, held, server, door };
}

async function builder(made = office()) {
  const store = new DraftStore(7, made.door);
  await store.load();
  return { ...made, store };
}

describe("a draft", () => {
  it("shows a change at once and stores it behind", async () => {
    const { store, sent } = await builder();
    store.change("Rename", [put("new")]);
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "new" });
    expect(store.read().saved).toBe("saving");
    await store.settled();
    expect(store.read().saved).toBe("saved");
    expect(sent).toEqual([{ version: 1, changes: [put("new")] }]);
  });

  it("sends one request at a time, with what gathered meanwhile as the last person left it", async () => {
    const { store, server, sent, held } = await builder();
    server.isHolding = true;
    for (const label of ["a", "b", "c"]) store.change("Rename", [put(label)]);
    server.isHolding = false;
    held[0]?.();
    await store.settled();
    expect(sent.map((one) => one.changes[0]?.body)).toEqual([{ label: "a" }, { label: "c" }]);
    expect(sent.map((one) => one.version)).toEqual([1, 2]);
  });

  it("takes back act by act, and brings them again", async () => {
    const { store } = await builder();
    store.change("One", [put("one")]);
    store.change("Two", [put("two"), { kind: "view", name: "oms.mine", body: { object: "oms.sales_order" } }]);
    store.undo();
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "one" });
    expect(store.read().definitions.view?.["oms.mine"]?.body).toBeNull();
    expect([store.read().undoes, store.read().redoes]).toEqual(["One", "Two"]);
    store.redo();
    expect(store.body("view", "oms.mine")).toEqual({ object: "oms.sales_order" });
    store.undo();
    store.undo();
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "old" });
    expect(store.read().undoes).toBeNull();
  });

  it("counts typing into one place as one act", async () => {
    const { store } = await builder();
    for (const label of ["n", "ne", "new"]) store.change("Rename", [put(label)], "label");
    store.undo();
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "old" });
  });

  it("renames by the server once all is stored, and takes that back like any act", async () => {
    const { store, server } = await builder();
    store.change("Label", [put("new")]);
    await store.renamePlace("Rename", { object: "oms.sales_order", field: "site", to: "place" });
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "site is place since 2" });
    expect(store.read().undoes).toBe("Rename");
    store.undo();
    await store.settled();
    expect([store.body("object", "oms.sales_order"), store.read().undoes, server.version]).toEqual([{ label: "new" }, "Label", 4]);
  });

  it("tells why a rename was refused and stays as it is", async () => {
    const { store, server } = await builder();
    server.refuses = new Problem(409, { code: "name_taken" });
    await expect(store.renamePlace("Rename", { object: "oms.sales_order", field: "site", to: "place" })).rejects.toBe(server.refuses);
    expect([store.body("object", "oms.sales_order"), store.read().undoes]).toEqual([{ label: "old" }, null]);
  });

  it("does nothing for a change that changes nothing", async () => {
    const { store, sent } = await builder();
    store.change("Rename", [put("old")]);
    await store.settled();
    expect([store.read().undoes, sent]).toEqual([null, []]);
  });

  it("gives way to another builder's change and says so", async () => {
    const { store, server } = await builder();
    server.definitions = { object: { "oms.sales_order": entry({ label: "theirs" }) } };
    server.refuses = new Problem(409, { detail: "Somebody changed it." });
    store.change("Rename", [put("mine")]);
    await tick();
    await store.settled();
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "theirs" });
    expect(store.read().error).toBe(server.refuses);
    expect(store.read().undoes).toBeNull();
  });

  it("gives up only what the other builder wrote too, and sends the rest again", async () => {
    const { store, server } = await builder();
    const view = (label: string): Change => ({ kind: "view", name: "oms.mine", body: { label } });
    store.change("See", [view("first")]);
    await store.settled();
    server.definitions = applied(server.definitions, [put("theirs")]);
    server.version += 1;
    server.isHolding = false;
    store.change("Rename", [put("mine")]);
    store.change("See", [view("second")]);
    await store.settled();
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "theirs" });
    expect(server.definitions.view?.["oms.mine"]?.body).toEqual({ label: "second" });
    expect([store.read().saved, (store.read().error as Problem).status, store.read().undoes]).toEqual(["saved", 409, "See"]);
  });

  it("says nothing where two builders wrote different definitions", async () => {
    const { store, server } = await builder();
    server.definitions = applied(server.definitions, [{ kind: "view", name: "oms.theirs", body: { label: "theirs" } }]);
    server.version += 1;
    store.change("Rename", [put("mine")]);
    await store.settled();
    expect(store.body("view", "oms.theirs")).toEqual({ label: "theirs" });
    expect(server.definitions.object?.["oms.sales_order"]?.body).toEqual({ label: "mine" });
    expect([store.read().saved, store.read().error, store.read().undoes]).toEqual(["saved", null, "Rename"]);
  });

  it("sets a refused definition aside: it is named, and keeps no other back", async () => {
    const { store, server } = await builder();
    const view: Change = { kind: "view", name: "oms.mine", body: { label: "mine" } };
    store.change("Two", [put("wrong"), view]);
    await expect(store.settled()).rejects.toMatchObject({ status: 422 });
    expect(server.definitions.view?.["oms.mine"]?.body).toEqual({ label: "mine" });
    store.change("See", [{ ...view, body: { label: "later" } }]);
    await expect(store.settled()).rejects.toMatchObject({ status: 422 });
    expect(server.definitions.view?.["oms.mine"]?.body).toEqual({ label: "later" });
    expect(store.read().refused.map(({ change, problem }) => [change.name, problem.message])).toEqual([["oms.sales_order", "That is no label."]]);
    store.change("Rename", [put("right")]);
    await store.settled();
    expect([store.read().saved, store.read().refused, server.definitions.object?.["oms.sales_order"]?.body]).toEqual(["saved", [], { label: "right" }]);
  });

  it("knows a field by the name that it had, until that name is there again", async () => {
    const { store } = await builder();
    const order = (field: string): Change => ({ kind: "object", name: "oms.sales_order", body: { object: "oms.sales_order", fields: { [field]: { type: "text" } } } });
    store.change("Add", [order("text")]);
    store.called("oms.sales_order", "text", "site");
    store.change("Name", [order("site")]);
    expect(store.nameNow("oms.sales_order", "text")).toBe("site");
    store.undo();
    expect(store.nameNow("oms.sales_order", "text")).toBe("text");
  });

  it("keeps what couldn't be stored and tries it again", async () => {
    const { store, server, sent } = await builder();
    server.refuses = new Problem(0, { code: "unreachable" });
    store.change("Rename", [put("mine")]);
    await expect(store.settled()).rejects.toBe(server.refuses);
    expect(store.read().saved).toBe("failed");
    expect(store.body("object", "oms.sales_order")).toEqual({ label: "mine" });
    server.refuses = null;
    store.retry();
    await store.settled();
    expect([store.read().saved, sent.length]).toEqual(["saved", 2]);
  });
});
