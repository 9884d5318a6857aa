import {
  createPipeline,
  type EventData,
  MemoryStateStore,
  type Pipeline,
  type PipelineEvent,
  type Plan,
  type SinkBatch,
  type TableSource,
} from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { compile } from "@weir/dsl";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { PushedSource } from "../../contracts/pushed-source.ts";

const text = `
TABLE blocked KEY user
STREAM payments { user: STRING } TIME ts
RULE hit FROM payments WHERE user IN blocked EMIT HIGH { user, why: blocked[user].why }
`;

/** Rows that a test sets; reading them fails where it says so. */
class SetRows implements TableSource {
  rows: readonly EventData[] = [];
  failure: Error | null = null;
  reads = 0;
  closed = false;
  changed = (): void => {};

  async read(): Promise<readonly EventData[]> {
    this.reads++;
    if (this.failure !== null) throw this.failure;
    return Promise.resolve(this.rows);
  }

  async watch(changed: () => void): Promise<void> {
    this.changed = changed;
    return Promise.resolve();
  }

  async close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

let table: SetRows;
let source: PushedSource;
let alerts: string[];
let told: PipelineEvent[];
let pipeline: Pipeline | null;

beforeEach(() => {
  [table, source, alerts, told, pipeline] = [new SetRows(), new PushedSource(), [], [], null];
});

afterEach(async () => {
  await pipeline?.stop();
});

async function start(refreshMs?: number): Promise<void> {
  const sink = {
    name: "alerts",
    batchSize: 100,
    write: async ({ alerts: batch }: SinkBatch) => {
      alerts.push(...batch.map(({ json }) => JSON.stringify((JSON.parse(json) as { data: unknown }).data)));
      return Promise.resolve([]);
    },
    close: () => Promise.resolve(),
  };
  pipeline = createPipeline({
    name: "app",
    plan: planOf(text),
    input: { source, decoder: createJsonDecoder({ stream: "payments" }) },
    state: new MemoryStateStore(),
    sinks: [sink],
    tables: { blocked: refreshMs === undefined ? { source: table } : { source: table, refreshMs } },
    host: createNodeHost(),
    settings: { commitIntervalMs: 10 },
    observer: (event) => told.push(event),
  });
  await pipeline.start();
}

async function pay(user: string): Promise<void> {
  source.push({ user, ts: Date.now() });
  const committed = (): number => pipeline?.status().counts.consumed ?? 0;
  const before = committed();
  await vi.waitFor(() => expect(committed()).toBeGreaterThan(before));
}

test("rows are read before the first event, and again as time goes by", async () => {
  table.rows = [{ user: "a", why: "first" }];
  await start(100);
  await pay("a");
  table.rows = [
    { user: "a", why: "second" },
    { user: "b", why: "new" },
  ];
  const { reads } = table;
  await vi.waitFor(() => expect(table.reads).toBeGreaterThan(reads + 1));
  await pay("a");
  await pay("b");
  table.rows = [];
  const later = table.reads;
  await vi.waitFor(() => expect(table.reads).toBeGreaterThan(later + 1));
  await pay("a");
  expect(alerts).toEqual(['{"user":"a","why":"first"}', '{"user":"a","why":"second"}', '{"user":"b","why":"new"}']);
});

test("a source that watches says when, and many changes at once are read once", async () => {
  await start();
  table.rows = [{ user: "a", why: "told" }];
  for (let i = 0; i < 50; i++) table.changed();
  await vi.waitFor(() => expect(table.reads).toBe(2));
  await pay("a");
  expect(alerts).toEqual(['{"user":"a","why":"told"}']);
  expect(table.reads).toBe(2);
});

test.for([
  ["cannot be read", (rows: SetRows) => (rows.failure = new Error("the server is gone"))],
  ["have one without a key", (rows: SetRows) => (rows.rows = [{ user: "b" }, { why: "no user" }])],
] as const)("rows that %s leave the old ones, and it is told", async ([, spoil]) => {
  table.rows = [{ user: "a", why: "old" }];
  await start();
  expect(tableStatus()).toMatchObject({ health: "ok", lastError: null });
  spoil(table);
  table.changed();
  await vi.waitFor(() => expect(tableStatus()?.health).toBe("degraded"));
  expect(told.some((event) => event.kind === "table-failed" && event.table === "blocked")).toBe(true);
  await pay("a");
  await pay("b");
  expect(alerts).toEqual(['{"user":"a","why":"old"}']);
  table.failure = null;
  table.rows = [{ user: "b", why: "well again" }];
  table.changed();
  await vi.waitFor(() => expect(tableStatus()?.health).toBe("ok"));
  await pay("b");
  expect(alerts.at(-1)).toBe('{"user":"b","why":"well again"}');
});

test("a table that cannot be read at the start refuses it, and names the table", async () => {
  table.failure = new Error("the server is gone");
  await expect(start()).rejects.toMatchObject({
    code: "table",
    message: "the rows of table `blocked` cannot be had: the server is gone",
  });
  expect(table.closed).toBe(true);
  await expect(pipeline?.ended).rejects.toMatchObject({ code: "table" });
});

function tableStatus() {
  return pipeline?.status().dependencies.find(({ name }) => name === "table blocked");
}

function planOf(rules: string): Plan {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.plan;
}
