import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStateStore } from "@weir/connectors/file-store";
import { packEntries, type StateDelta, StateStoreError, type StateVersion } from "@weir/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { stateStoreSuite } from "../../contracts/state-store-suite.ts";
import { CrashError, FailingDisk } from "./failing-disk.ts";

stateStoreSuite(
  "the file store",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "weir-state-"));
    return {
      open: () => Promise.resolve(new FileStateStore({ folder })),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
  { runs: 30 },
);

const start: StateVersion = { version: 0, token: "" };
const v1: StateVersion = { version: 1, token: "a" };
const v2: StateVersion = { version: 2, token: "b" };
const task = "app:payments:0";

describe("the file store", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "weir-state-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test("a crash at any call to the disk leaves all of a change or nothing of it", async () => {
    for (let stopAt = 1; ; stopAt++) {
      const place = join(folder, String(stopAt));
      const store = new FileStateStore({ folder: place });
      await store.acquire(task, "f1");
      await store.stage(task, "f1", delta(start, v1, { x: "1", y: "1" }));
      await store.promote(task, "f1", v1);
      const disk = new FailingDisk(stopAt, new CrashError());
      const crashing = new FileStateStore({ folder: place, disk });
      const done: string[] = [];
      try {
        await crashing.acquire(task, "f2");
        done.push("acquired");
        await crashing.stage(task, "f2", delta(v1, v2, { x: "2", z: "2" }));
        done.push("staged");
        await crashing.promote(task, "f2", v2);
        done.push("promoted");
      } catch {
        // The process is gone.
      }
      const after = new FileStateStore({ folder: place });
      await after.acquire(task, "f3");
      const { base, staged } = await after.read(task, "f3");
      const found = { version: base?.version, entries: await contents(after, "f3", base ?? start) };
      const old = { version: 1, entries: { x: "1", y: "1" } };
      const fresh = { version: 2, entries: { x: "2", y: "1", z: "2" } };
      expect({ stopAt, found }).toEqual({ stopAt, found: found.version === 2 ? fresh : old });
      if (done.includes("promoted")) expect(found.version).toBe(2);
      else if (done.includes("staged") && found.version === 1) {
        expect(staged.map(({ version }) => version)).toEqual([2]);
      }
      if (!disk.failed) break;
    }
  });

  test("a full disk is told as such, nothing is lost, and it goes on when there is room", async () => {
    const store = new FileStateStore({ folder });
    await store.acquire(task, "f1");
    await store.stage(task, "f1", delta(start, v1, { x: "1" }));
    await store.promote(task, "f1", v1);
    for (let failAt = 1; ; failAt++) {
      const disk = new FailingDisk(
        failAt,
        Object.assign(new Error("no space left on device"), { code: "ENOSPC" }),
        true,
      );
      const full = new FileStateStore({ folder, disk });
      const error = await full.stage(task, "f1", delta(v1, v2, { x: "2" })).catch((thrown: unknown) => thrown);
      if (!disk.failed) break;
      if (error !== undefined) {
        expect(error).toBeInstanceOf(StateStoreError);
        expect(error).toMatchObject({ kind: "full", hint: expect.stringContaining("state.folder") as string });
      }
      expect(await contents(store, "f1", v1)).toEqual({ x: "1" });
    }
    await store.stage(task, "f1", delta(v1, v2, { x: "2" }));
    await store.promote(task, "f1", v2);
    expect(await contents(store, "f1", v2)).toEqual({ x: "2" });
  });

  test("many deltas are joined into one file, and files that nothing needs go away", async () => {
    const store = new FileStateStore({ folder });
    await store.acquire(task, "f1");
    let base = start;
    for (let version = 1; version <= 200; version++) {
      const to = { version, token: `t${version}` };
      await store.stage(
        task,
        "f1",
        delta(base, to, { [`k${version % 10}`]: String(version) }, version > 1 ? [] : ["none"]),
      );
      await store.promote(task, "f1", to);
      base = to;
    }
    expect(await contents(store, "f1", base)).toEqual(
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`k${i}`, String(i === 0 ? 200 : 190 + i)])),
    );
    const [place = ""] = await readdir(folder);
    expect((await readdir(join(folder, place))).length).toBeLessThan(70);
  });

  test("two processes that change a task at once both succeed, one after the other", async () => {
    const stores = [new FileStateStore({ folder }), new FileStateStore({ folder })];
    await stores[0]!.acquire(task, "f");
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, i) => stores[i % 2]!.attempt(task, "f", String(i), 1)),
    );
    expect(counts).toEqual(Array.from({ length: 40 }, () => 1));
    await Promise.all([
      stores[0]!.stage(task, "f", delta(start, v1, { x: "1" })),
      stores[1]!.stage(task, "f", delta(start, { version: 1, token: "z" }, { x: "2" })),
    ]);
    expect((await stores[0]!.read(task, "f")).staged).toHaveLength(2);
  });

  test("a damaged file is told by name, and not taken for state", async () => {
    const store = new FileStateStore({ folder });
    await store.acquire(task, "f1");
    await store.stage(task, "f1", delta(start, v1, { x: "1" }));
    await store.promote(task, "f1", v1);
    const [place = ""] = await readdir(folder);
    const [file = ""] = (await readdir(join(folder, place))).filter((name) => name.startsWith("data."));
    await writeFile(join(folder, place, file), "WEIR1 and then something else");
    await expect(contents(store, "f1", v1)).rejects.toMatchObject({
      kind: "damaged",
      message: expect.stringContaining(file) as string,
    });
  });

  test("a path that is no folder is fatal and names the setting", async () => {
    const path = join(folder, "file");
    await writeFile(path, "");
    await expect(new FileStateStore({ folder: path }).acquire(task, "f1")).rejects.toMatchObject({
      kind: "fatal",
      hint: expect.stringContaining("state.folder") as string,
    });
  });
});

function delta(
  from: StateVersion,
  to: StateVersion,
  upserts: Readonly<Record<string, string>>,
  deletes: readonly string[] = [],
): StateDelta {
  const entries = Object.entries(upserts).map(([name, text]) => ({ name, value: Buffer.from(text) }));
  return { from, to, meta: "", entries: packEntries(entries, deletes), replace: false };
}

async function contents(
  store: FileStateStore,
  fence: string,
  version: StateVersion,
): Promise<Readonly<Record<string, string>>> {
  const found: Record<string, string> = {};
  for await (const chunk of store.load(task, fence, version)) {
    for (const { name, value } of chunk) found[name] = Buffer.from(value).toString();
  }
  return found;
}
