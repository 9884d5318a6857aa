// Servers with TLS and passwords, for the tests of how they are reached:
//
//   node scripts/services/secured.mjs up FOLDER     starts them; prints where they are as JSON
//   node scripts/services/secured.mjs down FOLDER   ends them
//
// A broker with the listeners `plain` (nothing), `saslSsl`, `saslPlain`, `ssl` (wants a certificate of the client) and `advertised`
// (nothing; clients are sent to the port that WEIR_ADVERTISED_PORT names); PostgreSQL that takes TLS alone.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificates } from "./certificates.mjs";
import { stopServer } from "./process.mjs";
import { startKafka, startPostgres } from "./servers.mjs";

const [command, folder = ""] = process.argv.slice(2);
const servers = join(folder, "servers.json");

if (command === "up") {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const certificates = makeCertificates(join(folder, "certificates"));
  const advertised = Number(process.env["WEIR_ADVERTISED_PORT"] ?? 0);
  const secured = { certificates, user: "weir", password: "kafka-pass-word", advertised };
  const kafka = await startKafka(join(folder, "kafka"), undefined, secured);
  writeFileSync(servers, JSON.stringify([kafka]));
  const postgres = await startPostgres(join(folder, "postgres"), undefined, certificates.server);
  writeFileSync(servers, JSON.stringify([kafka, postgres]));
  console.log(JSON.stringify({ certificates, listeners: kafka.listeners, postgres: postgres.url }));
} else if (command === "down") {
  const running = JSON.parse(readFileSync(servers, "utf8"));
  await Promise.all(running.map((/** @type {import("./process.mjs").Running} */ server) => stopServer(server)));
} else {
  console.error("usage: secured.mjs up|down FOLDER");
  process.exitCode = 2;
}
