import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import type { AddressGuard } from "./address-guard.ts";

export interface PostOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** What a receiver answered; its body is not read. */
export interface PostAnswer {
  readonly status: number;
  /** The header `retry-after` in seconds, where there is one. */
  readonly retryAfter: number | null;
}

export interface Poster {
  /** Follows no redirect. Rejects where there is no answer in time, or none that may be asked for. */
  post(options: PostOptions): Promise<PostAnswer>;
  close(): void;
}

/** Posts to hosts that the guard lets through, over connections that are kept. */
export function createPoster(guard: AddressGuard, connections: number): Poster {
  const agentOptions = { keepAlive: true, maxSockets: connections, timeout: 60_000 };
  const agents = { "http:": new HttpAgent(agentOptions), "https:": new HttpsAgent(agentOptions) };
  return {
    async post({ url, headers, body, timeoutMs }) {
      const secure = url.protocol === "https:";
      const { address, family } = await guard.resolve(url.hostname);
      const request = (secure ? requestHttps : requestHttp)(url, {
        method: "POST",
        headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
        agent: secure ? agents["https:"] : agents["http:"],
        // Pinned: the name is not asked for again, so it cannot lead elsewhere the second time.
        lookup: (_host, options, done) => {
          if (options.all === true) done(null, [{ address, family }]);
          else done(null, address, family);
        },
        signal: AbortSignal.timeout(timeoutMs),
      });
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        request.once("response", resolve).once("error", reject);
        request.end(body);
      });
      const retryAfter = Number(answer.headers["retry-after"] ?? Number.NaN);
      discard(answer);
      return { status: answer.statusCode ?? 0, retryAfter: Number.isFinite(retryAfter) ? retryAfter : null };
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

const maxDiscardedBytes = 64 * 1024;

/** Reads the little there should be, so that the connection can be used again; a longer answer costs the connection. */
function discard(answer: IncomingMessage): void {
  let bytes = 0;
  answer.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxDiscardedBytes) answer.destroy();
  });
  answer.on("error", () => {});
}
