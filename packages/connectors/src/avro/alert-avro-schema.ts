// Lists and objects are JSON text: a type that holds itself is more than some registries can take.
const json = {
  type: "record",
  name: "Json",
  doc: "a list or an object",
  fields: [{ name: "json", type: "string" }],
};

const scalars = ["null", "boolean", "double", "string"];

/** What alerts look like on their topic, as an Avro schema. */
export const alertAvroSchema: string = JSON.stringify({
  type: "record",
  name: "Alert",
  namespace: "weir",
  fields: [
    { name: "id", type: "string", doc: "the same for the same input, different otherwise" },
    { name: "rule", type: "string" },
    {
      name: "severity",
      type: { type: "enum", name: "Severity", symbols: ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] },
    },
    { name: "status", type: { type: "enum", name: "Status", symbols: ["firing", "resolved"] } },
    { name: "at", type: { type: "long", logicalType: "timestamp-millis" }, doc: "event time" },
    { name: "key", type: { type: "map", values: [...scalars, json] }, doc: "what the rule is BY" },
    { name: "message", type: ["null", "string"], default: null },
    { name: "data", type: { type: "map", values: [...scalars, "Json"] } },
    {
      name: "events",
      type: ["null", "Json"],
      default: null,
      doc: "with explain only: the events that made it fire",
    },
  ],
});
