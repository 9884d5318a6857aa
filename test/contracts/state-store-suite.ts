import {
  packEntries,
  type StateDelta,
  type StateEntry,
  type StatePage,
  type StateStore,
  StateStoreError,
  type StateVersion,
} from "@weir/core";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { StateStoreModel } from "./state-store-model.ts";

/** Storage that lives as long as a test; each `open` is another process with a client of its own. */
export interface StateStorage {
  open(): Promise<StateStore>;
  close(): Promise<void>;
}

export interface StateStoreSuiteOptions {
  /** Random walks of the model test. Default 100. */
  readonly runs?: number;
}

const start: StateVersion = { version: 0, token: "" };
const v1: StateVersion = { version: 1, token: "a" };
const v2: StateVersion = { version: 2, token: "b" };
const task = "app:payments:0";

/** What every `StateStore` must do: call it in a test file with a way to make empty storage. */
export function stateStoreSuite(
  name: string,
  create: () => Promise<StateStorage>,
  { runs = 100 }: StateStoreSuiteOptions = {},
): void {
  describe(`${name} as a state store`, () => {
    let storage: StateStorage;
    let store: StateStore;

    beforeEach(async () => {
      storage = await create();
      store = await storage.open();
    });

    afterEach(async () => {
      await store.close();
      await storage.close();
    });

    test("a task never seen has no base and nothing staged, and loads as empty", async () => {
      expect(await store.acquire(task, "f1")).toBeNull();
      expect(await store.read(task, "f1")).toEqual({ base: null, staged: [] });
      expect(await contents(store, "f1", start)).toEqual({});
    });

    test("what is staged changes nothing until it is promoted, then all of it", async () => {
      await store.acquire(task, "f1");
      await store.stage(task, "f1", delta(start, v1, { x: "1", y: "2" }, [], "meta one"));
      const before = await store.read(task, "f1");
      expect(before.base).toBeNull();
      expect(before.staged).toEqual([{ ...v1, meta: "meta one", from: start, replace: false }]);
      expect(await contents(store, "f1", start)).toEqual({});
      await store.promote(task, "f1", v1);
      expect(await store.read(task, "f1")).toEqual({ base: { ...v1, meta: "meta one" }, staged: [] });
      expect(await contents(store, "f1", v1)).toEqual({ x: "1", y: "2" });
    });

    test("a delta upserts and deletes entries and keeps the others", async () => {
      await promoted("f1", delta(start, v1, { x: "1", y: "2", z: "3" }));
      await store.stage(task, "f1", delta(v1, v2, { y: "two", w: "4" }, ["z", "never there"]));
      await store.promote(task, "f1", v2);
      expect(await contents(store, "f1", v2)).toEqual({ x: "1", y: "two", w: "4" });
    });

    test("a delta without entries makes a version too", async () => {
      await promoted("f1", delta(start, v1, {}));
      expect((await store.read(task, "f1")).base).toEqual({ ...v1, meta: "" });
    });

    test("a replacing delta is staged on any base and drops what it does not name", async () => {
      await promoted("f1", delta(start, v1, { x: "1", y: "2" }));
      const v9 = { version: 9, token: "r" };
      await store.stage(task, "f1", { ...delta({ version: 8, token: "lost" }, v9, { y: "9" }), replace: true });
      await store.promote(task, "f1", v9);
      expect(await contents(store, "f1", v9)).toEqual({ y: "9" });
    });

    test("another fence takes the task, and no call of the old one does anything any more", async () => {
      await promoted("f1", delta(start, v1, { x: "1" }));
      await store.stage(task, "f1", delta(v1, v2, { x: "2" }));
      const other = await storage.open();
      expect(await other.acquire(task, "f2")).toBe("f1");
      const calls: readonly (() => Promise<unknown>)[] = [
        () => store.read(task, "f1"),
        () => contents(store, "f1", v1),
        () => store.get(task, "f1", [v1], ["x"]),
        () => store.scan(task, "f1", v1, ""),
        () => store.stage(task, "f1", delta(v1, v2, { x: "zombie" })),
        () => store.promote(task, "f1", v2),
        () => store.promote(task, "f1", v1),
        () => store.collect(task, "f1", 5),
        () => store.attempt(task, "f1", "7", 1),
        () => store.clear(task, "f1"),
      ];
      for (const call of calls) expect(await kindOf(call)).toBe("fenced");
      const seen = await other.read(task, "f2");
      expect(seen.base).toEqual({ ...v1, meta: "" });
      expect(seen.staged.map(({ version, token }) => ({ version, token }))).toEqual([v2]);
      expect(await contents(other, "f2", v1)).toEqual({ x: "1" });
      await other.close();
    });

    test("a fence is compared for equality: one that sorts before the newest is taken all the same", async () => {
      await store.acquire(task, "9");
      expect(await store.acquire(task, "1")).toBe("9");
      await store.stage(task, "1", delta(start, v1, {}));
      expect(await kindOf(() => store.stage(task, "9", delta(start, v1, {})))).toBe("fenced");
    });

    test("acquiring again with the same fence keeps it", async () => {
      await store.acquire(task, "f1");
      expect(await store.acquire(task, "f1")).toBe("f1");
      expect(await store.read(task, "f1")).toEqual({ base: null, staged: [] });
    });

    test("a new owner can promote what the old one staged", async () => {
      await store.acquire(task, "f1");
      await store.stage(task, "f1", delta(start, v1, { x: "1" }, [], "m"));
      const other = await storage.open();
      await other.acquire(task, "f2");
      await other.promote(task, "f2", v1);
      expect(await contents(other, "f2", v1)).toEqual({ x: "1" });
      await other.close();
    });

    test("the same version staged with two tokens is two deltas, and the other one stays", async () => {
      await store.acquire(task, "f1");
      await store.stage(task, "f1", delta(start, v1, { x: "first" }));
      await store.stage(task, "f1", delta(start, { version: 1, token: "z" }, { x: "second" }));
      await store.promote(task, "f1", { version: 1, token: "z" });
      expect(await contents(store, "f1", { version: 1, token: "z" })).toEqual({ x: "second" });
      expect((await store.read(task, "f1")).staged.map(({ token }) => token)).toEqual(["a"]);
      expect(await kindOf(() => store.promote(task, "f1", v1))).toBe("mismatch");
    });

    test("the same version and token staged again replaces the delta", async () => {
      await store.acquire(task, "f1");
      await store.stage(task, "f1", delta(start, v1, { x: "1", y: "1" }));
      await store.stage(task, "f1", delta(start, v1, { x: "2" }));
      await store.promote(task, "f1", v1);
      expect(await contents(store, "f1", v1)).toEqual({ x: "2" });
    });

    test("staging on another base, and promoting what is not staged, is a mismatch and changes nothing", async () => {
      await promoted("f1", delta(start, v1, { x: "1" }));
      expect(await kindOf(() => store.stage(task, "f1", delta(start, v2, {})))).toBe("mismatch");
      expect(await kindOf(() => store.stage(task, "f1", delta({ ...v1, token: "other" }, v2, {})))).toBe("mismatch");
      expect(await kindOf(() => store.promote(task, "f1", v2))).toBe("mismatch");
      expect(await kindOf(() => contents(store, "f1", v2))).toBe("mismatch");
      expect(await store.read(task, "f1")).toEqual({ base: { ...v1, meta: "" }, staged: [] });
    });

    test("single entries of the base are read, those that are not there left out", async () => {
      await promoted("f1", delta(start, v1, { x: "1", 'a "b"': "2", z: "" }));
      await store.stage(task, "f1", delta(v1, v2, { x: "staged" }));
      expect(await got(store, "f1", [v1], ["x", "none", 'a "b"', "z"])).toEqual({ x: "1", 'a "b"': "2", z: "" });
      expect(await got(store, "f1", [v1], [])).toEqual({});
      expect(await kindOf(() => store.get(task, "f1", [v2], ["x"]))).toBe("mismatch");
      expect(await got(store, "f1", [v1, v2], ["x"])).toEqual({ x: "1" });
      await store.promote(task, "f1", v2);
      expect(await got(store, "f1", [v1, v2], ["x"])).toEqual({ x: "staged" });
      expect(await kindOf(() => store.get(task, "f1", [v1], ["x"]))).toBe("mismatch");
      const v3 = { version: 3, token: "c" };
      await store.stage(task, "f1", delta(v2, v3, {}, ["x"]));
      await store.promote(task, "f1", v3);
      expect(await got(store, "f1", [v3], ["x", "z"])).toEqual({ z: "" });
    });

    test("late copies of stage and promote do nothing, or what they did before", async () => {
      await promoted("f1", delta(start, v1, { x: "1" }));
      await store.promote(task, "f1", v1);
      expect(await kindOf(() => store.stage(task, "f1", delta(start, v1, { x: "0" })))).toBe("mismatch");
      await store.stage(task, "f1", delta(v1, v2, { x: "2" }));
      await store.promote(task, "f1", v2);
      expect(await kindOf(() => store.promote(task, "f1", v1))).toBe("mismatch");
      expect(await contents(store, "f1", v2)).toEqual({ x: "2" });
    });

    test("collect drops what is staged up to a version and keeps the rest", async () => {
      await promoted("f1", delta(start, v1, { x: "1" }));
      await store.stage(task, "f1", delta(v1, v2, {}));
      await store.stage(task, "f1", delta(v1, { version: 3, token: "c" }, {}));
      await store.collect(task, "f1", 2);
      expect((await store.read(task, "f1")).staged.map(({ version }) => version)).toEqual([3]);
      expect(await contents(store, "f1", v1)).toEqual({ x: "1" });
    });

    test("attempts at one position count up with each fence, until something is staged or the position is another", async () => {
      for (const [fence, count] of [
        ["f1", 1],
        ["f2", 2],
        ["f3", 3],
      ] as const) {
        await store.acquire(task, fence);
        expect(await store.attempt(task, fence, "100", 1)).toBe(count);
        expect(await store.attempt(task, fence, "100", 1)).toBe(count);
      }
      expect(await store.attempt(task, "f3", "101", 1)).toBe(1);
      await store.stage(task, "f3", delta(start, v1, {}));
      await store.acquire(task, "f4");
      expect(await store.attempt(task, "f4", "101", 1)).toBe(1);
      expect(await store.attempt(task, "f4", "102", 4)).toBe(4);
      await store.acquire(task, "f5");
      expect(await store.attempt(task, "f5", "102", 1)).toBe(5);
    });

    test("clear forgets everything but the fence", async () => {
      await promoted("f1", delta(start, v1, { x: "1" }));
      await store.stage(task, "f1", delta(v1, v2, {}));
      await store.clear(task, "f1");
      expect(await store.read(task, "f1")).toEqual({ base: null, staged: [] });
      await store.stage(task, "f1", delta(start, v1, { y: "1" }));
      await store.promote(task, "f1", v1);
      expect(await contents(store, "f1", v1)).toEqual({ y: "1" });
    });

    test("tasks with names alike are apart", async () => {
      const names = [task, `${task}0`, "app:payments", "APP:payments:0", "app/payments:0", "app%3Apayments:0", ".."];
      for (const [i, name] of names.entries()) {
        await store.acquire(name, `f${i}`);
        await store.stage(name, `f${i}`, delta(start, v1, { x: String(i) }));
        await store.promote(name, `f${i}`, v1);
      }
      for (const [i, name] of names.entries()) {
        expect(await contents(store, `f${i}`, v1, name)).toEqual({ x: String(i) });
      }
    });

    test("names of printable ASCII and values of any content come back as they were", async () => {
      const upserts: Record<string, string> = {
        "": "empty name",
        __proto__x: "p",
        "%0A {}\"'~\\": "signs",
      };
      upserts["n".repeat(1000)] = "long";
      await promoted("f1", delta(start, v1, upserts, [], JSON.stringify({ quote: '"', nul: "\u0000", wide: "é😀" })));
      expect(await contents(store, "f1", v1)).toEqual(upserts);
      expect((await store.read(task, "f1")).base?.meta).toBe(
        JSON.stringify({ quote: '"', nul: "\u0000", wide: "é😀" }),
      );
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      await store.stage(task, "f1", {
        ...delta(v1, v2, {}),
        entries: packEntries([
          { name: "bytes", value: bytes },
          { name: "none", value: new Uint8Array() },
        ]),
      });
      await store.promote(task, "f1", v2);
      const found = new Map<string, Uint8Array>();
      for await (const chunk of store.load(task, "f1", v2)) {
        for (const entry of chunk) found.set(entry.name, entry.value);
      }
      expect(Buffer.from(found.get("bytes") ?? [])).toEqual(Buffer.from(bytes));
      expect(found.get("none")).toHaveLength(0);
    });

    test("20,000 entries and one of 8 MB are staged, promoted and loaded", async () => {
      const upserts = Array.from({ length: 20_000 }, (_, i) => ({
        name: `key ${i}`,
        value: Buffer.from(`value ${i}`),
      }));
      upserts.push({ name: "large", value: Buffer.alloc(8 << 20, 7) });
      await store.acquire(task, "f1");
      await store.stage(task, "f1", { ...delta(start, v1, {}), entries: packEntries(upserts) });
      await store.promote(task, "f1", v1);
      let count = 0;
      let largest = 0;
      for await (const chunk of store.load(task, "f1", v1)) {
        count += chunk.length;
        for (const { value } of chunk) largest = Math.max(largest, value.length);
      }
      expect(count).toBe(20_001);
      expect(largest).toBe(8 << 20);
      const names = upserts.map((entry) => entry.name);
      expect(await store.get(task, "f1", [v1], names)).toHaveLength(20_001);
      const gone = upserts.slice(1).map((entry) => entry.name);
      await store.stage(task, "f1", { ...delta(v1, v2, {}), entries: packEntries([], gone) });
      await store.promote(task, "f1", v2);
      expect(await contents(store, "f1", v2)).toEqual({ "key 0": "value 0" });
    });

    test("looking through the base comes by every entry that stays, while others come and go, and ends", async () => {
      const names = (from: number, to: number): readonly string[] =>
        Array.from({ length: to - from }, (_, i) => `key ${from + i}`);
      const written = (all: readonly string[]): StateEntry[] =>
        all.map((name) => ({ name, value: new TextEncoder().encode(name) }));
      await store.acquire(task, "f1");
      await store.stage(task, "f1", { ...delta(start, v1, {}), entries: packEntries(written(names(0, 3000))) });
      await store.promote(task, "f1", v1);
      let version = v1;
      const seen = new Set<string>();
      let cursor: string | null = "";
      for (let n = 0; cursor !== null && n < 100; n++) {
        const page: StatePage = await store.scan(task, "f1", version, cursor);
        cursor = page.cursor;
        for (const { name, value } of page.entries) {
          seen.add(name);
          expect(new TextDecoder().decode(value)).toBe(name);
        }
        const to = { version: version.version + 1, token: `t${n}` };
        const entries = packEntries(written(names(5000 + 10 * n, 5010 + 10 * n)), names(2900 - 10 * n, 2910 - 10 * n));
        await store.stage(task, "f1", { ...delta(version, to, {}), entries });
        await store.promote(task, "f1", to);
        version = to;
      }
      expect(cursor).toBeNull();
      for (const name of names(0, 1900)) expect(seen).toContain(name);
      expect(await kindOf(() => store.scan(task, "f1", v1, ""))).toBe("mismatch");
      // A cursor that is of another time is no error.
      expect((await store.scan(task, "f1", version, "7777777")).entries.length).toBeGreaterThan(0);
    });

    test("any sequence of calls of two owners does what the model does", async () => {
      let n = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
          const name = `walk ${n++}`;
          const model = new StateStoreModel();
          const other = await storage.open();
          const clients = [store, other];
          for (const [i, step] of commands.entries()) {
            const client = clients[step.owner]!;
            expect({ i, step, got: await answer(client, name, step) }).toEqual({ i, step, got: model.apply(step) });
          }
          await other.close();
        }),
        { numRuns: runs },
      );
    });

    async function promoted(fence: string, first: StateDelta): Promise<void> {
      await store.acquire(task, fence);
      await store.stage(task, fence, first);
      await store.promote(task, fence, first.to);
    }
  });
}

