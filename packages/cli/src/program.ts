import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import type { check } from "./commands/check.ts";
import type { explain } from "./commands/explain.ts";
import type { fmt } from "./commands/fmt.ts";
import type { importEqlFile, importSigmaFiles } from "./commands/import.ts";
import type { playground } from "./commands/playground.ts";
import type { replay } from "./commands/replay.ts";
import type { reset } from "./commands/reset.ts";
import type { run } from "./commands/run.ts";
import type { printAlertSchema, printPostgresSchema, pullSchema } from "./commands/schema.ts";
import type { simulate } from "./commands/simulate.ts";
import type { test } from "./commands/test.ts";
import { type ExitCode, exitCode } from "./exit-code.ts";
import {
  anomalyList,
  collect,
  durationMs,
  positive,
  positiveInteger,
  timeMs,
  wholeNumber,
  workerCount,
} from "./option-values.ts";
import { anomalyKinds } from "./simulate/transaction.ts";
import type { Console } from "./terminal/console.ts";

export interface Program {
  readonly command: Command;
  /** Of the command that ran. */
  exitCode(): ExitCode;
}

const severities = ["INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

/** The commands of `weir`, their options and their help. What a command needs is loaded where it runs: most need little of it. */
export function createProgram(console: Console): Program {
  let code: ExitCode = exitCode.ok;
  const program = new Command("weir")
    .description("Detection rules over event streams.")
    .version(version())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out.write(text),
      writeErr: (text) => console.err.write(text),
      getOutHelpWidth: () => console.out.columns ?? 100,
      getErrHelpWidth: () => console.err.columns ?? 100,
      getOutHasColors: () => console.out.color,
      getErrHasColors: () => console.err.color,
    })
    .addHelpText("after", "\nExit codes: 0 ok, 1 tests or checks failed, 2 bad usage or bad rules, 3 bad input.");

  program
    .command("replay")
    .summary("run rules over recorded events")
    .description(
      "Run rules over recorded events. Files that end in .weir are rules, others events: NDJSON, CSV with a header line, or " +
        "Avro container files, gzip or not; - is standard input. The stream of an event is its string field `stream`, else " +
        "the name of its file up to the first dot (`stdin` of standard input).",
    )
    .argument("<files...>", "rules (*.weir) and events")
    .option("--json", "one alert per line on standard output, the counts as a last line on standard error")
    .option("--until <time>", "move the clock on to this time at the end: ISO-8601, or epoch milliseconds", timeMs)
    .option("--param <name=value>", "value of a PARAM of the rules (may be repeated)", collect)
    .option("--table <name=file>", "rows of a TABLE of the rules, in the formats of events (may be repeated)", collect)
    .option("--lateness <duration>", "how late events may come where no STREAM says so, such as 2s", durationMs)
    .option("--stream <name>", "stream of the events that name none, instead of the name of their file")
    .option("--explain", "show the events that made each alert fire, and what its condition came to")
    .option("--why <rule:key@time>", "say why a rule did not fire, for a key, up to a time (may be repeated)", collect)
    .option("--strict", "put nothing out and end with 3 if any record or file is bad")
    .option("--workers <n>", "share the keys among so many threads, at most 64; the output is the same", workerCount)
    .action(async (files: string[], options: Parameters<typeof replay>[1]) => {
      const { replay } = await import("./commands/replay.ts");
      code = await replay(files, options, console);
    });

  program
    .command("check")
    .summary("say what is wrong with rules")
    .description("Say what is wrong with rule files, taken together as `replay` takes them.")
    .argument("<rules...>", "rule files; - is standard input")
    .option("--json", "one diagnostic per line")
    .action(async (files: string[], options: Parameters<typeof check>[1]) => {
      const { check } = await import("./commands/check.ts");
      code = await check(files, options, console);
    });

  program
    .command("fmt")
    .summary("format rules")
    .description("Format rule files in place, and name those that changed; standard input (-) to standard output.")
    .argument("<rules...>", "rule files; - is standard input")
    .option("--check", "change nothing; name the files that are not formatted and end with 1 if there are any")
    .action(async (files: string[], options: Parameters<typeof fmt>[1]) => {
      const { fmt } = await import("./commands/fmt.ts");
      code = await fmt(files, options, console);
    });

  program
    .command("test")
    .summary("run the TEST blocks of rules")
    .description(
      "Run the TEST blocks of rule files (.weir) and of the ```weir blocks of Markdown files (.md), each file and each block " +
        "by itself. Folders are searched, patterns such as 'docs/**/*.md' expanded.",
    )
    .argument("<rules...>", "files, folders or patterns; - is rules on standard input")
    .option("--json", "one test per line on standard output, the counts as a last line on standard error")
    .option("--junit <file>", "also write the results as JUnit XML")
    .option("--with <rules>", "a rule file whose declarations the others may use (may be repeated)", collect)
    .action(async (files: string[], options: Parameters<typeof test>[1]) => {
      const { test } = await import("./commands/test.ts");
      code = await test(files, options, console);
    });

  program
    .command("explain")
    .summary("show what rules share and what state they keep")
    .description("Show as a tree how rules will run: keys, windows, what is shared, what state is kept per key.")
    .argument("<rules...>", "rule files; - is standard input")
    .option("--json", "print the Plan instead")
    .option("--code", "print the code that is generated for the plan")
    .action(async (files: string[], options: Parameters<typeof explain>[1]) => {
      const { explain } = await import("./commands/explain.ts");
      code = await explain(files, options, console);
    });

  const imports = program
    .command("import")
    .summary("turn Sigma rules or an EQL query into rules")
    .description(
      "Turn rules of another language into rules on standard output. What has no equivalent is named, with its line, on " +
        "standard error and in comments; then the command ends with 2.",
    );

  imports
    .command("sigma")
    .description(
      "Turn the Sigma rules of YAML files, detections and correlations, into rules. Correlations may refer to the rules of other files.",
    )
    .argument("<files...>", "YAML documents; - is standard input")
    .option("--stream <name>", "one stream for all events, instead of one per log source")
    .option("--message-field <field>", "the field in which keywords are looked for")
    .action(async (files: string[], options: Parameters<typeof importSigmaFiles>[1]) => {
      const { importSigmaFiles } = await import("./commands/import.ts");
      code = await importSigmaFiles(files, options, console);
    });

  imports
    .command("eql")
    .description("Turn an EQL query into a rule; also that of a detection rule in TOML, with its name and severity.")
    .argument("<file>", "one query, or a detection rule in TOML; - is standard input")
    .option("--stream <name>", "one stream for all events, instead of one per event category")
    .option("--category-field <field>", "the field of the category in that stream (default: event.category)")
    .option("--list-field <field>", "a field that may hold a list, besides those of ECS (may be repeated)", collect)
    .option("--name <name>", "name of the rule, instead of the file's")
    .addOption(new Option("--severity <severity>", "severity of its alerts (default: MEDIUM)").choices(severities))
    .action(async (file: string, options: Parameters<typeof importEqlFile>[1]) => {
      const { importEqlFile } = await import("./commands/import.ts");
      code = await importEqlFile(file, options, console);
    });

  program
    .command("lsp")
    .summary("serve editors over standard input and output")
    .description(
      "Serve editors in the Language Server Protocol, over standard input and output. The rule files of a folder are read " +
        "together: what one declares the others know.",
    )
    .option("--stdio", "as without it: some clients say so")
    .option("--clientProcessId <id>", "end when this process is gone")
    .action(async () => {
      const { lsp } = await import("./commands/lsp.ts");
      await lsp(version());
    });

  program
    .command("simulate")
    .summary("write realistic payments with labelled anomalies")
    .description(
      "Write realistic payments, with anomalies injected. These have a field `label`, and are listed in a labels file " +
        "beside the output (`x.ndjson` has `x.labels.ndjson`). The same options give the same payments.",
    )
    .option("--seed <number>", "start of the random numbers", wholeNumber, 1)
    .option("--events <count>", "how many payments", positiveInteger, 100_000)
    .option("--users <count>", "how many people pay", positiveInteger, 5000)
    .option("--rate <number>", "payments per second", positive, 1)
    .option("--anomalies <kinds>", `of ${anomalyKinds.join(",")}; or none`, anomalyList, anomalyKinds)
    .option("--start <time>", "time of the first: ISO-8601, or epoch milliseconds", timeMs, Date.UTC(2026, 0, 1))
    .option("--out <file>", "where to write; - is standard output, at the given rate", "events.ndjson")
    .option("--labels <file>", "where to write what was injected")
    .option("--kafka <brokers>", "write to a topic instead: brokers as host:port, with commas")
    .option("--topic <name>", "the topic, which is made where it is missing", "transactions")
    .option("--partitions <count>", "of a topic that is made", positiveInteger, 12)
    .action(async (options: Parameters<typeof simulate>[0]) => {
      const { simulate } = await import("./commands/simulate.ts");
      code = await simulate(options, console);
    });

  program
    .command("playground")
    .summary("open rules and events in the browser")
    .description(
      "Serve the playground on this machine alone, with a file of rules (*.weir) and one of events opened in it.",
    )
    .argument("[files...]", "rules (*.weir) and events: NDJSON, CSV or Avro, gzip or not")
    .option("--port <number>", "where to serve; 0 is any free port", wholeNumber, 4747)
    .action(async (files: string[], options: Parameters<typeof playground>[1]) => {
      const { playground } = await import("./commands/playground.ts");
      code = await playground(files, options, console);
    });

  program
    .command("run")
    .summary("run rules over Kafka topics, as a service")
    .description(
      "Run rules over Kafka topics until told to stop: a YAML file, or a module that exports `config`, says where events come " +
        "from and alerts go to. SIGHUP, or a change of a rule file, replaces the rules and keeps the state of what they have in common.",
    )
    .argument("<config>", "weir.yaml, or a module such as weir.config.ts")
    .option("--check", "look at configuration and rules, and connect to nothing")
    .action(async (path: string, options: Parameters<typeof run>[1]) => {
      const { run } = await import("./commands/run.ts");
      code = await run(path, options, console);
    });

  program
    .command("reset")
    .summary("let a task of a pipeline that is not running begin with empty state")
    .argument("<config>", "the configuration of the pipeline")
    .argument("<task>", "as the pipeline names it, such as fraud:transactions:8")
    .option("--from <offset>", "the offset to go on with, instead of the committed one", wholeNumber)
    .action(async (path: string, task: string, options: Parameters<typeof reset>[2]) => {
      const { reset } = await import("./commands/reset.ts");
      code = await reset(path, task, options, console);
    });

  const schema = program
    .command("schema")
    .summary("declare streams from a schema registry; print the schema and the tables of alerts");
  schema
    .command("pull")
    .summary("print the STREAM of a registered Avro schema")
    .requiredOption("--registry <url>", "of the schema registry")
    .requiredOption("--subject <name>", "such as payments-value")
    .option("--stream <name>", "name of the stream, instead of that of the subject")
    .action(async (options: Parameters<typeof pullSchema>[0]) => {
      const { pullSchema } = await import("./commands/schema.ts");
      code = await pullSchema(options, console);
    });
  schema
    .command("alerts")
    .summary("print the schema of alerts, for a schema registry")
    .addOption(new Option("--format <format>", "of alerts on their topic").choices(["avro", "json"]).default("avro"))
    .action(async (options: Parameters<typeof printAlertSchema>[0]) => {
      const { printAlertSchema } = await import("./commands/schema.ts");
      code = printAlertSchema(options, console);
    });
  schema
    .command("postgres")
    .summary("print the SQL that makes the tables of alerts")
    .option("--schema <name>", "the schema they are in", "weir")
    .action(async (options: Parameters<typeof printPostgresSchema>[0]) => {
      const { printPostgresSchema } = await import("./commands/schema.ts");
      code = printPostgresSchema(options, console);
    });

  return { command: program, exitCode: () => code };
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const known = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return known && typeof manifest.version === "string" ? manifest.version : "unknown";
}
