import { healthOf, startHttpServer } from "@weir/connectors/http";
import { createPipelineMetrics } from "@weir/connectors/metrics";
import type { PipelineStatus } from "@weir/core";
import { expect, test } from "vitest";

const counts = { consumed: 0, processed: 0, late: 0, deadLetters: 0, skipped: 0, alerts: 0 };

function status(health: "ok" | "degraded" | "down", phase: PipelineStatus["phase"] = "running"): PipelineStatus {
  const dependency = {
    name: "redis",
    health,
    breaker: health === "down" ? "open" : "closed",
    lastError: null,
  } as const;
  const task = { task: "t:0", phase: "running", reason: null, version: 1, queued: 2, queuedBytes: 9 } as const;
  return { phase, dependencies: [dependency], counts, tasks: [{ ...task, lag: 3, keys: 4, heldKeys: 1, clock: 5000 }] };
}

test("a dependency that is down makes the service not ready, one that is shaky does not", () => {
  expect(healthOf(status("ok")).health).toBe("ok");
  expect(healthOf(status("degraded")).health).toBe("degraded");
  expect(healthOf(status("down")).health).toBe("down");
  expect(healthOf(status("ok", "paused")).health).toBe("degraded");
  expect(healthOf(status("ok", "halted")).health).toBe("down");
});

test("the probes and the metrics are answered, everything else is refused", async () => {
  let health: "ok" | "down" = "ok";
  const metrics = createPipelineMetrics();
  metrics.watch(() => status(health));
  const some = { ...counts, consumed: 5, processed: 3, late: 1, deadLetters: 1 };
  const written = { version: 1, upserts: 2, deletes: 0, stateBytes: 100, ms: 4 };
  metrics.observer({ kind: "committed", task: "t:0", counts: some, lag: 7, ...written });
  const alert = { rule: "burst", severity: "HIGH", status: "firing" };
  metrics.observer({ kind: "alert", task: "t:0", ...alert, appendedAt: Date.now() - 20, headers: {} });
  metrics.observer({ kind: "breaker", dependency: "redis", state: "open" });
  metrics.observer({ kind: "delivered", sink: "postgres", alerts: 5, refused: 1, ms: 1, headers: [] });
  // All of a batch may be refused.
  metrics.observer({ kind: "delivered", sink: "webhook", alerts: 0, refused: 3, ms: 1, headers: [] });
  const server = await startHttpServer({
    port: 0,
    health: () => healthOf(status(health)),
    metrics: () => metrics.text(),
    metricsType: metrics.contentType,
  });
  const get = (path: string, method = "GET") => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  try {
    expect((await get("/live")).status).toBe(200);
    expect((await get("/ready")).status).toBe(200);
    health = "down";
    expect((await get("/live")).status).toBe(200);
    expect((await get("/ready")).status).toBe(503);
    expect(await (await get("/health")).json()).toMatchObject({
      health: "down",
      dependencies: [{ name: "redis", health: "down" }],
      tasks: [{ task: "t:0", phase: "running" }],
    });
    const text = await (await get("/metrics")).text();
    expect(text).toContain('weir_events_total{outcome="processed"} 3');
    expect(text).toContain('weir_alerts_total{rule="burst",severity="HIGH",status="firing"} 1');
    expect(text).toContain('weir_sink_alerts_total{sink="webhook",outcome="delivered"} 0');
    expect(text).toContain('weir_sink_alerts_total{sink="webhook",outcome="refused"} 3');
    expect(text).toContain('weir_lag_records{task="t:0"} 7');
    expect(text).toContain('weir_state_keys{task="t:0"} 4');
    expect(text).toContain('weir_breaker_state{dependency="redis"} 2');
    expect(text).toContain('weir_sink_alerts_total{sink="postgres",outcome="refused"} 1');
    expect((await get("/metrics", "POST")).status).toBe(405);
    expect((await get("/etc/passwd")).status).toBe(404);
  } finally {
    await server.close();
  }
});

test("a port that is taken is an error", async () => {
  const options = {
    port: 0,
    health: () => healthOf(status("ok")),
    metrics: () => Promise.resolve(""),
    metricsType: "",
  };
  const first = await startHttpServer(options);
  await expect(startHttpServer({ ...options, port: first.port })).rejects.toThrow("EADDRINUSE");
  await first.close();
});
