import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Alert, createEngine, createPipeline, MemoryStateStore, type Plan } from "@weir/core";
import { createJsonDecoder } from "@weir/connectors/formats";
import { createNodeHost } from "@weir/connectors/host";
import { compileFiles } from "@weir/dsl";
import { expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { jsonMessage, readAlerts, uniqueTopics, write } from "./topics.ts";

const { kafka } = endpoints();
const rulesFile = "examples/fraud/fraud.weir";

/** All but what tells apart who ran the rules. */
function said(alert: Alert): string {
  return JSON.stringify({ ...alert, id: undefined });
}

test("the same rules and the same recording give the same alerts by replay, by the SDK and through Kafka", async () => {
  const folder = await mkdtemp(join(tmpdir(), "weir-same-"));
  const topics = uniqueTopics(kafka);
  try {
    const recording = join(folder, "transactions.ndjson");
    const made = await runWeir(["simulate", "--events", "6000", "--users", "200", "--seed", "3", "--out", recording]);
    expect(made.code).toBe(0);
    // A last event a day later: what waited for the clock happens before the recording ends.
    const lines = (await readFile(recording, "utf8")).trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "") as { readonly ts: number };
    lines.push(JSON.stringify({ ...last, user: "nobody", ts: last.ts + 86_400_000 }));
    await writeFile(recording, `${lines.join("\n")}\n`);
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>);

    const replayed = await runWeir(["replay", rulesFile, recording, "--json"]);
    const byReplay = replayed.out
      .trimEnd()
      .split("\n")
      .map((line) => said(JSON.parse(line) as Alert));
    expect(byReplay.length).toBeGreaterThan(20);

    const plan = await planOf(rulesFile);
    const engine = createEngine(plan);
    const bySdk = [...events.flatMap((event) => engine.push("transactions", event)), ...engine.finish()].map(said);
    expect(bySdk).toEqual(byReplay);

    await topics.log.ensureTopics(
      [topics.input, topics.alerts, topics.deadLetters].map((topic) => ({ topic, partitions: 1 })),
    );
    await write(
      topics.log,
      events.map((event) => jsonMessage(topics.input, String(event["user"]), event)),
    );
    const pipeline = createPipeline({
      name: topics.name,
      plan,
      input: {
        log: topics.log,
        inputs: [{ topic: topics.input, decoder: createJsonDecoder({ stream: "transactions" }) }],
        alerts: topics.alerts,
        deadLetters: topics.deadLetters,
      },
      state: new MemoryStateStore(),
      host: createNodeHost(),
    });
    await pipeline.start();
    const partition = { topic: topics.input, partition: 0 };
    await expect
      .poll(async () => (await topics.log.committed(topics.name, [partition]))[0]?.offset, { timeout: 60_000 })
      .toBe(events.length);
    expect(await pipeline.stop()).toEqual({ clean: true });
    const byKafka = (await readAlerts(topics.log, topics.alerts)).map(said);
    expect(byKafka).toEqual(byReplay);
  } finally {
    await topics.log.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function planOf(file: string): Promise<Plan> {
  const compiled = compileFiles([{ name: file, text: await readFile(file, "utf8") }]);
  if (!compiled.ok) throw new Error(`${file} has errors`);
  return compiled.plan;
}
