import { randomUUID } from "node:crypto";
import { createSchemaRegistry } from "@weir/connectors/avro";
import { createPool } from "@weir/connectors/postgres";
import { compile } from "@weir/dsl";
import { expect, test } from "vitest";
import { runWeir } from "../cli/run-weir.ts";
import { endpoints } from "./endpoints.ts";
import { readAll, uniqueTopics } from "./topics.ts";

const { kafka, registry, postgres } = endpoints();

test("weir schema pull prints the STREAM of a registered schema, which compiles", async () => {
  const subject = `payments-${randomUUID()}-value`;
  const place = { type: "record", name: "Place", fields: [{ name: "lat", type: "double" }] };
  const fields = [
    { name: "user", type: "string" },
    { name: "paid_at", type: { type: "long", logicalType: "timestamp-millis" } },
    { name: "amount", type: { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 } },
    { name: "note", type: ["null", "string"], default: null },
    { name: "place", type: place },
    { name: "rule", type: { type: "enum", name: "Kind", symbols: ["A"] } },
    { name: "tags", type: { type: "array", items: "string" } },
    { name: "odd", type: ["string", "double"] },
  ];
  await createSchemaRegistry({ url: registry }).register(
    subject,
    JSON.stringify({ type: "record", name: "Payment", fields }),
  );
  const pulled = await runWeir([
    "schema",
    "pull",
    "--registry",
    registry,
    "--subject",
    subject,
    "--stream",
    "payments",
  ]);
  expect(pulled).toMatchObject({ code: 0, err: "" });
  const compiled = compile(pulled.out);
  expect(compiled.diagnostics).toEqual([]);
  expect(compiled.plan?.streams[0]).toMatchObject({
    name: "payments",
    time: { kind: "field", field: "paid_at", unit: "MILLISECONDS" },
  });
  const types = compiled.plan?.streams[0]?.fields?.map(
    ({ name, type, optional }) => `${name}${optional ? "?" : ""} ${type}`,
  );
  expect(types).toEqual([
    "user STRING",
    "paid_at TIME",
    "amount NUMBER",
    "note? STRING",
    "place OBJECT",
    "rule STRING",
    "tags LIST",
    "odd ANY",
  ]);

  const unknown = await runWeir(["schema", "pull", "--registry", registry, "--subject", "nothing"]);
  expect(unknown).toMatchObject({ code: 3, err: "weir: the registry has no subject `nothing`\n" });
});

test("weir simulate --kafka writes each payment to the partition of its user", async () => {
  const topics = uniqueTopics(kafka);
  const options = ["--kafka", kafka, "--topic", topics.input, "--partitions", "3", "--events", "1500", "--users", "40"];
  expect(await runWeir(["simulate", ...options])).toMatchObject({ code: 0 });
  expect(await topics.log.partitionCount(topics.input)).toBe(3);
  const records = await readAll(topics.log, topics.input);
  expect(records).toHaveLength(1500);
  for (const { key, value } of records) {
    const { user } = JSON.parse(Buffer.from(value ?? []).toString()) as { readonly user: string };
    expect(Buffer.from(key ?? []).toString()).toBe(user);
  }
  await topics.log.close();
  const nowhere = await runWeir(["simulate", "--kafka", "127.0.0.1:1", "--events", "1"]);
  expect(nowhere.code).toBe(1);
  expect(nowhere.err).toContain("ECONNREFUSED");
});

test("weir schema postgres prints what makes the tables", async () => {
  const schema = `t_${randomUUID().replaceAll("-", "")}`;
  const printed = await runWeir(["schema", "postgres", "--schema", schema]);
  expect(printed.code).toBe(0);
  const pool = createPool({ url: postgres });
  await pool.query(printed.out);
  const { rows } = await pool.query(`SELECT version FROM ${schema}.migrations ORDER BY version`);
  expect(rows).toEqual([{ version: 1 }, { version: 2 }, { version: 3 }, { version: 4 }]);
  await pool.query(`DROP SCHEMA ${schema} CASCADE`);
  await pool.end();
});