/** A call of one of two owners, with fences and versions from small sets so that they meet. */
export type Command = { readonly owner: number; readonly fence: string } & (
  | { readonly do: "acquire" | "read" }
  | { readonly do: "load" | "promote"; readonly version: StateVersion }
  | { readonly do: "get"; readonly versions: readonly StateVersion[]; readonly names: readonly string[] }
  | { readonly do: "stage"; readonly delta: StateDelta }
  | { readonly do: "collect"; readonly upTo: number }
  | { readonly do: "attempt"; readonly position: string; readonly atLeast: number }
  | { readonly do: "clear" }
);

const version = fc.oneof(
  fc.constant(start),
  fc.record({ version: fc.integer({ min: 1, max: 3 }), token: fc.constantFrom("a", "b") }),
);
const name = fc.constantFrom("x", "y", "z");
const owned = { owner: fc.constantFrom(0, 1), fence: fc.constantFrom("f", "g") };
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ ...owned, do: fc.constantFrom("acquire" as const, "read" as const) }),
  fc.record({ ...owned, do: fc.constantFrom("load" as const, "promote" as const), version }),
  fc.record({
    ...owned,
    do: fc.constant("get" as const),
    versions: fc.array(version, { minLength: 1, maxLength: 2 }),
    names: fc.uniqueArray(name),
  }),
  {
    weight: 3,
    arbitrary: fc.record({
      ...owned,
      do: fc.constant("stage" as const),
      delta: fc
        .record({
          from: version,
          to: version.filter(({ version }) => version > 0),
          meta: fc.constantFrom("", "m"),
          upserts: fc.uniqueArray(fc.record({ name, value: fc.uint8Array({ maxLength: 3 }) }), {
            selector: (e) => e.name,
            maxLength: 3,
          }),
          deletes: fc.uniqueArray(name, { maxLength: 2 }),
          replace: fc.boolean(),
        })
        .map(({ upserts, deletes, ...made }) => ({
          ...made,
          entries: packEntries(
            upserts,
            deletes.filter((gone) => !upserts.some((e) => e.name === gone)),
          ),
        })),
    }),
  },
  fc.record({ ...owned, do: fc.constant("collect" as const), upTo: fc.integer({ min: 0, max: 3 }) }),
  fc.record({
    ...owned,
    do: fc.constant("attempt" as const),
    position: fc.constantFrom("1", "2"),
    atLeast: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ ...owned, do: fc.constant("clear" as const) }),
);

