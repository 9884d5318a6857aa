import { setTimeout as wait } from "node:timers/promises";
import { type Refused, type Sink, type SinkAlert, type SinkBatch, SinkError } from "@weir/core";
import { createAddressGuard, ForbiddenAddressError } from "./address-guard.ts";
import { createPoster, type Poster } from "./post.ts";
import { RateLimit } from "./rate-limit.ts";
import { sign } from "./signature.ts";
import { isFor, type RoutedAlert, type WebhookTarget } from "./target.ts";
import type { WebhookSpan, WebhookTrace } from "./webhook-trace.ts";

export interface WebhookSinkOptions {
  /** Default `webhook`. */
  readonly name?: string;
  readonly targets: readonly WebhookTarget[];
  /** Hosts that may be posted to; not given: those of the targets. */
  readonly allowHosts?: readonly string[];
  /** Private networks that may be posted to, such as `10.1.0.0/16`. Default: none. */
  readonly allowNetworks?: readonly string[];
  /** Whether `http:` will do. Default false. */
  readonly allowHttp?: boolean;
  /** Messages that are under way at a time. Default 8. */
  readonly concurrency?: number;
  /** How long a receiver may take. Default 5 s. */
  readonly timeoutMs?: number;
  /** How often a message is tried before it is a dead letter. Default 8. */
  readonly maxAttempts?: number;
  /** Tells a trace of each attempt: `traceWebhooks` of `@weir/connectors/tracing`. */
  readonly trace?: WebhookTrace;
}

/**
 * Posts alerts as JSON, signed as Standard Webhooks says, each at least once: a receiver tells a repetition by the header `webhook-id`.
 *
 * Errors  an answer of 4xx makes a dead letter at once; no answer, 408, 425, 429 and 5xx do after `maxAttempts`. Throws `SinkError`
 *         for settings that are wrong.
 */
export function createWebhookSink(options: WebhookSinkOptions): Sink {
  for (const target of options.targets) checkTarget(target, options);
  return new WebhookSink(options);
}

interface Delivery {
  readonly index: number;
  readonly alert: SinkAlert;
  readonly target: Receiver;
}

interface Receiver {
  readonly settings: WebhookTarget;
  readonly url: URL;
  readonly secrets: readonly string[];
  readonly limit: RateLimit | null;
  /** Before this time the receiver asked not to be called. */
  notBefore: number;
}

