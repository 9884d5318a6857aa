import { pino, type Logger } from "pino";
import type { LogLevel } from "./config/run-config.ts";

export type { Logger };

/** Lines of JSON on standard output, with the name of the pipeline in each. */
export function createLogger(name: string, level: LogLevel): Logger {
  return pino({
    name,
    level,
    timestamp: pino.stdTimeFunctions.isoTime,
    // Settings that could turn up within an error.
    redact: { paths: ["*.password", "*.secret", "*.url", "*.connectionString"], censor: "[hidden]" },
  });
}
