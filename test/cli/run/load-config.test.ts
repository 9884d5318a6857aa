import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../../packages/cli/src/run/config/load-config.ts";
import { blocksOf } from "../../docs/markdown-blocks.ts";
import { CommandError } from "../../../packages/cli/src/exit-code.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "weir-config-"));
});
afterAll(() => rm(folder, { recursive: true }));

const good = `
name: fraud
rules: [a.weir]
kafka: { brokers: "\${BROKERS}" }
inputs: [{ topic: t }]
alerts: { topic: alerts }
deadLetters: dead
state: memory
`;

async function load(text: string, environment: Record<string, string> = { BROKERS: "a:1, b:2" }, name = "weir.yaml") {
  const path = join(folder, name);
  await writeFile(path, text);
  return loadConfig(path, environment);
}

async function problems(text: string, environment?: Record<string, string>): Promise<string> {
  try {
    await load(text, environment);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const [, ...lines] = error.message.split("\n");
    return lines.map((line) => line.trim()).join("\n");
  }
  return "none";
}

test("variables are filled in, durations are milliseconds, and what is left out is absent", async () => {
  expect(await load(`${good}settings: { commitIntervalMs: 1m30s }`)).toEqual({
    name: "fraud",
    rules: ["a.weir"],
    kafka: { brokers: ["a:1", "b:2"] },
    inputs: [{ topic: "t" }],
    alerts: { topic: "alerts" },
    deadLetters: "dead",
    state: { memory: {} },
    settings: { commitIntervalMs: 90_000 },
  });
});

test("the example is a configuration", async () => {
  const config = await loadConfig("examples/fraud/weir.yaml", {});
  expect(config.kafka?.brokers).toEqual(["127.0.0.1:9092"]);
  expect(config.sinks).toHaveLength(2);
});

test("the configuration on the page about deployment is one", async () => {
  const block = blocksOf("docs/deploy.md").find(({ language }) => language === "yaml");
  const names = ["KAFKA_BROKERS", "KAFKA_PASSWORD", "REGISTRY_PASSWORD", "REDIS_URL", "DATABASE_URL", "WEBHOOK_SECRET"];
  const config = await load(block?.text ?? "", Object.fromEntries(names.map((name) => [name, "x"])));
  expect(config.settings).toEqual({ commitIntervalMs: 100, commitEvents: 5000 });
});

test("a module that exports `config` is one too", async () => {
  const text = `export const config = { name: "x", rules: ["r.weir"], kafka: { brokers: ["h:1"] }, inputs: [{ topic: "t" }],
    alerts: { topic: "a" }, deadLetters: "d", state: { redis: { url: "redis://\${HOST:-here}" } } };`;
  expect((await load(text, {}, "weir.config.ts")).state).toEqual({ redis: { url: "redis://here" } });
});

describe("each mistake is told with its place, its path and what to do", () => {
  test("unknown and missing settings, wrong values", async () => {
    const text = good
      .replace("deadLetters: dead", "deadLeters: dead")
      .replace("state: memory", "state: { reddis: {} }")
      .replace("[{ topic: t }]", "[{ topic: t, format: avr, maxBytes: many }]");
    expect(await problems(text)).toBe(
      [
        "7:13: deadLeters: there is no such setting (did you mean `deadLetters`?)",
        "5:30: inputs[0].format: this has to be one of json, avro",
        "5:45: inputs[0].maxBytes: this has to be a whole number from 1 to 9007199254740991",
        "8:18: state.reddis: there is no such kind; there is one of redis, file, memory (did you mean `redis`?)",
        "2:1: deadLetters: this is missing: a text",
      ].join("\n"),
    );
  });

  test("topics and a source, a source without a sink", async () => {
    const source = 'source: { outbox: { url: "postgres://db/x" } }\n';
    expect(await problems(good + source)).toBe(
      "5:9: inputs: this is for events that come from topics, and they come from `source` (leave out one of both)",
    );
    const withTopics = (good + source).replace(/^inputs:.*\n/m, "");
    expect(await problems(withTopics)).toBe("none");
    expect(await problems(withTopics.replace(/^deadLetters:.*\n/m, ""))).toBe(
      "2:1: deadLetters: this is missing: a text",
    );
    const bare = `name: a\nrules: [a.weir]\nstate: memory\n${source}`;
    expect(await problems(`${bare}late: b\n`)).toBe(
      [
        "5:7: late: this is for alerts that go to topics",
        "1:1: sinks: there are none, and without topics alerts go nowhere else",
      ].join("\n"),
    );
    const alone = `name: a\nrules: [a.weir]\nstate: memory\n${source}sinks: [{ postgres: { url: "postgres://db/x" } }]\n`;
    expect(await problems(alone)).toBe("none");
  });

  test("a variable that is not set, and one that is no name", async () => {
    expect(await problems(good, {})).toBe(
      "4:19: kafka.brokers: the environment variable `BROKERS` is not set (set it, or write ${BROKERS:-default})",
    );
    expect(await problems(good.replace("name: fraud", 'name: "${a b}"'))).toContain("name: `${a b}` names no variable");
  });

  test("what does not go together", async () => {
    expect(await problems(good.replace("topic: t", "topic: t, format: avro"))).toContain("registry: this is missing");
    expect(await problems(good.replace("deadLetters: dead", "deadLetters: t"))).toContain("round in circles");
    expect(await problems(good.replace("[{ topic: t }]", "[{ topic: t }, { topic: t }]"))).toContain(
      "an input already",
    );
    expect(await problems(good.replace("topic: t", "topic: t, readerSchema: x"))).toContain("this is for Avro alone");
  });

  test("a file that is no YAML, or is not there", async () => {
    await expect(load("a: [")).rejects.toThrow(/weir\.yaml:\d+:\d+: this is no YAML/);
    await expect(loadConfig(join(folder, "none.yaml"), {})).rejects.toThrow("cannot read");
    expect(await problems("just text")).toContain("this has to be settings");
  });
});

test("a value from the environment is never shown, and is never more than a text", async () => {
  const secret = "s3cret\nname: other";
  const text = `${good}http: { port: "\${SECRET}" }`;
  const said = await problems(text, { BROKERS: "a:1", SECRET: secret });
  expect(said).toContain("http.port: this has to be a whole number from 0 to 65535");
  expect(said).not.toContain("s3cret");
});

test("aliases that stand for very many values are refused", async () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let i = 1; i < 9; i++) lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(", ")}]`);
  await expect(load(lines.join("\n"))).rejects.toThrow();
});
