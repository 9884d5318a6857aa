import {
  type Alert,
  type Engine,
  type EngineStateEntry,
  type LogRecord,
  type Plan,
  restoreEngine,
  type StoredVersion,
} from "@weir/core";
import { refuses } from "./fake-endpoint.ts";
import { type Expected, reference } from "./reference.ts";
import { app, topics, type World } from "./world.ts";

const maxAheadMs = 3_600_000;

/** Everything that a `read_committed` reader finds in a topic, and where. */
function readAll(world: World, topic: string): LogRecord[] {
  const records: LogRecord[] = [];
  for (let partition = 0; partition < world.broker.partitionCount(topic); partition++) {
    records.push(...world.broker.fetch({ topic, partition }, 0, Infinity).records);
  }
  return records;
}

/** Whether everything that was put in has been read, committed and delivered. */
export function isDone(world: World): boolean {
  const { broker, scenario } = world;
  for (let partition = 0; partition < scenario.partitions; partition++) {
    const source = { topic: topics.input, partition };
    // The highest offset: a member that lost a partition may set it back once more, which costs repetition at most.
    const position = broker.highestCommitted(app, source);
    if (broker.hasRecords(source, position)) return false;
  }
  const given = new Set([...world.endpoint.received.keys(), ...refusedAlerts(world).keys()]);
  return readAll(world, topics.alerts)
    .map(({ headers }) => String(headers["weir-alert-id"]))
    .every((id) => world.table.rows.has(id) && given.has(id));
}

/** The alerts that came back from a sink as dead letters, by id, with the reasons. */
function refusedAlerts(world: World): Map<string, { readonly json: string; readonly codes: Set<string> }> {
  const refused = new Map<string, { readonly json: string; readonly codes: Set<string> }>();
  for (const record of readAll(world, topics.deadLetters)) {
    if (record.headers["weir-topic"] !== topics.alerts) continue;
    const id = String(record.headers["weir-alert-id"]);
    const known = refused.get(id) ?? { json: textOf(record), codes: new Set() };
    refused.set(id, known);
    known.codes.add(String(record.headers["weir-code"]));
  }
  return refused;
}

function positionOf({ meta }: StoredVersion): number {
  return (JSON.parse(meta) as { readonly positions: readonly number[] }).positions[0]!;
}

/** Compares what came out with what one engine that nothing ever happens to makes of the same records. */
export async function check(world: World, plan: Plan): Promise<void> {
  const { scenario } = world;
  const once = scenario.delivery === "exactly-once";
  const letters = readAll(world, topics.deadLetters)
    .filter(({ headers }) => headers["weir-topic"] === topics.input)
    .map(letterOf);
  const gaps = letters.filter(({ code }) => code === "offset-gap");
  const expected: Expected[] = [];
  for (let partition = 0; partition < scenario.partitions; partition++) {
    const records = inputOf(world, partition).filter(
      ({ offset }) => !gaps.some((gap) => gap.partition === partition && offset >= gap.offset && offset < gap.to),
    );
    const task = `${app}:${topics.input}:${partition}`;
    expected.push(reference(plan, task, records, maxAheadMs));
    await checkState(world, plan, task, partition, records);
  }
  const alerts = expected.flatMap((part) => part.alerts.map((alert) => JSON.stringify(alert)));
  compare(world, "alerts", alerts, readAll(world, topics.alerts).map(textOf), once);
  const dead = expected.flatMap((part, partition) => part.deadLetters.map((letter) => `${partition}@${letter}`));
  const found = letters.filter(({ code }) => code !== "offset-gap");
  compare(
    world,
    "dead letters",
    dead,
    found.map(({ partition, offset, code }) => `${partition}@${offset} ${code}`),
    once,
  );
  if (scenario.lateTopic) {
    const late = expected.flatMap((part, partition) => part.late.map((offset) => `${partition}@${offset}`));
    const lateFound = readAll(world, topics.late)
      .map(letterOf)
      .map(({ partition, offset }) => `${partition}@${offset}`);
    compare(world, "late events", late, lateFound, once);
  }
  compare(world, "rows of the sink", alerts, [...world.table.rows.values()], true);
  checkWebhook(world, alerts);
}

