import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";

interface Service {
  readonly image: string;
  readonly ports: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly command?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck: { readonly test: readonly string[]; readonly retries: number };
}

/** The scripts are JavaScript, without declarations. */
async function script<T>(name: string): Promise<T> {
  return (await import(new URL(`../../scripts/services/${name}`, import.meta.url).href)) as T;
}
const { composeUrls } = await script<{
  readonly composeUrls: Readonly<Record<"kafka" | "registry" | "redis" | "postgres", string>>;
}>("docker.mjs");
const { kafkaVersion } = await script<{ readonly kafkaVersion: string }>("install.mjs");

const document = parseDocument(readFileSync(new URL("../../docker-compose.yml", import.meta.url), "utf8"), {
  uniqueKeys: true,
});
const { services } = document.toJS() as { readonly services: Readonly<Record<string, Service>> };
const [kafka, registry, redis, postgres] = ["kafka", "schema-registry", "redis", "postgres"].map(
  (name) => services[name]!,
);

test("the file is what the specification of Compose calls one", () => {
  expect(document.errors).toEqual([]);
  const linter = import.meta.resolve("dclint/package.json");
  const { $schema: _, ...schema } = JSON.parse(
    readFileSync(new URL("schemas/compose.schema.json", linter), "utf8"),
  ) as { readonly $schema: string };
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(document.toJS()), JSON.stringify(validate.errors)).toBe(true);
  // A misspelt setting is found.
  expect(validate({ services: { kafka: { image: "a", enviroment: {} } } })).toBe(false);
});

test("every service has an image of one version, a port on loopback alone, and a health check", () => {
  for (const { image, ports, healthcheck } of Object.values(services)) {
    expect(image).toMatch(/^[a-z0-9/-]+:\d+\.\d+(\.\d+)?(-alpine)?$|^postgres:\d+-alpine$/);
    expect(ports).toHaveLength(1);
    expect(ports[0]).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    expect(healthcheck.test[0]).toBe("CMD");
    expect(healthcheck.retries).toBeGreaterThan(0);
  }
});

test("services are where `npm run services` says that they are, with the user and the database that it names", () => {
  const published = (service: Service | undefined): string => service?.ports[0]?.replace(/:\d+$/, "") ?? "";
  expect(composeUrls.kafka).toBe(published(kafka));
  expect(new URL(composeUrls.registry).host).toBe(published(registry));
  expect(new URL(composeUrls.redis).host).toBe(published(redis));
  const database = new URL(composeUrls.postgres);
  expect(database.host).toBe(published(postgres));
  expect(postgres?.environment).toEqual({
    POSTGRES_USER: database.username,
    POSTGRES_PASSWORD: database.password,
    POSTGRES_DB: database.pathname.slice(1),
  });
});

test("the broker is of the version that runs without containers, and names each client an address that it can reach", () => {
  expect(kafka?.image).toBe(`apache/kafka:${kafkaVersion}`);
  const settings = kafka?.environment ?? {};
  const pairs = (name: string): ReadonlyMap<string, string> =>
    new Map(
      String(settings[name])
        .split(",")
        .map((each) => each.split(/:(?:\/\/)?/, 1).concat(each.replace(/^[A-Z]+:(\/\/)?/, "")) as [string, string]),
    );
  const listeners = pairs("KAFKA_LISTENERS");
  const advertised = pairs("KAFKA_ADVERTISED_LISTENERS");
  const protocols = pairs("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP");
  expect(new Set(protocols.keys())).toEqual(new Set(listeners.keys()));
  // The controller is told to nobody.
  const controller = String(settings["KAFKA_CONTROLLER_LISTENER_NAMES"]);
  expect(new Set([...advertised.keys(), controller])).toEqual(new Set(listeners.keys()));
  for (const [name, address] of advertised) expect(address.split(":")[1]).toBe(listeners.get(name)?.split(":")[1]);
  expect(advertised.get("HOST")).toBe(composeUrls.kafka);
  const between = advertised.get(String(settings["KAFKA_INTER_BROKER_LISTENER_NAME"]));
  expect(registry?.environment?.["SCHEMA_REGISTRY_KAFKASTORE_BOOTSTRAP_SERVERS"]).toBe(`PLAINTEXT://${between}`);
  expect(kafka?.healthcheck.test).toContain(between);
  expect(String(settings["KAFKA_CONTROLLER_QUORUM_VOTERS"])).toBe(
    `${settings["KAFKA_NODE_ID"]}@kafka:${listeners.get(controller)?.split(":")[1]}`,
  );
  // One broker cannot hold more copies than one: transactions would wait for ever.
  for (const name of ["OFFSETS_TOPIC", "TRANSACTION_STATE_LOG"]) {
    expect(settings[`KAFKA_${name}_REPLICATION_FACTOR`]).toBe(1);
  }
  expect(settings["KAFKA_TRANSACTION_STATE_LOG_MIN_ISR"]).toBe(1);
  expect(registry?.depends_on).toEqual({ kafka: { condition: "service_healthy" } });
});

test("Redis keeps on disk what it is told, as without containers", () => {
  expect(redis?.command?.join(" ")).toBe("redis-server --appendonly yes");
});
