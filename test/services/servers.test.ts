import { Redis } from "ioredis";
import pg from "pg";
import { expect, test } from "vitest";
import { endpoints } from "./endpoints.ts";
import { kafkaClient } from "./kafka-client.ts";

const { kafka, registry, redis, postgres } = endpoints();

test("the broker is of a version whose transactions Weir knows", async () => {
  const admin = kafkaClient(kafka).admin();
  await admin.connect();
  try {
    expect((await admin.describeCluster()).brokers).toHaveLength(1);
  } finally {
    await admin.disconnect();
  }
});

test("the schema registry answers as Confluent's does", async () => {
  const answer = await fetch(`${registry}/schemas/ids/999999`);
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error_code: 40_403 });
});

test("Redis runs scripts and keeps what it is told on disk", async () => {
  const client = new Redis(redis);
  try {
    expect(await client.eval("return 1 + 1", 0)).toBe(2);
    expect(await client.config("GET", "appendonly")).toEqual(["appendonly", "yes"]);
  } finally {
    client.disconnect();
  }
});

test("PostgreSQL asks for a password", async () => {
  const client = new pg.Client({ connectionString: postgres });
  await client.connect();
  try {
    expect((await client.query<{ n: number }>("SELECT 1 AS n")).rows).toEqual([{ n: 1 }]);
  } finally {
    await client.end();
  }
  const stranger = new pg.Client({ connectionString: postgres.replace(":weir@", ":wrong@") });
  await expect(stranger.connect()).rejects.toThrow(/password/);
});
