import { RegistryError } from "./registry-error.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

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

/** Registers the schema of alerts for their topic, after a look at whether it may follow what is there; answers its id. */
export async function registerAlertSchema(registry: SchemaRegistry, topic: string): Promise<number> {
  const subject = `${topic}-value`;
  const problems = await registry.compatibility(subject, alertSchema, "JSON");
  if (problems.length > 0) {
    throw new RegistryError(`alerts do not fit the schema of \`${subject}\`: ${problems.join("; ")}`, {
      retriable: false,
      hint: "let alerts go to another topic, or remove the subject",
    });
  }
  return registry.register(subject, alertSchema, "JSON");
}
