import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createWebhookSink, verify, type WebhookSinkOptions, type WebhookTarget } from "@weir/connectors/webhook";
import type { Sink, SinkAlert } from "@weir/core";
import { afterEach, describe, expect, test } from "vitest";

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const open: Server[] = [];
const sinks: Sink[] = [];

afterEach(async () => {
  for (const sink of sinks.splice(0)) await sink.close();
  for (const server of open.splice(0)) server.close();
});

/** A receiver that answers with these statuses in turn, then with 204. */
async function receiver(
  statuses: (number | { readonly status: number; readonly headers: Record<string, string> })[] = [],
): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body });
      const next = statuses.shift() ?? 204;
      const { status, headers } = typeof next === "number" ? { status: next, headers: {} } : next;
      response.writeHead(status, headers).end();
    });
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received };
}

function sinkTo(targets: readonly WebhookTarget[], more: Partial<WebhookSinkOptions> = {}): Sink {
  const sink = createWebhookSink({ targets, allowHttp: true, allowNetworks: ["127.0.0.0/8"], ...more });
  sinks.push(sink);
  return sink;
}

function alertOf(id: string, more: object = {}): SinkAlert {
  const alert = { id, rule: "burst", severity: "HIGH", status: "firing", at: 1, key: {}, message: "m", data: {} };
  return { id, json: JSON.stringify({ ...alert, ...more }), headers: { "correlation-id": "c\r\n-1" } };
}

const write = (sink: Sink, ...alerts: SinkAlert[]) => sink.write({ source: null, next: 0, alerts });

test("a message is the alert, signed, with its id and its correlation id", async () => {
  const { url, received } = await receiver();
  expect(await write(sinkTo([{ url, secret }]), alertOf("a1"))).toEqual([]);
  const [message] = received;
  expect(JSON.parse(message?.body ?? "")).toMatchObject({ id: "a1", rule: "burst" });
  expect(message?.headers).toMatchObject({ "webhook-id": "a1", "correlation-id": "c-1" });
  const headers = message?.headers as Record<string, string>;
  const now = Date.now() / 1000;
  expect(verify(headers, message?.body ?? "", secret, now)).toBe(true);
  expect(verify(headers, `${message?.body} `, secret, now)).toBe(false);
  expect(verify(headers, message?.body ?? "", `whsec_${Buffer.alloc(32, 8).toString("base64")}`, now)).toBe(false);
  expect(verify(headers, message?.body ?? "", secret, now + 301)).toBe(false);
});

test("the signature is that of the example of Standard Webhooks", async () => {
  const body = '{"test": 2432232314}';
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  expect(verify(headers, body, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1_614_265_330)).toBe(true);
});

test("each target gets the alerts of its rules and severities", async () => {
  const pager = await receiver();
  const archive = await receiver();
  const sink = sinkTo([
    { url: pager.url, secret, minSeverity: "HIGH", resolved: false, rules: ["burst"] },
    { url: archive.url, secret },
  ]);
  await write(
    sink,
    alertOf("low", { severity: "LOW" }),
    alertOf("other", { rule: "travel" }),
    alertOf("over", { status: "resolved" }),
    alertOf("critical", { severity: "CRITICAL" }),
  );
  expect(pager.received.map(({ headers }) => headers["webhook-id"])).toEqual(["critical"]);
  expect(archive.received).toHaveLength(4);
});

describe("what fails", () => {
  test("is tried again with the batch, what was delivered is not sent twice", async () => {
    const { url, received } = await receiver([204, 500]);
    const sink = sinkTo([{ url, secret }], { concurrency: 1 });
    const alerts = [alertOf("a"), alertOf("b"), alertOf("c")];
    await expect(write(sink, ...alerts)).rejects.toMatchObject({ name: "SinkError", retriable: true });
    expect(await write(sink, ...alerts)).toEqual([]);
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(["a", "b", "c", "b"]);
  });

  test("is a dead letter after eight attempts", async () => {
    const { url, received } = await receiver(Array.from({ length: 20 }, () => 503));
    const sink = sinkTo([{ url, secret }]);
    for (let i = 0; i < 7; i++) await expect(write(sink, alertOf("a"))).rejects.toMatchObject({ retriable: true });
    expect(await write(sink, alertOf("a"))).toMatchObject([{ index: 0, code: "undeliverable" }]);
    expect(received).toHaveLength(8);
  });

  test("is a dead letter at once where the receiver will never take it, a redirect included", async () => {
    const { url, received } = await receiver([400, { status: 307, headers: { location: "http://127.0.0.1:1/" } }]);
    const refused = await write(sinkTo([{ url, secret }], { concurrency: 1 }), alertOf("a"), alertOf("b"));
    expect(refused.map(({ code }) => code)).toEqual(["http-400", "http-307"]);
    expect(received).toHaveLength(2);
  });

  test("is not tried while the receiver asks to be left alone", async () => {
    const { url, received } = await receiver([{ status: 429, headers: { "retry-after": "30" } }]);
    const sink = sinkTo([{ url, secret }]);
    await expect(write(sink, alertOf("a"))).rejects.toThrow("429");
    await expect(write(sink, alertOf("a"))).rejects.toThrow("left alone");
    expect(received).toHaveLength(1);
  });
});

test("a target gets no more messages a second than it asked for", async () => {
  const { url, received } = await receiver();
  const sink = sinkTo([{ url, secret, ratePerSecond: 20 }]);
  const begun = performance.now();
  for (let i = 0; i < 3; i++) await write(sink, ...Array.from({ length: 10 }, (_, n) => alertOf(`a${i}-${n}`)));
  expect(received).toHaveLength(30);
  expect(performance.now() - begun).toBeGreaterThan(450);
});

describe("a target in a private network", () => {
  test.each([
    "127.0.0.1",
    "[::1]",
    "10.1.2.3",
    "169.254.169.254",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
    "localhost",
    "2130706433",
  ])("is never posted to: %s", async (host) => {
    const sink = createWebhookSink({ targets: [{ url: `http://${host}:1/`, secret }], allowHttp: true });
    sinks.push(sink);
    expect(await write(sink, alertOf("a"))).toMatchObject([{ code: "forbidden-address" }]);
  });
});

test("settings that are wrong are refused at the start, and never shown with their credentials", () => {
  const make = (target: Partial<WebhookTarget>, more: Partial<WebhookSinkOptions> = {}) =>
    createWebhookSink({ targets: [{ url: "https://example.com/", secret, ...target }], ...more });
  expect(() => make({ url: "http://example.com/" })).toThrow("is not https");
  expect(() => make({ url: "nothing" })).toThrow("is no URL");
  expect(() => make({ secret: "short" })).toThrow("too short");
  expect(() => make({ url: "https://me:pass@example.com/" })).toThrow("`https://example.com/` has a user name in it");
  expect(() => make({}, { allowHosts: ["hooks.example.com"] })).toThrow("is not allowed");
  expect(() => make({}, { allowNetworks: ["10.0.0.1"] })).toThrow("is no network");
});
