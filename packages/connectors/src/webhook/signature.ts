import { createHmac, timingSafeEqual } from "node:crypto";

/** What a receiver needs to tell a message of ours from a forged or repeated one. */
export interface SignedHeaders {
  readonly "webhook-id": string;
  readonly "webhook-timestamp": string;
  readonly "webhook-signature": string;
}

/**
 * Signs a message with every secret given, so that a secret can be replaced without a gap.
 *
 * A secret is `whsec_` and base64, or any text. `seconds`: now, in epoch seconds.
 *
 * Source  Standard Webhooks, specification 1.0.
 */
export function sign(id: string, seconds: number, body: string, secrets: readonly string[]): SignedHeaders {
  const timestamp = String(Math.floor(seconds));
  const signatures = secrets.map((secret) => `v1,${digest(id, timestamp, body, secret).toString("base64")}`);
  return { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/** Whether a message was signed with `secret` no longer than `toleranceSeconds` (default 5 min) before or after `seconds`. */
export function verify(
  headers: Readonly<Record<string, string | undefined>>,
  body: string,
  secret: string,
  seconds: number,
  toleranceSeconds = 300,
): boolean {
  const id = headers["webhook-id"];
  const timestamp = headers["webhook-timestamp"];
  const signatures = headers["webhook-signature"];
  if (id === undefined || timestamp === undefined || signatures === undefined) return false;
  if (!(Math.abs(Number(timestamp) - seconds) <= toleranceSeconds)) return false;
  const expected = digest(id, timestamp, body, secret);
  return signatures.split(" ").some((signature) => {
    const given = signature.startsWith("v1,") ? Buffer.from(signature.slice(3), "base64") : Buffer.alloc(0);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

const prefix = "whsec_";

function digest(id: string, timestamp: string, body: string, secret: string): Buffer {
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), "base64") : Buffer.from(secret);
  return createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest();
}
