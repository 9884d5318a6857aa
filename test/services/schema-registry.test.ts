import { randomUUID } from "node:crypto";
import { createSchemaRegistry, declaredFields, registerAlertSchema } from "@weir/connectors/avro";
import { expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";

const { registry: url } = endpoints();

const payment = (fields: readonly object[]): string => JSON.stringify({ type: "record", name: "Payment", fields });
const user = { name: "user", type: "string" };

test("a schema is registered once, found by its id and as the newest of its subject", async () => {
  const registry = createSchemaRegistry({ url });
  const subject = `s-${randomUUID()}`;
  expect(await registry.latest(subject)).toBeNull();
  const id = await registry.register(subject, payment([user]));
  expect(await registry.register(subject, payment([user]))).toBe(id);
  const found = await createSchemaRegistry({ url }).schemaOf(id);
  expect(declaredFields(found)).toEqual([{ name: "user", type: "STRING", optional: false }]);
  expect(await registry.latest(subject)).toMatchObject({ id, version: 1, type: "AVRO" });
  await expect(registry.schemaOf(999_999)).rejects.toMatchObject({ code: 40_403, retriable: false });
});

test("what the subject's rules forbid is found before it is registered", async () => {
  const registry = createSchemaRegistry({ url });
  const subject = `s-${randomUUID()}`;
  await registry.register(subject, payment([user]));
  const answer = await fetch(`${url}/config/${subject}`, {
    method: "PUT",
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    body: JSON.stringify({ compatibility: "BACKWARD" }),
  });
  expect(answer.status).toBe(200);
  expect(
    await registry.compatibility(subject, payment([user, { name: "amount", type: "double", default: 0 }])),
  ).toEqual([]);
  expect(await registry.compatibility(subject, payment([user, { name: "amount", type: "double" }]))).not.toEqual([]);
});

test("the schema of alerts is registered for their topic", async () => {
  const registry = createSchemaRegistry({ url });
  const topic = `alerts-${randomUUID()}`;
  const id = await registerAlertSchema(registry, topic);
  expect(await registry.schemaOf(id)).toMatchObject({ type: "JSON" });
  expect(await registerAlertSchema(registry, topic)).toBe(id);
});

test("a registry that is not there is a retriable error", async () => {
  const registry = createSchemaRegistry({ url: "http://127.0.0.1:1", timeoutMs: 1000 });
  await expect(registry.schemaOf(1)).rejects.toMatchObject({ name: "RegistryError", retriable: true });
});
