import { type RegisteredSchema, RegistryError, type SchemaRegistry } from "@weir/connectors/avro";

/** A registry in memory that can be down. */
export class FakeRegistry implements SchemaRegistry {
  readonly schemas = new Map<number, object>();
  down = false;
  asked = 0;
  schemaOf(id: number): Promise<RegisteredSchema> {
    this.asked++;
    if (this.down) return Promise.reject(new RegistryError("down", { retriable: true }));
    const schema = this.schemas.get(id);
    if (schema === undefined) return Promise.reject(new RegistryError("no", { retriable: false, code: 40_403 }));
    return Promise.resolve({ type: "AVRO", schema: JSON.stringify(schema), references: [] });
  }
  knownSchema(): undefined {
    return undefined;
  }
  latest(): Promise<null> {
    return Promise.resolve(null);
  }
  compatibility(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }
  lookup(): Promise<null> {
    return Promise.resolve(null);
  }
  register(): Promise<number> {
    return Promise.resolve(1);
  }
}
