import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installFolder } from "./paths.mjs";
import { run } from "./process.mjs";

export const kafkaVersion = "4.4.0";
// The newest that runs on Java 17.
const registryVersion = "2.6.13.Final";

/** @returns {string} the class path of the broker */
export function installKafka() {
  const folder = installOnce(`kafka-${kafkaVersion}`, (into) => {
    needs("mvn", "Apache Kafka comes from Maven");
    writeFileSync(join(into, "pom.xml"), pomOf("org.apache.kafka", "kafka_2.13", kafkaVersion));
    maven(into, ["dependency:copy-dependencies", "-DoutputDirectory=libs", "-DincludeScope=runtime"]);
  });
  return join(folder, "libs", "*");
}

/** @returns {string} the jar of the schema registry */
export function installRegistry() {
  const folder = installOnce(`apicurio-${registryVersion}`, (into) => {
    needs("mvn", "the schema registry comes from Maven");
    const artifact = `io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`;
    maven(into, ["dependency:copy", `-Dartifact=${artifact}`, "-DoutputDirectory=."]);
    const archive = readdirSync(into).find((name) => name.endsWith(".tar.gz"));
    if (archive === undefined) throw new Error(`maven brought no archive of ${artifact}`);
    run("tar", ["xzf", archive], { cwd: into });
    rmSync(join(into, archive));
  });
  return join(folder, `apicurio-registry-app-${registryVersion}-runner.jar`);
}

/** @returns {string} the program of the server */
export function installRedis() {
  return which("redis-server") ?? (installPackage("redis-server"), need("redis-server"));
}

/** @returns {string} the folder of the programs of the server */
export function installPostgres() {
  return postgresFolder() ?? (installPackage("postgresql"), postgresFolder()) ?? need("postgres");
}

/** @returns {string | null} */
function postgresFolder() {
  // Debian keeps these programs out of the path.
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const version = versions.find((name) => existsSync(join(base, name, "bin", "initdb")));
  if (version !== undefined) return join(base, version, "bin");
  return which("initdb")?.replace(/\/initdb$/, "") ?? null;
}

/**
 * Runs `install` once in a folder of its own, which takes its name only when it is complete.
 *
 * @param {string} name
 * @param {(into: string) => void} install
 * @returns {string} the folder
 */
function installOnce(name, install) {
  const folder = join(installFolder, name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  try {
    console.error(`installing ${name}`);
    install(partial);
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}

/** @param {string} name */
function installPackage(name) {
  if (which("apt-get") === null || process.getuid?.() !== 0) {
    throw new Error(`${name} is missing: install it, or run this as root where there is apt-get`);
  }
  console.error(`installing ${name}`);
  run("apt-get", ["update", "-qq"]);
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", name], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
  });
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 */
function maven(cwd, args) {
  run("mvn", ["-q", "-B", ...args], { cwd });
}

/**
 * @param {string} program
 * @param {string} [why]
 * @returns {string}
 */
export function need(program, why) {
  const path = which(program);
  if (path === null) throw new Error(`${program} is missing${why === undefined ? "" : `: ${why}`}`);
  return path;
}

/**
 * @param {string} program
 * @param {string} why
 */
function needs(program, why) {
  need(program, why);
  need("java", "it needs Java 17 or newer");
}

/**
 * @param {string} program
 * @returns {string | null}
 */
function which(program) {
  const folders = (process.env["PATH"] ?? "").split(":");
  const found = [...folders, "/usr/sbin"].map((folder) => join(folder, program)).find((path) => existsSync(path));
  return found ?? null;
}

/**
 * @param {string} group
 * @param {string} artifact
 * @param {string} version
 */
function pomOf(group, artifact, version) {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>weir</groupId><artifactId>services</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
  </dependency></dependencies>
</project>
`;
}
