import type { Plan } from "../plan.ts";
import type { EventData } from "../row.ts";
import type { Value, ValueObject } from "../value.ts";
import { isKeyValue, keyOf } from "../values/compare.ts";
import { fromHost } from "../values/from-host.ts";
import { EngineOptionError } from "./binding.ts";
import { createFieldReader, type Mismatched } from "./declared-fields.ts";

interface Table {
  readonly keyField: string;
  readonly read: (row: EventData) => EventData;
  rows: Map<string | number, ValueObject>;
}

/** The lookup tables of a plan, filled by the host. */
export class Tables {
  readonly #tables = new Map<string, Table>();

  /** `mismatchHint` is told of fields of another type than declared, by the table's description. */
  constructor(plan: Plan, mismatchHint: (owner: string) => Mismatched) {
    for (const { name, key, fields } of plan.tables) {
      const reader = fields === null ? null : createFieldReader(fields, mismatchHint(`table \`${name}\``));
      this.#tables.set(name, {
        keyField: key,
        read: (row) => (reader === null ? row : reader(row, null)),
        rows: new Map(),
      });
    }
  }

  find(name: string, key: Value): ValueObject | null {
    if (!isKeyValue(key)) return null;
    return this.#tables.get(name)?.rows.get(keyOf([key])) ?? null;
  }

  /** All of the rows or, where one is wrong, none of them. */
  replace(name: string, rows: Iterable<EventData>): void {
    const table = this.#table(name);
    const next = new Map<string | number, ValueObject>();
    this.#read(name, rows, next);
    table.rows = next;
  }

  upsert(name: string, rows: Iterable<EventData>): void {
    this.#read(name, rows, this.#table(name).rows);
  }

  #read(name: string, rows: Iterable<EventData>, into: Map<string | number, ValueObject>): void {
    const table = this.#table(name);
    let position = 0;
    for (const row of rows) {
      position++;
      const value = fromHost(table.read(row)) as ValueObject;
      const key = Object.hasOwn(value, table.keyField) ? value[table.keyField]! : null;
      if (!isKeyValue(key)) {
        throw new EngineOptionError(
          `row ${position} of table \`${name}\` has no key: its field \`${table.keyField}\` is ${key === null ? "missing" : "a list or an object"}`,
        );
      }
      into.set(keyOf([key]), value);
    }
  }

  delete(name: string, key: unknown): void {
    const value = fromHost(key);
    if (isKeyValue(value)) this.#table(name).rows.delete(keyOf([value]));
  }

  #table(name: string): Table {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    const known = [...this.#tables.keys()].map((other) => `\`${other}\``).join(", ");
    throw new EngineOptionError(
      `the rules have no TABLE \`${name}\``,
      known === "" ? "they declare none" : `they declare ${known}`,
    );
  }
}
