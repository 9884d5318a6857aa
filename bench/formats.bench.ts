import { readEvents } from "@weir/connectors/files";
import { fieldsRead } from "@weir/core";
import avsc from "avsc";
import { cpuNanosAsync } from "./harness/measure.ts";
import { fraudRules, type Payment, payments, planOf } from "./harness/payments.ts";
import type { Report } from "./harness/report.ts";
import { scaled } from "./harness/scale.ts";

const count = scaled(200_000);
const rounds = 3;
const chunkBytes = 1 << 18;

/** What an event costs to be read from each format, whole and only the fields that the five rules look at. */
export async function run(report: Report): Promise<void> {
  const events = payments(count, 50_000);
  const fields = fieldsRead(planOf(fraudRules()));
  const files = {
    ndjson: Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join("")),
    csv: Buffer.from(csvOf(events)),
    avro: await avroOf(events),
  };
  for (const [format, bytes] of Object.entries(files)) {
    report.heading(
      `${format}: ${count.toLocaleString("en")} payments, ${(bytes.length / count).toFixed(0)} bytes each`,
    );
    for (const [what, wanted] of [
      ["whole events", null],
      ["fields that the rules read", fields],
    ] as const) {
      const nanos: number[] = [];
      for (let round = 0; round <= rounds; round++) {
        let read = 0;
        const taken = await cpuNanosAsync(async () => {
          const options = { format: format as keyof typeof files, fields: wanted };
          for await (const batch of readEvents(chunks(bytes), options)) read += batch.events.length;
        });
        if (read !== count) throw new Error(`${read} events read of ${count}`);
        if (round > 0) nanos.push(taken / count);
      }
      report.row(what, nanos, "ns/event");
    }
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

function csvOf(events: readonly Payment[]): string {
  const names = Object.keys(events[0]!) as (keyof Payment)[];
  return [names.join(","), ...events.map((event) => names.map((name) => String(event[name])).join(","))].join("\n");
}

function avroOf(events: readonly Payment[]): Promise<Buffer> {
  const schema = {
    type: "record",
    name: "Payment",
    fields: Object.entries(events[0]!).map(([name, value]) => ({
      name,
      type: typeof value === "string" ? "string" : name === "ts" ? "long" : "double",
    })),
  } as const;
  return new Promise((resolve, reject) => {
    const encoder = new avsc.streams.BlockEncoder(schema, { codec: "null" });
    const parts: Buffer[] = [];
    encoder.on("data", (part: Buffer) => parts.push(part));
    encoder.on("end", () => resolve(Buffer.concat(parts)));
    encoder.on("error", reject);
    for (const event of events) encoder.write(event);
    encoder.end();
  });
}
