import type { PipelineStatus } from "@weir/core";

/** How a service is, as its probes see it. */
export interface Health {
  /** `down`: a dependency is down or the pipeline has ended; `degraded`: it works, but something is wrong. */
  readonly health: "ok" | "degraded" | "down";
  readonly dependencies: readonly { readonly name: string; readonly health: string; readonly error: string | null }[];
  readonly tasks: readonly { readonly task: string; readonly phase: string; readonly reason: string | null }[];
}

/** What the status of a pipeline says to a probe. */
export function healthOf(status: PipelineStatus): Health {
  const dependencies = status.dependencies.map(({ name, health, lastError }) => ({ name, health, error: lastError }));
  const tasks = status.tasks.map(({ task, phase, reason }) => ({ task, phase, reason }));
  const ended = status.phase === "halted" || status.phase === "stopped";
  const down = ended || dependencies.some(({ health }) => health === "down");
  const shaky =
    status.phase !== "running" ||
    dependencies.some(({ health }) => health !== "ok") ||
    tasks.some(({ phase }) => phase === "waiting" || phase === "halted");
  return { health: down ? "down" : shaky ? "degraded" : "ok", dependencies, tasks };
}
