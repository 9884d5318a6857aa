import { type Decoder, DecodeError, DecoderUnavailableError, type LogRecord } from "@weir/core";
import { type Link, NoReplyError } from "./network.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Tally } from "./tally.ts";

/** How the values of a schema name the amount; readers have to know, or they read another event. */
export interface Schema {
  readonly amount: string;
}

/** The schemas that there are, by id. `unregistered` is none of them. */
export const schemas: ReadonlyMap<number, Schema> = new Map([
  [1, { amount: "amount" }],
  [2, { amount: "sum" }],
  [3, { amount: "total" }],
]);
export const unregistered = 9;

/** The event of a record: `<schema id>#<JSON>`, or JSON alone, which is of schema 1. Without a schema the record is refused. */
export function readEvent(
  record: LogRecord,
  schemaOf: (id: number) => Schema | undefined,
): Readonly<Record<string, unknown>> {
  const text = Buffer.from(record.value ?? []).toString();
  const id = schemaIdOf(record);
  const schema = schemaOf(id);
  if (schema === undefined) throw new DecodeError("unknown-schema", `no schema has the id ${id}`);
  try {
    const data = JSON.parse(text.replace(/^\d+#/, "")) as Record<string, unknown>;
    const { [schema.amount]: amount, ...rest } = data;
    return amount === undefined ? rest : { ...rest, amount };
  } catch (error) {
    throw new DecodeError("not-json", "the value is no JSON", error);
  }
}

function schemaIdOf({ value }: LogRecord): number {
  const [, id] = /^(\d+)#/.exec(Buffer.from(value ?? []).toString()) ?? [];
  return id === undefined ? 1 : Number(id);
}

/** What a process knows of a schema registry: ids that it was told once, for as long as it lives. */
export class RegistryDecoder implements Decoder {
  readonly #known = new Map<number, Schema | undefined>();
  readonly #link: Link;
  readonly #process: SimProcess;
  readonly #tally: Tally;
  readonly #crash: () => void;

  /** `crash` is called for a record that brings down whoever decodes it. */
  constructor(link: Link, process: SimProcess, tally: Tally, crash: () => void) {
    this.#link = link;
    this.#process = process;
    this.#tally = tally;
    this.#crash = crash;
  }

  prepare(_topic: string, records: readonly LogRecord[]): Promise<void> | null {
    const unknown = new Set(
      records
        .filter(({ value }) => value !== null)
        .map(schemaIdOf)
        .filter((id) => !this.#known.has(id)),
    );
    return unknown.size === 0 ? null : this.#fetch([...unknown]);
  }

  decode(_topic: string, record: LogRecord): { readonly stream: string; readonly event: Record<string, unknown> } {
    const event = readEvent(record, (id) => this.#known.get(id));
    if (event["crash"] === true) this.#crash();
    return { stream: "payments", event };
  }

  async #fetch(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      try {
        this.#known.set(id, await this.#link.call(this.#process, `schema ${id}`, () => schemas.get(id)));
      } catch (error) {
        if (!(error instanceof NoReplyError)) throw error;
        this.#tally.fired("schema waited for");
        throw new DecoderUnavailableError(error.message);
      }
    }
  }
}
