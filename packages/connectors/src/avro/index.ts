export { alertAvroSchema } from "./alert-avro-schema.ts";
export { type AvroAlertsOptions, createAvroAlerts } from "./alert-format.ts";
export { alertSchema, type AlertSchemaOptions, registerAlertSchema } from "./alert-schema.ts";
export { type AvroDecoderOptions, createAvroDecoder } from "./avro-decoder.ts";
export { RegistryError } from "./registry-error.ts";
export {
  createSchemaRegistry,
  type RegisteredSchema,
  type RegistryOptions,
  type SchemaRegistry,
  type SchemaType,
} from "./schema-registry.ts";
export { declaredFields, type DeclaredField } from "./stream-declaration.ts";
