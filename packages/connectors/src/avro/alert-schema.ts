import { alertAvroSchema } from "./alert-avro-schema.ts";
import { RegistryError } from "./registry-error.ts";
import type { SchemaRegistry, SchemaType } from "./schema-registry.ts";

/** What alerts look like on their topic, as a JSON Schema for the registry. */
export const alertSchema: string = JSON.stringify({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "weir.Alert",
  type: "object",
  required: ["id", "rule", "severity", "status", "at", "key", "message", "data"],
  properties: {
    id: { type: "string", description: "the same for the same input, different otherwise" },
    rule: { type: "string" },
    severity: { enum: ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] },
    status: { enum: ["firing", "resolved"] },
    at: { type: "number", description: "event time, epoch milliseconds" },
    key: { type: "object" },
    message: { type: ["string", "null"] },
    data: { type: "object" },
    events: { type: ["array", "object"] },
  },
});

export interface AlertSchemaOptions {
  /** Default `json`. */
  readonly format?: "json" | "avro";
  /** Default: the topic's name and `-value`. */
  readonly subject?: string;
  /** Whether to register the schema where it is not there, or to demand that it is. Default true. */
  readonly register?: boolean;
}

/** Sees to it that the schema of alerts is registered for their topic, after a look at whether it may follow what is there; answers its id. */
export async function registerAlertSchema(
  registry: SchemaRegistry,
  topic: string,
  { format = "json", subject = `${topic}-value`, register = true }: AlertSchemaOptions = {},
): Promise<number> {
  const [schema, type] = format === "avro" ? ([alertAvroSchema, "AVRO"] as const) : ([alertSchema, "JSON"] as const);
  const found = await registry.lookup(subject, schema, type);
  if (found !== null) return found;
  if (!register) {
    throw new RegistryError(`the schema of alerts is not registered as \`${subject}\``, {
      retriable: false,
      hint: "register what `weir schema alerts` prints, or set `alerts.registerSchema: true`",
    });
  }
  const problems = await problemsOf(registry, subject, schema, type);
  if (problems.length > 0) {
    throw new RegistryError(`alerts do not fit the schema of \`${subject}\`: ${problems.join("; ")}`, {
      retriable: false,
      hint: "let alerts go to another topic, set `alerts.subject`, or remove the subject",
    });
  }
  return registry.register(subject, schema, type);
}

async function problemsOf(
  registry: SchemaRegistry,
  subject: string,
  schema: string,
  type: SchemaType,
): Promise<readonly string[]> {
  const latest = await registry.latest(subject);
  if (latest === null) return [];
  if (latest.type !== type) return [`it is of type ${latest.type}, and alerts are written as ${type}`];
  return registry.compatibility(subject, schema, type);
}