/** What a call gives, as plain data: its result, or the kind of its error. */
async function answer(store: StateStore, task: string, step: Command): Promise<unknown> {
  try {
    switch (step.do) {
      case "acquire":
        return await store.acquire(task, step.fence);
      case "read": {
        const { base, staged } = await store.read(task, step.fence);
        return {
          base,
          staged: staged.toSorted((a, b) => (`${a.version}${a.token}` < `${b.version}${b.token}` ? -1 : 1)),
        };
      }
      case "load":
        return await contents(store, step.fence, step.version, task);
      case "get":
        return await got(store, step.fence, step.versions, step.names, task);
      case "stage":
        return await store.stage(task, step.fence, step.delta);
      case "promote":
        return await store.promote(task, step.fence, step.version);
      case "collect":
        return await store.collect(task, step.fence, step.upTo);
      case "attempt":
        return await store.attempt(task, step.fence, step.position, step.atLeast);
      case "clear":
        return await store.clear(task, step.fence);
    }
  } catch (error) {
    if (error instanceof StateStoreError) return error.kind;
    throw error;
  }
}

function delta(
  from: StateVersion,
  to: StateVersion,
  upserts: Readonly<Record<string, string>>,
  deletes: readonly string[] = [],
  meta = "",
): StateDelta {
  const entries = Object.entries(upserts).map(([name, text]) => ({ name, value: Buffer.from(text) }));
  return { from, to, meta, entries: packEntries(entries, deletes), replace: false };
}

async function contents(
  store: StateStore,
  fence: string,
  version: StateVersion,
  name: string = task,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for await (const chunk of store.load(name, fence, version)) {
    for (const entry of chunk) found[entry.name] = Buffer.from(entry.value).toString();
  }
  return found;
}

async function got(
  store: StateStore,
  fence: string,
  versions: readonly StateVersion[],
  names: readonly string[],
  name: string = task,
): Promise<Readonly<Record<string, string>>> {
  const entries = await store.get(name, fence, versions, names);
  return Object.fromEntries(entries.map((entry) => [entry.name, Buffer.from(entry.value).toString()]));
}

async function kindOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof StateStoreError) return error.kind;
    throw error;
  }
  return "no error";
}
