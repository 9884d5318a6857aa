import { spawnSync } from "node:child_process";
import { createSchemaRegistry } from "@weir/connectors/avro";
import { createKafkaLog } from "@weir/connectors/kafka";
import type { Report } from "./harness/report.ts";
import { isQuick } from "./harness/scale.ts";
import { latency } from "./kafka/latency.ts";
import { restart } from "./kafka/restart.ts";
import type { Servers } from "./kafka/servers.ts";
import { stateCosts } from "./kafka/state-costs.ts";
import { throughput } from "./kafka/throughput.ts";
import { schemaText } from "./kafka/workload.ts";

/**
 * A pipeline against a broker on this machine: its throughput next to that of a consumer that only parses, the time from produce to
 * alert, and what commits and restarts cost. `--quick` takes fewer events, and of the ways of delivery the first and the last.
 */
export async function run(report: Report): Promise<void> {
  const { stdout } = spawnSync(process.execPath, ["scripts/services.mjs", "status"], { encoding: "utf8" });
  const { urls } = JSON.parse(stdout) as {
    readonly urls: { readonly kafka: string; readonly registry: string; readonly redis: string } | null;
  };
  if (urls === null) {
    report.leaveOut("Kafka, Redis and the schema registry", "there are no servers; npm run services up starts them");
    return;
  }
  const log = createKafkaLog({ brokers: [urls.kafka] });
  const schemaId = await createSchemaRegistry({ url: urls.registry }).register("bench-payments", schemaText);
  const servers: Servers = { ...urls, log, schemaId, quick: isQuick };
  try {
    await throughput(report, servers);
    await latency(report, servers);
    await stateCosts(report, servers);
    await restart(report, servers);
  } finally {
    await log.close();
  }
}
