import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Health } from "./health.ts";

export interface HttpOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Default 127.0.0.1: probes and metrics are nobody else's business. */
  readonly host?: string;
  readonly health: () => Health;
  readonly metrics: () => Promise<string>;
  readonly metricsType: string;
}

export interface HttpServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Answers `GET /live` (the process runs), `/ready` (events are processed: 503 where a dependency is down), `/health` (each dependency,
 * as JSON) and `/metrics` (Prometheus).
 */
export async function startHttpServer(options: HttpOptions): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      if (!response.headersSent) send(response, 500, "text/plain", error instanceof Error ? error.message : "failed");
    });
  });
  server.maxConnections = 100;
  server.requestTimeout = 10_000;
  server.headersTimeout = 5000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, options.host ?? "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : options.port,
    close: () => close(server),
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0];
  if (request.method !== "GET" && request.method !== "HEAD") {
    send(response, 405, "text/plain", "only GET is answered here\n");
    return;
  }
  switch (path) {
    case "/live":
      send(response, 200, "text/plain", "live\n");
      return;
    case "/ready": {
      const { health } = options.health();
      send(response, health === "down" ? 503 : 200, "text/plain", `${health}\n`);
      return;
    }
    case "/health": {
      const health = options.health();
      send(response, health.health === "down" ? 503 : 200, "application/json", `${JSON.stringify(health)}\n`);
      return;
    }
    case "/metrics":
      send(response, 200, options.metricsType, await options.metrics());
      return;
    default:
      send(response, 404, "text/plain", "there are /live, /ready, /health and /metrics\n");
  }
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    "content-type": type,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
