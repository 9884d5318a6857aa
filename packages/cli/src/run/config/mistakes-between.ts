import type { Mistake, Path } from "./mistakes.ts";
import {
  hasTopics,
  isLogConfig,
  type LogConfig,
  type RedisConfig,
  type RunConfig,
  type TopicsConfig,
} from "./run-config.ts";

/** What is wrong with settings that are right by themselves. */
export function mistakesBetween(config: RunConfig): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (config.rules.length === 0) mistakes.push({ path: ["rules"], message: "there are none" });
  for (const [path, { url, cluster }] of redisServers(config)) {
    if ((url === undefined) !== (cluster === undefined)) continue;
    mistakes.push({ path, message: "one of `url` and `cluster` is wanted here" });
  }
  if (hasTopics(config)) mistakes.push(...mistakesOfOutputs(config));
  return [...mistakes, ...(isLogConfig(config) ? mistakesOfInputs(config) : mistakesOfSource(config))];
}

/** Every place that says how Redis is reached. */
function redisServers({ state, live, tables = {} }: RunConfig): readonly (readonly [Path, RedisConfig])[] {
  const found: [Path, RedisConfig][] = [];
  if (state.redis !== undefined) found.push([["state", "redis"], state.redis]);
  if (live !== undefined) found.push([["live", "redis"], live.redis]);
  for (const [name, { redis }] of Object.entries(tables)) {
    if (redis !== undefined) found.push([["tables", name, "redis"], redis]);
  }
  return found;
}

/** Which settings that belong together are not there, of a configuration as it was written. */
export function missingSettings(value: unknown): readonly Mistake[] {
  if (typeof value !== "object" || value === null) return [];
  const given = (name: string): boolean => ((value as Readonly<Record<string, unknown>>)[name] ?? null) !== null;
  const needed = topicSettings.filter(([name]) => !given("source") || name !== "inputs");
  if (given("source") && !needed.some(([name]) => given(name))) return [];
  return needed
    .filter(([name]) => !given(name))
    .map(([name, wants]) => ({ path: [name], message: `this is missing: ${wants}` }));
}

/** What a pipeline over topics needs, and what each wants; one over a source that writes to topics needs all but `inputs`. */
const topicSettings = [
  ["kafka", "settings"],
  ["inputs", "a list"],
  ["alerts", "settings"],
  ["deadLetters", "a text"],
] as const;

function mistakesOfSource(config: RunConfig): readonly Mistake[] {
  const fromTopics = ["inputs", "repartition", "outbox"] as const;
  const message = "this is for events that come from topics, and they come from `source`";
  const mistakes: Mistake[] = fromTopics
    .filter((name) => config[name] !== undefined)
    .map((name) => ({ path: [name], message, hint: "leave out one of both" }));
  if (hasTopics(config)) return mistakes;
  for (const name of ["late", "delivery"] as const) {
    if (config[name] !== undefined) mistakes.push({ path: [name], message: "this is for alerts that go to topics" });
  }
  if ((config.sinks ?? []).length === 0) {
    mistakes.push({ path: ["sinks"], message: "there are none, and without topics alerts go nowhere else" });
  }
  return mistakes;
}

function mistakesOfInputs(config: LogConfig): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (config.inputs.length === 0) mistakes.push({ path: ["inputs"], message: "there are none" });
  const inputs = new Set<string>();
  for (const [i, { topic, format, readerSchema, schemaWait }] of config.inputs.entries()) {
    if (inputs.has(topic)) mistakes.push({ path: ["inputs", i, "topic"], message: "this topic is an input already" });
    inputs.add(topic);
    if (format === "avro" && config.registry === undefined) {
      mistakes.push({ path: ["registry"], message: `this is missing: the input \`${topic}\` is Avro` });
    }
    for (const [name, value] of Object.entries({ readerSchema, schemaWait })) {
      if (value === undefined || format === "avro") continue;
      mistakes.push({ path: ["inputs", i, name], message: "this is for Avro alone", hint: "set `format: avro`" });
    }
  }
  for (const [i, { from, to, format }] of (config.repartition ?? []).entries()) {
    if (from === to) mistakes.push({ path: ["repartition", i, "to"], message: "this is the topic it comes from" });
    const input = config.inputs.find(({ topic }) => topic === to);
    if (format !== undefined && input !== undefined && format !== (input.format ?? "json")) {
      mistakes.push({ path: ["repartition", i, "format"], message: `the input \`${to}\` has another \`format\`` });
    }
    if ((format ?? input?.format) === "avro" && config.registry === undefined) {
      mistakes.push({ path: ["registry"], message: `this is missing: the key of \`${from}\` is in Avro` });
    }
  }
  return mistakes;
}

function mistakesOfOutputs(config: TopicsConfig): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  if (config.kafka.brokers.length === 0) mistakes.push({ path: ["kafka", "brokers"], message: "there are none" });
  const inputs = new Set((config.inputs ?? []).map(({ topic }) => topic));
  const outputs: readonly (readonly [Path, string | undefined])[] = [
    [["alerts", "topic"], config.alerts.topic],
    [["deadLetters"], config.deadLetters],
    [["late"], config.late],
  ];
  for (const [path, topic] of outputs) {
    if (topic !== undefined && inputs.has(topic)) {
      mistakes.push({ path, message: `\`${topic}\` is an input: its records would go round in circles` });
    }
  }
  const { format, registerSchema, subject } = config.alerts;
  if (config.registry === undefined && (format === "avro" || registerSchema === true)) {
    const needs = format === "avro" ? "`alerts.format: avro`" : "`alerts.registerSchema`";
    mistakes.push({ path: ["registry"], message: `this is missing: ${needs} needs it` });
  }
  if (subject !== undefined && format !== "avro" && registerSchema !== true) {
    mistakes.push({
      path: ["alerts", "subject"],
      message: "no schema is registered",
      hint: "set `registerSchema: true`",
    });
  }
  return mistakes;
}
