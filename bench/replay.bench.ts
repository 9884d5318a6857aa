import { createReadStream } from "node:fs";
import { readEvents } from "@weir/connectors/files";
import { createEngine } from "@weir/core";
import { bytesInUse, cpuNanosAsync } from "./harness/measure.ts";
import { fraudRules, paymentFile, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const count = scaled(1_000_000);
const chunkBytes = 1 << 18;

/** A file of payments through the five fraud rules: what reading, parsing and the rules take, and whether memory stays flat. */
export async function run(report: Report): Promise<void> {
  const file = paymentFile(count, 50_000);
  const read = (): AsyncIterable<Uint8Array> => createReadStream(file, { highWaterMark: chunkBytes });

  const reading = await cpuNanosAsync(async () => {
    for await (const _ of read());
  });
  const parsing = await cpuNanosAsync(async () => {
    for await (const _ of readEvents(read(), { format: "ndjson" }));
  });
  const engine = createEngine(planOf(fraudRules()));
  const sizes: number[] = [];
  let pushed = 0;
  let alerts = 0;
  const whole = await cpuNanosAsync(async () => {
    for await (const { events } of readEvents(read(), { format: "ndjson" })) {
      for (const event of events) {
        alerts += engine.push("transactions", event).length;
        if (++pushed % (count / 5) === 0) sizes.push(bytesInUse());
      }
    }
    alerts += engine.finish().length;
  });
  report.heading(`${count.toLocaleString("en")} payments as NDJSON, one thread; ${alerts} alerts`);
  report.row("reading", reading / count, "ns/event");
  report.row("reading and parsing", parsing / count, "ns/event");
  report.row("reading, parsing and rules", whole / count, "ns/event");
  report.row("from text to alerts", 1e9 / (whole / count), "events/s", { atLeast: 800_000 });
  report.row("share of reading", (100 * reading) / whole, "%");
  report.row("share of parsing", (100 * (parsing - reading)) / whole, "%");
  report.row("share of the engine", (100 * (whole - parsing)) / whole, "%");
  report.row("memory at the end against that at a fifth of the events", sizes.at(-1)! / sizes[0]!, "×");
}
