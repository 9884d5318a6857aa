import {
  createPipeline,
  type LogRecord,
  MemoryStateStore,
  type Pipeline,
  type Sink,
  type SinkAlert,
  type Source,
} from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { compile } from "@weir/dsl";
import { beforeEach, expect, test } from "vitest";

let records: LogRecord[];
let alerts: SinkAlert[];
let acknowledged: number;

beforeEach(() => {
  records = [];
  alerts = [];
  acknowledged = 0;
});

const source = (): Source => {
  let next = 0;
  return {
    name: "payments",
    open: (position) => Promise.resolve(void (next = position ?? 0)),
    async poll() {
      await new Promise<void>((done) => setTimeout(done, 1));
      const found = records.filter(({ offset }) => offset >= next);
      if (found.length === 0) return { kind: "idle" };
      next = found.at(-1)!.offset + 1;
      return { kind: "records", records: found, next };
    },
    acknowledge: (position) => Promise.resolve(void (acknowledged = position)),
    close: () => Promise.resolve(),
  };
};

const sink: Sink = {
  name: "list",
  write: (batch) => {
    alerts.push(...batch.alerts);
    return Promise.resolve([]);
  },
  close: () => Promise.resolve(),
};

async function started(rules: string, state: MemoryStateStore, carriedHeaders?: readonly string[]): Promise<Pipeline> {
  const compiled = compile(rules);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const pipeline = createPipeline({
    name: "p",
    plan: compiled.plan,
    input: { source: source(), decoder: createJsonDecoder({ stream: "payments" }) },
    state,
    sinks: [sink],
    host: createNodeHost(),
    settings: { commitIntervalMs: 5, ...(carriedHeaders === undefined ? {} : { carriedHeaders }) },
  });
  await pipeline.start();
  return pipeline;
}

/** An event at a time, `ts` seconds, with a correlation id of its own, as bytes like those of a log. */
function put(
  user: string,
  ts: number,
  headers: LogRecord["headers"] = { "correlation-id": Buffer.from(`c-${user}`) },
): void {
  const offset = records.length;
  const value = Buffer.from(JSON.stringify({ user, ts: ts * 1000 }));
  records.push({ offset, timestamp: 0, key: null, value, headers });
}

async function taken(): Promise<void> {
  await expect.poll(() => acknowledged, { timeout: 5000 }).toBe(records.length);
}

const correlations = (): readonly (readonly [string, string])[] =>
  alerts.map(({ json, headers }) => {
    const { message } = JSON.parse(json) as { readonly message: string };
    return [message, Buffer.from(headers["correlation-id"] ?? "none").toString()] as const;
  });

const each = 'STREAM payments TIME ts LATENESS 10s  RULE each FROM payments EMIT LOW "{user}"';

test("an alert has the headers of its own event, where events wait for others that come late", async () => {
  const pipeline = await started(each, new MemoryStateStore());
  put("b", 2);
  put("a", 1);
  put("d", 4);
  put("c", 3);
  put("bare", 5, {});
  put("last", 100);
  await taken();
  await pipeline.stop();
  expect(correlations()).toEqual([
    ["a", "c-a"],
    ["b", "c-b"],
    ["c", "c-c"],
    ["d", "c-d"],
    ["bare", "none"],
  ]);
});

test("so it has where the task is taken up again in between, with what the store has", async () => {
  const state = new MemoryStateStore();
  const first = await started(each, state);
  put("b", 2, { "correlation-id": "c-b", traceparent: Buffer.from("00-x") });
  put("a", 1);
  await taken();
  await first.stop();
  expect(alerts).toEqual([]);
  const second = await started(each, state);
  put("last", 100);
  await taken();
  await second.stop();
  expect(correlations()).toEqual([
    ["a", "c-a"],
    ["b", "c-b"],
  ]);
  expect(Buffer.from(alerts[1]?.headers["traceparent"] ?? "").toString()).toBe("00-x");
});

test("what the clock alone makes has none: no event made it", async () => {
  const rules =
    'STREAM payments TIME ts  RULE silent FROM payments BY user SESSION 10s WHEN COUNT() > 0 EMIT LOW "{user} is silent"';
  const pipeline = await started(rules, new MemoryStateStore());
  put("a", 1);
  put("last", 100);
  await taken();
  await pipeline.stop();
  expect(correlations()).toContainEqual(["a is silent", "none"]);
});

test("what had its turn is not stored, nor is anything where no header is carried", async () => {
  const names = async (carried?: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const state = new MemoryStateStore();
    const stored: string[][] = [];
    const stage = state.stage.bind(state);
    let fence = "";
    state.stage = (task, given, delta) => stage(task, (fence = given), delta);
    const entries = async (): Promise<string[]> => {
      const { base } = await state.read("p:payments:0", fence);
      const found: string[] = [];
      for await (const page of state.load("p:payments:0", fence, base!)) {
        found.push(
          ...page
            .filter(({ name }) => !/^(key |rule |layouts$)/.test(name))
            .map(({ name, value }) => `${name} ${value.length > 1}`),
        );
      }
      return found.toSorted();
    };
    records = [];
    acknowledged = 0;
    const pipeline = await started(each, state, carried);
    put("a", 1);
    await taken();
    stored.push(await entries());
    put("last", 100, {});
    await taken();
    put("more", 101, {});
    await taken();
    stored.push(await entries());
    await pipeline.stop();
    return stored;
  };
  expect(await names()).toEqual([["engine true", "waiting-headers true"], ["engine true"]]);
  expect(await names([])).toEqual([["engine true"], ["engine true"]]);
});
