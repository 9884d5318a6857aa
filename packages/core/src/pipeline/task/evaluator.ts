import type { Alert } from "../../alert.ts";
import { bindParams } from "../../engine/binding.ts";
import { latenessOf } from "../../engine/engine-settings.ts";
import { eventTimeMs } from "../../engine/event-time.ts";
import type { ComingEvent } from "../../engine/residence.ts";
import type { EngineOptions, SetAside } from "../../engine/types.ts";
import type { Plan, StreamPlan } from "../../plan.ts";
import type { AlertFormat } from "../contracts/alert-format.ts";
import { type DecodedEvent, DecodeError, type Decoder } from "../contracts/decoder.ts";
import type { LogRecord } from "../contracts/log.ts";
import type { AlertHeaders } from "../contracts/pipeline.ts";
import { alertJson, alertMessage, carriedHeaders } from "./alert-message.ts";
import type { TableRows } from "../tables/table-rows.ts";
import type { Batch } from "./batch.ts";
import { deadLetter, type Problem } from "./dead-letter.ts";
import { EngineState, type StoredState } from "./engine-state.ts";

/** Where outputs go; topics of `null` are not written. */
export interface OutputTopics {
  readonly alerts: string | null;
  /** Of alerts that go to a topic; not given: JSON. */
  readonly alertFormat?: AlertFormat | undefined;
  readonly deadLetters: string | null;
  readonly late: string | null;
}

export interface EvaluatorOptions {
  readonly task: string;
  readonly plan: Plan;
  readonly engine: EngineOptions;
  readonly tables: TableRows;
  readonly inputs: readonly { readonly topic: string; readonly partition: number; readonly decoder: Decoder }[];
  readonly topics: OutputTopics;
  readonly maxAheadMs: number;
  readonly carriedHeaders: readonly string[];
  readonly alertHeaders: AlertHeaders | undefined;
}

/** What an engine asks for, and tells, while an event is pushed. */
interface Heard {
  arrival: number;
  asides: SetAside[];
  /** By the numbers of which events the alerts of the last call were made; `null`: by the clock. */
  origins: (number | null)[];
}

/** What a record was decoded to, or why it could not be. */
type Decoded = DecodedEvent | readonly DecodedEvent[] | Error;

/** Thrown where decoding or evaluating a record failed in a way it never should: the engine's state is no good any more. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
}

/**
 * Takes records through decoder and engine, and gathers in a `Batch` what comes of them.
 *
 * Time    the clock that rules see is the append time of the record at hand, so that a replay of the log gives the same.
 * Errors  `EvaluationError`; what is wrong with a record becomes a dead letter instead.
 */
export class Evaluator {
  readonly #options: EvaluatorOptions;
  readonly #streams: ReadonlyMap<string, StreamPlan>;
  readonly #state: EngineState;
  readonly #heard: Heard;
  readonly #tables: TableRows;
  #tablesVersion: number;
  /** How many events were pushed, over all owners of the task: the number of the next one. */
  #events: number;
  /** Whether events may wait for the clock. */
  readonly #waits: boolean;
  /** What the next records were decoded to, in their order. */
  /** The records that are evaluated next, and what each was decoded to. */
  #records: readonly LogRecord[] = [];
  #decoded: readonly Decoded[] = [];
  #taken = 0;
  /** The stream of the last event: most have the same. */
  #stream: StreamPlan | undefined = undefined;
  readonly #now: () => number;
  readonly #clock: () => number | null;

  private constructor(options: EvaluatorOptions, state: EngineState, heard: Heard) {
    this.#options = options;
    this.#streams = new Map(options.plan.streams.map((stream) => [stream.name, stream]));
    this.#state = state;
    this.#heard = heard;
    this.#now = () => heard.arrival;
    this.#clock = () => state.clock();
    this.#tables = options.tables;
    this.#tablesVersion = options.tables.version;
    this.#events = state.engine.progress().events;
    const { plan, engine, inputs, carriedHeaders: names } = options;
    const binding = bindParams(plan, engine.params ?? {});
    this.#waits = names.length > 0 && (inputs.length > 1 || latenessOf(plan, binding, engine.lateness) > 0);
  }