/** Every alert got to the endpoint, or became a dead letter that says why; what the endpoint refuses is one for that reason. */
function checkWebhook(world: World, alerts: readonly string[]): void {
  const refused = refusedAlerts(world);
  const given = new Set([...world.endpoint.received.values(), ...[...refused.values()].map(({ json }) => json)]);
  compare(world, "alerts of the webhook", alerts, [...given], true);
  for (const [id, { json, codes }] of refused) {
    if (codes.has("refused") && !refuses(json)) world.violated(`alert ${id} was refused by nobody`);
  }
  for (const json of world.endpoint.received.values()) {
    if (refuses(json)) world.violated(`the endpoint took what it refuses: ${json}`);
  }
}

/** All records of an input partition, also those that retention took: what was in it decides. */
function inputOf(world: World, partition: number): readonly LogRecord[] {
  return world.broker.everything({ topic: topics.input, partition });
}

/** What the store has must be the state of an engine that saw exactly the records before its position. */
async function checkState(
  world: World,
  plan: Plan,
  task: string,
  partition: number,
  records: readonly LogRecord[],
): Promise<void> {
  const { store } = world.state;
  await store.acquire(task, "check");
  const { base } = await store.read(task, "check");
  if (base === null) {
    // A store that lost writes gets all of the state with the next checkpoint, if there is one.
    const mayBeLost = world.scenario.faults.some(({ kind }) => kind === "store restart");
    const position = world.broker.highestCommitted(app, { topic: topics.input, partition });
    if (position > 0 && !mayBeLost) world.violated(`task ${task} has committed and has no state`);
    return;
  }
  const position = positionOf(base);
  const before = records.filter(({ offset }) => offset < position);
  const wanted = reference(plan, task, before, maxAheadMs).engine;
  const entries: EngineStateEntry[] = [];
  for await (const chunk of store.load(task, "check", base)) entries.push(...chunk);
  const stored = restoreEngine(plan, entries, { scope: task });
  const at = `the state of ${task} at ${position}`;
  const counts = JSON.stringify(stored.stats());
  if (counts !== JSON.stringify(wanted.stats())) {
    world.violated(`${at} counts ${counts}, the reference ${JSON.stringify(wanted.stats())}`);
  }
  const said = probe(stored, partition);
  if (said !== probe(wanted, partition)) world.violated(`${at} goes on otherwise than the reference`);
}

/** What an engine says to events that touch every key and every rule, one after the other: the same only from the same state. */
function probe(engine: Engine, partition: number): string {
  const alerts: Alert[] = [];
  let ts = engine.progress().clock ?? 0;
  for (let i = 0; i < 40; i++) {
    ts += i % 3 === 0 ? 700 : 2900;
    const user = `u${partition}-${i % 4}`;
    alerts.push(...engine.push("payments", { user, amount: 100 + 23 * i, ts }));
  }
  alerts.push(...engine.advanceTo(ts + 100_000));
  return JSON.stringify([alerts, engine.stats()]);
}

/** The same things, each once where `once`; else each at least once. */
function compare(world: World, what: string, wanted: readonly string[], found: readonly string[], once: boolean): void {
  const counts = new Map<string, number>();
  for (const item of found) counts.set(item, (counts.get(item) ?? 0) + 1);
  for (const item of wanted) {
    if (!counts.has(item)) world.violated(`${what}: missing ${item}`);
    else if (once && counts.get(item) !== 1) world.violated(`${what}: ${counts.get(item)} times ${item}`);
    counts.delete(item);
  }
  for (const item of counts.keys()) world.violated(`${what}: not expected ${item}`);
}

interface Letter {
  readonly code: string;
  readonly partition: number;
  readonly offset: number;
  /** Of a gap: where reading went on. */
  readonly to: number;
}

function letterOf({ headers }: LogRecord): Letter {
  const text = (name: string): string => String(headers[name] ?? "");
  const to = /before (\d+)/.exec(text("weir-message"))?.[1] ?? "0";
  return {
    code: text("weir-code"),
    partition: Number(text("weir-partition")),
    offset: Number(text("weir-offset")),
    to: Number(to),
  };
}

function textOf({ value }: LogRecord): string {
  return Buffer.from(value ?? []).toString();
}
