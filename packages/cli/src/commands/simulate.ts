import { createWriteStream } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import { type Arrival, simulate as arrivals } from "../simulate/simulate.ts";
import type { Anomaly, AnomalyKind } from "../simulate/transaction.ts";
import type { Console } from "../terminal/console.ts";
import { createProgress } from "../terminal/progress.ts";
import { openTopic } from "../simulate/topic-writer.ts";

export interface SimulateOptions {
  readonly seed: number;
  readonly events: number;
  readonly users: number;
  readonly rate: number;
  readonly anomalies: readonly AnomalyKind[];
  readonly start: number;
  readonly out: string;
  readonly labels?: string;
  /** Brokers to write to instead, and the topic. */
  readonly kafka?: string;
  readonly topic: string;
  readonly partitions: number;
}

/** Writes simulated payments to a file or a topic as fast as it can, or to standard output (`-`) at the rate they happen. */
export async function simulate(options: SimulateOptions, console: Console): Promise<ExitCode> {
  const anomalies: Anomaly[] = [];
  const transactions = arrivals({ ...options, onAnomaly: (anomaly) => anomalies.push(anomaly) });
  const { kafka, topic } = options;
  const toStdout = options.out === "-" && kafka === undefined;
  if (kafka !== undefined) await writeToTopic(transactions, { ...options, kafka }, console);
  else if (toStdout) await writeLive(transactions, options.start, console);
  else await writeToFile(transactions, options, console);

  const labels = options.labels ?? (toStdout || kafka !== undefined ? null : labelsPath(options.out));
  if (labels !== null) {
    anomalies.sort((a, b) => a.from - b.from);
    await writeLines(labels, [anomalies.map((anomaly) => `${JSON.stringify(anomaly)}\n`).join("")]);
  }
  if (!toStdout) {
    const where = kafka === undefined ? options.out : `topic ${topic}`;
    const listed = labels === null ? "" : ` in ${labels}`;
    console.err.write(`${options.events} transactions in ${where}, ${anomalies.length} anomalies${listed}\n`);
  }
  return exitCode.ok;
}

/** `events.ndjson` has its labels in `events.labels.ndjson`. */
export function labelsPath(out: string): string {
  return `${out.replace(/\.(ndjson|jsonl|json)$/, "")}.labels.ndjson`;
}

async function writeToTopic(
  transactions: Iterable<Arrival>,
  { kafka, topic, partitions, events }: SimulateOptions & { readonly kafka: string },
  console: Console,
): Promise<void> {
  const progress = createProgress(console.err, () => performance.now());
  const writer = await openTopic(kafka, topic, partitions);
  try {
    let count = 0;
    for (const { transaction } of transactions) {
      await writer.write({ key: transaction.user, value: JSON.stringify(transaction) });
      if (++count % 1000 === 0) progress.show(() => `${count} of ${events} transactions`);
    }
    await writer.flush();
  } finally {
    progress.clear();
    await writer.close();
  }
}

async function writeToFile(transactions: Iterable<Arrival>, options: SimulateOptions, console: Console): Promise<void> {
  const progress = createProgress(console.err, () => performance.now());
  await writeLines(
    options.out,
    pieces(transactions, (count) => progress.show(() => `${count} of ${options.events} transactions`)),
  );
  progress.clear();
}

const pieceLength = 256 * 1024;

function* pieces(
  transactions: Iterable<Arrival>,
  onPiece: (count: number) => void,
): Generator<string, void, undefined> {
  let piece = "";
  let count = 0;
  for (const { transaction } of transactions) {
    piece += `${JSON.stringify(transaction)}\n`;
    count++;
    if (piece.length < pieceLength) continue;
    yield piece;
    onPiece(count);
    piece = "";
  }
  yield piece;
}

async function writeLines(path: string, texts: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  const done = finished(file);
  try {
    for (const text of texts) if (!file.write(text)) await Promise.race([once(file, "drain"), done]);
    file.end();
    await done;
  } catch (error) {
    done.catch(() => {});
    const problem = error instanceof Error ? error.message : String(error);
    throw new CommandError(exitCode.usage, `cannot write \`${path}\`: ${problem}`);
  }
}

/** Each transaction when it arrives, counted from now. */
async function writeLive(transactions: Iterable<Arrival>, start: number, { out }: Console): Promise<void> {
  const begun = performance.now();
  let unwaited = 0;
  for (const { at, transaction } of transactions) {
    const early = at - start - (performance.now() - begun);
    if (early > 1) {
      await out.drain();
      await wait(early);
    } else if (++unwaited % 256 === 0) await out.drain();
    out.write(`${JSON.stringify(transaction)}\n`);
    if (out.closed) return;
  }
  await out.drain();
}