  /** Goes on from what is stored; `null`: begins. Errors as `EngineState.load`. */
  static async load(options: EvaluatorOptions, stored: StoredState | null): Promise<Evaluator> {
    const heard: Heard = { arrival: 0, asides: [], origins: [] };
    const engine: EngineOptions = {
      ...options.engine,
      ...(options.tables.version === 0 ? {} : { tables: { ...options.engine.tables, ...options.tables.all() } }),
      scope: options.task,
      partitions: options.inputs.length,
      now: () => heard.arrival,
      onSetAside: (aside) => heard.asides.push(aside),
      onAlert: (_alert, event) => heard.origins.push(event),
    };
    const { plan, carriedHeaders: names } = options;
    return new Evaluator(options, await EngineState.load(plan, engine, names, stored), heard);
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Evaluates a record of input number `input`, the next one of those decoded. */
  evaluate(input: number, record: LogRecord, batch: Batch): void {
    batch.records++;
    const decoded = this.#decoded[this.#taken++]!;
    if (record.value === null) {
      batch.counts.consumed++;
      batch.counts.skipped++;
      return;
    }
    this.#heard.arrival = record.timestamp;
    try {
      if (decoded instanceof Error) this.#refuseUndecoded(input, record, decoded, batch);
      else if (isSeveral(decoded)) this.#pushAll(input, record, decoded, batch);
      else this.#push(input, record, decoded, batch);
    } catch (error) {
      const { topic, partition } = this.#options.inputs[input]!;
      throw new EvaluationError(
        `evaluating offset ${record.offset} of partition ${partition} of \`${topic}\` failed: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }

  /** From the next record on, rows of tables are those that there are now. */
  useTables(): void {
    if (this.#tablesVersion === this.#tables.version) return;
    for (const [table, rows] of this.#tables.since(this.#tablesVersion)) this.#state.engine.setTable(table, rows);
    this.#tablesVersion = this.#tables.version;
  }

  /** Decodes the records that are evaluated next; what is wrong with one is said when its turn comes. */
  decode(input: number, records: readonly LogRecord[]): void {
    const { topic, decoder } = this.#options.inputs[input]!;
    this.#taken = 0;
    this.#records = records;
    this.#decoded = records.map((record): Decoded => {
      if (record.value === null) return [];
      try {
        return decoder.decode(topic, record);
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    });
  }

  /** The names of the entries that have to be in memory before what was decoded is evaluated. */
  missing(): readonly string[] {
    return this.#state.engine.residence.missing(this.#coming());
  }

  *#coming(): Generator<ComingEvent> {
    for (const [i, decoded] of this.#decoded.entries()) {
      if (decoded instanceof Error) continue;
      this.#heard.arrival = this.#records[i]!.timestamp;
      if (isSeveral(decoded)) yield* decoded;
      else yield decoded;
    }
  }

  /** Takes a record as a dead letter without evaluating it. */
  refuse(input: number, record: LogRecord, problem: Problem, batch: Batch): void {
    batch.records++;
    batch.counts.consumed++;
    this.#deadLetter(input, record, problem, batch);
  }

  /** Writes down that records are gone: a dead letter without a record. */
  tellGap(input: number, from: number, to: number, batch: Batch): void {
    const { task, topics, inputs } = this.#options;
    const { topic, partition } = inputs[input]!;
    batch.told.push({ kind: "gap", task, topic, partition, from, to });
    if (topics.deadLetters === null) return;
    const record = { offset: from, timestamp: 0, key: null, value: null, headers: {} };
    const message = `the records from offset ${from} to before ${to} were gone from the log before they were read`;
    batch.messages.push(deadLetter(topics.deadLetters, topic, partition, record, { code: "offset-gap", message }));
  }

  /** Leaves an input out of the clock until its next event. */
  setIdle(input: number, batch: Batch): void {
    this.#emit(this.#state.engine.setIdle(input), null, null, batch);
  }

  #refuseUndecoded(input: number, record: LogRecord, error: Error, batch: Batch): void {
    if (!(error instanceof DecodeError)) throw error;
    batch.counts.consumed++;
    this.#deadLetter(input, record, { code: error.code, message: error.message }, batch);
  }

  #pushAll(input: number, record: LogRecord, events: readonly DecodedEvent[], batch: Batch): void {
    if (events.length === 0) {
      batch.counts.consumed++;
      batch.counts.skipped++;
    }
    for (const event of events) this.#push(input, record, event, batch);
  }

  #push(input: number, record: LogRecord, { stream, event }: DecodedEvent, batch: Batch): void {
    batch.counts.consumed++;
    if (this.#stream?.name !== stream) this.#stream = this.#streams.get(stream);
    const time = eventTimeMs(event, this.#stream, this.#now);
    const { maxAheadMs } = this.#options;
    if (time !== null && time - record.timestamp > maxAheadMs) {
      const message = `event time ${new Date(time).toISOString()} is more than ${maxAheadMs} ms after the record was appended`;
      this.#deadLetter(input, record, { code: "ahead-of-time", message }, batch);
      return;
    }
    const { engine, headers } = this.#state;
    const number = this.#events++;
    if (this.#waits && time !== null) headers.keep(number, time, record.headers, this.#clock);
    const alerts = engine.push(stream, event, input);
    if (this.#heard.asides.length > 0) {
      const asides = this.#heard.asides;
      this.#heard.asides = [];
      for (const aside of asides) this.#setAside(input, record, aside, batch);
    } else batch.counts.processed++;
    this.#emit(alerts, record, number, batch);
  }

  #setAside(input: number, record: LogRecord, aside: SetAside, batch: Batch): void {
    if (aside.kind === "bad") {
      this.#deadLetter(input, record, { code: "bad-event", message: aside.reason }, batch);
      return;
    }
    const { task, topics, inputs } = this.#options;
    const { topic, partition } = inputs[input]!;
    batch.counts.late++;
    const behindMs = aside.behindMs ?? 0;
    batch.told.push({ kind: "late", task, topic, partition, offset: record.offset, behindMs });
    if (topics.late === null) return;
    const letter = deadLetter(topics.late, topic, partition, record, { code: "late", message: aside.reason });
    batch.messages.push({ ...letter, headers: { ...letter.headers, "weir-behind-ms": String(behindMs) } });
  }

  #deadLetter(input: number, record: LogRecord, problem: Problem, batch: Batch): void {
    const { task, topics, inputs } = this.#options;
    const { topic, partition } = inputs[input]!;
    batch.counts.deadLetters++;
    const { code, message } = problem;
    batch.told.push({ kind: "dead-letter", task, code, topic, partition, offset: record.offset, message });
    if (topics.deadLetters !== null) {
      batch.messages.push(deadLetter(topics.deadLetters, topic, partition, record, problem));
    }
  }

  /** `number`: of the event of the record. */
  #emit(alerts: readonly Alert[], record: LogRecord | null, number: number | null, batch: Batch): void {
    if (alerts.length === 0) return;
    const { origins } = this.#heard;
    this.#heard.origins = [];
    const { task, topics, alertHeaders } = this.#options;
    const own = record === null ? {} : carriedHeaders(record.headers, this.#options.carriedHeaders);
    for (const [i, alert] of alerts.entries()) {
      const origin = origins[i] ?? null;
      const carried = origin === null ? {} : origin === number ? own : this.#state.headers.headersOf(origin);
      batch.counts.alerts++;
      const headers = alertHeaders?.(alert, carried) ?? carried;
      if (topics.alerts === null) batch.alerts.push({ id: alert.id, json: alertJson(alert), headers });
      else batch.messages.push(alertMessage(topics.alerts, alert, headers, topics.alertFormat));
      batch.told.push({
        kind: "alert",
        task,
        rule: alert.rule,
        severity: alert.severity,
        status: alert.status,
        appendedAt: record?.timestamp ?? null,
        headers: carried,
      });
    }
  }
}

function isSeveral(decoded: DecodedEvent | readonly DecodedEvent[]): decoded is readonly DecodedEvent[] {
  return Array.isArray(decoded);
}
