import type { Report } from "../harness/report.ts";
import { filledTopic } from "./filled-topic.ts";
import { jobOn, runJob } from "./run-job.ts";
import type { Servers } from "./servers.ts";
import { formatOf } from "./workload.ts";

/** How long a new process takes until a pipeline with state of many keys takes events again, from the call of `start` on. */
export async function restart(report: Report, servers: Servers): Promise<void> {
  const { log, registry, schemaId, quick } = servers;
  const keys = Number(process.env["WEIR_BENCH_RESTART_KEYS"] ?? (quick ? 50_000 : 1_000_000));
  const topic = await filledTopic(log, formatOf("Avro", registry, schemaId), {
    events: keys,
    users: keys,
    partitions: 1,
  });
  const way = { kind: "pipeline", delivery: "exactly-once", state: "redis" } as const;
  const first = jobOn(servers, topic, "Avro", { ...way, events: keys });
  report.heading(`${keys.toLocaleString("en")} keys of four rules, exactly once, state in redis`);
  report.row("start with no key", (await runJob(first)).startMs, "ms");
  report.row(`start with ${keys} keys`, (await runJob({ ...first, events: 0 })).startMs, "ms");
}