/** What became of a message; a failure may be tried again. */
type Outcome =
  | { readonly kind: "delivered" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

class WebhookSink implements Sink {
  readonly name: string;
  readonly batchSize: number;
  readonly #options: WebhookSinkOptions;
  readonly #receivers: readonly Receiver[];
  readonly #poster: Poster;
  /** Of the batch that is being tried again: what is settled, and how often the rest was tried. By target and alert. */
  readonly #settled = new Map<string, Outcome>();
  readonly #attempts = new Map<string, number>();

  constructor(options: WebhookSinkOptions) {
    this.name = options.name ?? "webhook";
    this.#options = options;
    const now = performance.now();
    this.#receivers = options.targets.map((settings) => ({
      settings,
      url: new URL(settings.url),
      secrets: typeof settings.secret === "string" ? [settings.secret] : settings.secret,
      limit: settings.ratePerSecond === undefined ? null : new RateLimit(settings.ratePerSecond, now),
      notBefore: 0,
    }));
    this.#poster = createPoster(createAddressGuard(options.allowNetworks), options.concurrency ?? 8);
    // A batch has to be through in some seconds, at the slowest target's pace too.
    const slowest = Math.min(...options.targets.map(({ ratePerSecond }) => ratePerSecond ?? Infinity));
    this.batchSize = Math.max(1, Math.min(20, Math.floor(slowest * 3)));
  }

  async write({ alerts }: SinkBatch): Promise<readonly Refused[]> {
    const refused = new Map<number, Refused>();
    const deliveries: Delivery[] = [];
    for (const [index, alert] of alerts.entries()) {
      const routed = parse(alert.json);
      if (routed === null) {
        refused.set(index, { index, code: "not-an-alert", message: "the text is no alert in JSON" });
        continue;
      }
      for (const target of this.#receivers) {
        if (isFor(target.settings, routed)) deliveries.push({ index, alert, target });
      }
    }
    let failed = 0;
    let reason = "";
    await inTurns(deliveries, this.#options.concurrency ?? 8, async (delivery) => {
      const outcome = await this.#deliver(delivery);
      if (outcome.kind === "refused") refused.set(delivery.index, { index: delivery.index, ...outcome });
      else if (outcome.kind === "failed") {
        failed++;
        reason = outcome.message;
      }
    });
    if (failed > 0) {
      throw new SinkError(`${failed} of ${deliveries.length} messages were not delivered: ${reason}`, {
        retriable: true,
      });
    }
    this.#settled.clear();
    this.#attempts.clear();
    return [...refused.values()].map(({ index, code, message }) => ({ index, code, message }));
  }

  async close(): Promise<void> {
    this.#poster.close();
    return Promise.resolve();
  }

  async #deliver({ alert, target }: Delivery): Promise<Outcome> {
    const key = `${target.url.href} ${alert.id}`;
    const settled = this.#settled.get(key);
    if (settled !== undefined) return settled;
    let outcome = await this.#post(alert, target);
    if (outcome.kind === "failed") {
      const attempts = (this.#attempts.get(key) ?? 0) + 1;
      this.#attempts.set(key, attempts);
      if (attempts < (this.#options.maxAttempts ?? 8)) return outcome;
      const message = `${attempts} attempts failed, the last: ${outcome.message}`;
      outcome = { kind: "refused", code: "undeliverable", message };
    }
    this.#settled.set(key, outcome);
    return outcome;
  }

  async #post(alert: SinkAlert, target: Receiver): Promise<Outcome> {
    const now = performance.now();
    const host = target.url.host;
    if (now < target.notBefore) return { kind: "failed", message: `\`${host}\` asked to be left alone for a while` };
    const waitMs = target.limit?.take(now) ?? 0;
    if (waitMs > 0) await wait(waitMs);
    const span = this.#options.trace?.({ url: target.url, alert });
    try {
      const { status, retryAfter } = await this.#poster.post({
        url: target.url,
        headers: headersOf(alert, target, span),
        body: alert.json,
        timeoutMs: this.#options.timeoutMs ?? 5000,
      });
      span?.end({ status });
      if (retryAfter !== null && status >= 400) {
        target.notBefore = performance.now() + Math.min(60, Math.max(0, retryAfter)) * 1000;
      }
      if (status >= 200 && status < 300) return { kind: "delivered" };
      const message = `\`${host}\` answered with ${status}`;
      if (status >= 500 || status === 408 || status === 425 || status === 429) return { kind: "failed", message };
      // A redirect too: following it would lead around the allow-list.
      return { kind: "refused", code: `http-${status}`, message };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      span?.end({ error: message });
      if (error instanceof ForbiddenAddressError) return { kind: "refused", code: "forbidden-address", message };
      return { kind: "failed", message: `\`${host}\` gave no answer: ${message}` };
    }
  }
}

function headersOf(
  alert: SinkAlert,
  { settings, secrets }: Receiver,
  span: WebhookSpan | undefined,
): Record<string, string> {
  const carried: Record<string, string> = {};
  for (const name of ["correlation-id", "traceparent", "tracestate"]) {
    const value = alert.headers[name];
    // It came from a message and goes into a header: nothing but printable characters.
    if (value !== undefined) carried[name] = printable(Buffer.from(value).toString());
  }
  return {
    ...carried,
    ...span?.headers,
    ...settings.headers,
    "content-type": "application/json",
    "user-agent": "weir",
    ...sign(alert.id, Date.now() / 1000, alert.json, secrets),
  };
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "").slice(0, 512);
}

function checkTarget({ url, secret }: WebhookTarget, { allowHosts, allowHttp = false }: WebhookSinkOptions): void {
  const fail = (problem: string, hint: string): never => {
    throw new SinkError(`the webhook target \`${url.replace(/\/\/[^@/]*@/, "//")}\` ${problem}`, {
      retriable: false,
      hint,
    });
  };
  if (!URL.canParse(url)) return fail("is no URL", "give it as https://host/path");
  const { protocol, hostname, username } = new URL(url);
  const secure = protocol === "https:" || (allowHttp && protocol === "http:");
  if (!secure) fail("is not https", "use https, or set `allowHttp`");
  if (username !== "") fail("has a user name in it", "give credentials in `headers`");
  const allowed = allowHosts?.includes(hostname) ?? true;
  if (!allowed) fail("is not allowed", "add its host to `allowHosts`");
  const secrets = typeof secret === "string" ? [secret] : secret;
  if (secrets.length === 0 || secrets.some((each) => each.length < 24)) {
    fail(
      "has a secret that is too short",
      "give at least 24 characters, such as `whsec_` and 32 random bytes in base64",
    );
  }
}

function parse(json: string): RoutedAlert | null {
  try {
    const alert: unknown = JSON.parse(json);
    if (typeof alert !== "object" || alert === null) return null;
    const { rule, severity, status } = alert as RoutedAlert;
    return [rule, severity, status].every((text) => typeof text === "string") ? { rule, severity, status } : null;
  } catch {
    return null;
  }
}

/** Runs `work` for each item, so many at a time. */
async function inTurns<T>(items: readonly T[], concurrency: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const run = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, run));
}
