import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSiteServer } from "../../packages/cli/src/playground/site-server.ts";
import { folderOf, runWeir } from "./run-weir.ts";

const site = folderOf({ "index.html": "<p>site</p>", "app.js": "1" });
const folder = folderOf({ "login.ndjson": '{"ts":1}\n', "secret.txt": "secret" });
const server = createSiteServer({ site, rules: null, events: `${folder}/login.ndjson` });
let port = 0;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
});

async function get(
  path: string,
  host = `127.0.0.1:${port}`,
  method = "GET",
): Promise<{ status: number; body: string }> {
  const sent = request({ port, host: "127.0.0.1", path, method, headers: { host } });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  let body = "";
  for await (const chunk of response.setEncoding("utf8")) body += String(chunk);
  return { status: response.statusCode ?? 0, body };
}

test("the site and the named files are served", async () => {
  expect(await get("/")).toEqual({ status: 200, body: "<p>site</p>" });
  expect(await get("/app.js?x=1")).toEqual({ status: 200, body: "1" });
  expect(await get("/local/events")).toEqual({ status: 200, body: '{"ts":1}\n' });
  expect(await get("/local/files.json")).toEqual({ status: 200, body: '{"rules":null,"events":"login.ndjson"}' });
});

test("nothing else is: no other file, no other method, no other name of this machine", async () => {
  expect((await get("/local/rules")).status).toBe(404);
  expect((await get("/../secret.txt")).status).toBe(404);
  expect((await get("/..%2f..%2fetc/passwd")).status).toBe(404);
  expect((await get("/%00")).status).toBe(404);
  expect((await get("/%zz")).status).toBe(400);
  expect((await get("/", undefined, "POST")).status).toBe(405);
  expect((await get("/local/events", "evil.example")).status).toBe(421);
});

test("a file that is not there, or two of a kind, are refused before anything is served", async () => {
  const missing = await runWeir(["playground", "nowhere.ndjson"]);
  expect(missing).toMatchObject({ code: 2 });
  expect(missing.err).toContain("cannot read `nowhere.ndjson`");
  const two = await runWeir(["playground", "a.weir", "b.weir"]);
  expect(two.err).toContain("one file of rules and one of events");
});
