import { dirname, resolve } from "node:path";
import type { PipelineObserver, Plan } from "@weir/core";
import { compileFiles } from "@weir/dsl";
import { healthOf, startHttpServer } from "@weir/connectors/http";
import { createPipelineMetrics } from "@weir/connectors/metrics";
import { createPipelineSpans } from "@weir/connectors/tracing";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { compileRules } from "../rules/compile-rules.ts";
import { readRuleFiles } from "../rules/read-rules.ts";
import { loadConfig } from "../run/config/load-config.ts";
import { startCopying } from "../run/copying.ts";
import { logEvents } from "../run/event-log.ts";
import { explained } from "../run/explained.ts";
import { createLogger, type Logger } from "../run/logger.ts";
import { openResources } from "../run/resources.ts";
import { watchRules } from "../run/rule-watch.ts";
import { Service } from "../run/service.ts";
import type { Console } from "../terminal/console.ts";

export interface RunOptions {
  /** Look at configuration and rules, and connect to nothing. */
  readonly check?: boolean;
}

/** Runs rules as a service until it is told to stop. */
export async function run(path: string, options: RunOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(path, process.env);
  const ruleFiles = config.rules.map((file) => resolve(dirname(path), file));
  const plan = await compileRules(ruleFiles, console);
  if (options.check === true) {
    console.out.write(`${path}: ok\n`);
    return exitCode.ok;
  }

  const logger = createLogger(config.name, config.log?.level ?? "info");
  const audit = logger.child({ audit: true });
  const metrics = createPipelineMetrics({ labels: { pipeline: config.name } });
  const tracing = { pipeline: config.name, system: config.source === undefined ? "kafka" : "postgresql" };
  const observers = [metrics.observer, logEvents(logger), createPipelineSpans(tracing)];
  const observer: PipelineObserver = (event) => {
    for (const observe of observers) {
      try {
        observe(event);
      } catch (error) {
        logger.error({ err: error, event: event.kind }, "an observer failed");
      }
    }
  };
  const resources = await explained(() => openResources(config, path, logger));
  const closers: (() => Promise<unknown>)[] = [() => resources.close()];
  try {
    const service = await explained(() => Service.start({ config, path, plan, resources, observer, logger }));
    closers.push(() => service.stop());
    metrics.watch(() => service.status());
    audit.info({ rules: namesOf(plan), files: config.rules }, "rules started");

    if (config.http !== undefined) {
      const { port, host } = config.http;
      const server = await startHttpServer({
        port,
        ...(host === undefined ? {} : { host }),
        health: () => healthOf(service.status()),
        metrics: () => metrics.text(),
        metricsType: metrics.contentType,
      });
      closers.push(() => server.close());
      logger.info({ port: server.port }, "answers probes");
    }
    const { log } = resources;
    const failures = log === null ? [] : await startCopying(log, config, logger, closers);
    let current = plan;
    const watch = watchRules(ruleFiles, (why) => {
      reload(service, ruleFiles, current, why, audit).then(
        (next) => (current = next),
        () => {},
      );
    });
    closers.push(() => Promise.resolve(watch.close()));
    await explained(() => untilToldToStop([service.ended, ...failures], logger));
    return exitCode.ok;
  } finally {
    for (const close of closers.reverse()) {
      await close().catch((error: unknown) => logger.error({ err: error }, "closing failed"));
    }
    logger.info("stopped");
    // Calls that were given up may have left a timer; it is not waited for.
    setTimeout(() => process.exit(), exitWaitMs).unref();
  }
}

const exitWaitMs = 1000;

/** Replaces the rules by what the files say now; answers which rules run then. */
async function reload(
  service: Service,
  files: readonly string[],
  current: Plan,
  why: string,
  audit: Logger,
): Promise<Plan> {
  try {
    const compiled = compileFiles(await readRuleFiles(files));
    if (!compiled.ok) {
      const errors = compiled.diagnostics
        .filter(({ diagnostic }) => diagnostic.level === "error")
        .map(({ file, diagnostic }) => `${file}:${diagnostic.line}:${diagnostic.column}: ${diagnostic.message}`);
      audit.error({ why, errors }, "the rules have errors: the old ones go on");
      return current;
    }
    if (JSON.stringify(compiled.plan) === JSON.stringify(current)) {
      audit.info({ why }, "the rules are the same");
      return current;
    }
    await service.replace(compiled.plan);
    const [before, after] = [namesOf(current), namesOf(compiled.plan)];
    audit.info(
      {
        why,
        added: after.filter((name) => !before.includes(name)),
        removed: before.filter((name) => !after.includes(name)),
      },
      "rules replaced",
    );
    return compiled.plan;
  } catch (error) {
    audit.error({ why, err: error }, "the rules were not replaced");
    return current;
  }
}

async function untilToldToStop(ends: readonly Promise<void>[], logger: Logger): Promise<void> {
  const told = new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        logger.info({ signal }, "stopping");
        done();
      });
    }
  });
  await Promise.race([told, ...ends]);
}

function namesOf({ rules }: Plan): readonly string[] {
  return rules.map(({ name }) => name);
}
