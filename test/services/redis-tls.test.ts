import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packEntries } from "@weir/core";
import { createRedisStateStore } from "@weir/connectors/redis";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hasPrograms, type OwnServers, startRedis } from "./own-redis.ts";

const isHere = hasPrograms("redis-server", "redis-cli", "openssl");

describe.skipIf(!isHere)("a server with TLS and a password", () => {
  let servers: OwnServers;
  let url = "";
  let ca = Buffer.alloc(0);
  let cert = Buffer.alloc(0);
  let key = Buffer.alloc(0);

  beforeAll(async () => {
    servers = await startRedis(1, (port, folder) => {
      makeCertificates(folder);
      const files = ["cert-file server.crt", "key-file server.key", "ca-cert-file ca.crt"]
        .map((file) => `--tls-${file.replace(" ", ` ${folder}/`)}`)
        .join(" ");
      return `--tls-port ${port} --port 0 --requirepass secret --tls-auth-clients yes ${files}`.split(" ");
    });
    const [port] = servers.ports;
    url = `rediss://:secret@127.0.0.1:${port}`;
    const file = (name: string): Buffer<ArrayBuffer> => readFileSync(join(servers.folder, name));
    [ca, cert, key] = [file("ca.crt"), file("client.crt"), file("client.key")];
    const tls = ["--tls", "--cacert", "ca.crt", "--cert", "client.crt", "--key", "client.key", "--sni", "redis.test"];
    await vi.waitFor(() => {
      const args = ["-p", String(port), "--no-auth-warning", "-a", "secret", ...tls, "PING"];
      expect(execFileSync("redis-cli", args, { cwd: servers.folder, encoding: "utf8" })).toBe("PONG\n");
    }, 10_000);
  }, 60_000);

  afterAll(() => servers.close());

  test("keeps state, with the certificates of both sides checked", async () => {
    const tls = { ca, cert, key, servername: "redis.test" };
    const store = await createRedisStateStore({ url, prefix: randomUUID(), tls });
    await store.acquire("t", "f");
    const to = { version: 1, token: "t" };
    const entries = packEntries([{ name: "a", value: Buffer.from("1") }]);
    await store.stage("t", "f", {
      from: { version: 0, token: "" },
      to,
      meta: "m",
      entries,
      replace: false,
    });
    await store.promote("t", "f", to);
    expect(await store.get("t", "f", [to], ["a"])).toHaveLength(1);
    await store.close();
  });

  test.for([
    [
      "a wrong password",
      () => url.replace("secret", "wrong"),
      {},
      "look at the user and password in `state.redis.url`",
    ],
    [
      "no password",
      () => url.replace(":secret@", ""),
      {},
      "the server asks for a password: put it into `state.redis.url`",
    ],
    [
      "a server whose authority is not known",
      () => url,
      { ca: undefined },
      "give the certificate of its authority: `tls.ca` next to `state.redis.url`",
    ],
    [
      "a certificate of another name",
      () => url,
      { servername: "other.test" },
      "say which name its certificate has: `tls.serverName` next to `state.redis.url`",
    ],
  ] as const)("%s is fatal and names the setting", async ([, urlOf, given, hint]) => {
    const { ca: otherCa, servername = "redis.test" } = { ca, ...given } as { ca?: Buffer; servername?: string };
    const tls = { ...(otherCa === undefined ? {} : { ca: otherCa }), cert, key, servername };
    await expect(createRedisStateStore({ url: urlOf(), tls })).rejects.toMatchObject({ kind: "fatal", hint });
  });

  test("a connection without TLS is refused within seconds", async () => {
    const plain = url.replace("rediss:", "redis:");
    await expect(createRedisStateStore({ url: plain })).rejects.toMatchObject({ name: "StateStoreError" });
  });
});

/** An authority, and certificates that it signed for the server `redis.test` and a client. */
function makeCertificates(folder: string): void {
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  };
  const fresh = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl("req", "-x509", ...fresh, "-keyout", "ca.key", "-out", "ca.crt", "-days", "2", "-subj", "/CN=test authority");
  for (const [name, subject] of [
    ["server", "redis.test"],
    ["client", "weir"],
  ] as const) {
    const request = `${name}.csr`;
    openssl(
      "req",
      ...fresh,
      "-keyout",
      `${name}.key`,
      "-out",
      request,
      "-subj",
      `/CN=${subject}`,
      "-addext",
      `subjectAltName=DNS:${subject}`,
    );
    openssl(
      "x509",
      "-req",
      "-in",
      request,
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-copy_extensions",
      "copy",
      "-out",
      `${name}.crt`,
      "-days",
      "2",
    );
  }
}
