import { compile, format } from "@weir/dsl";
import {
  alertAvroSchema,
  alertSchema,
  createSchemaRegistry,
  type DeclaredField,
  declaredFields,
  RegistryError,
} from "@weir/connectors/avro";
import { migrationScript } from "@weir/connectors/postgres";
import { CommandError, type ExitCode, exitCode } from "../exit-code.ts";
import type { Console } from "../terminal/console.ts";

export interface SchemaPullOptions {
  readonly registry: string;
  readonly subject: string;
  readonly stream?: string;
}

/** Prints the declaration of the stream whose events have a registered schema. */
export async function pullSchema(options: SchemaPullOptions, console: Console): Promise<ExitCode> {
  const { registry: url, subject } = options;
  const { username, password, href } = splitUrl(url);
  const registry = createSchemaRegistry({ url: href, ...(username === "" ? {} : { username, password }) });
  try {
    const found = await registry.latest(subject);
    if (found === null) throw new CommandError(exitCode.input, `the registry has no subject \`${subject}\``);
    if (found.type !== "AVRO") {
      throw new CommandError(exitCode.input, `\`${subject}\` is of type ${found.type}, and only AVRO can be declared`);
    }
    const name = options.stream ?? subject.replace(/-value$/, "");
    const declaration = streamDeclaration(name, declaredFields(found));
    console.out.write(`-- ${subject}, version ${found.version}\n${declaration}`);
    return exitCode.ok;
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    throw new CommandError(exitCode.input, error.message, error.hint);
  }
}

/** Prints the SQL that makes the tables of the PostgreSQL sink. */
export function printPostgresSchema({ schema }: { readonly schema: string }, console: Console): ExitCode {
  console.out.write(migrationScript(schema));
  return exitCode.ok;
}

/** Prints the schema of alerts, for those who register schemas themselves. */
export function printAlertSchema({ format }: { readonly format: "avro" | "json" }, console: Console): ExitCode {
  const schema = JSON.parse(format === "avro" ? alertAvroSchema : alertSchema) as object;
  console.out.write(`${JSON.stringify(schema, null, 2)}\n`);
  return exitCode.ok;
}

const defaultTimeFields = ["ts", "timestamp", "@timestamp", "time"];

/** A STREAM with these fields. Its event time is the field that is known as such, or else the only one that is a TIME. */
export function streamDeclaration(stream: string, fields: readonly DeclaredField[]): string {
  const times = fields.filter(({ type }) => type === "TIME");
  const usual = fields.some(({ name }) => defaultTimeFields.includes(name));
  const [only] = times;
  const time = !usual && times.length === 1 && only !== undefined ? ` TIME ${nameText(only.name)}` : "";
  const text = `STREAM ${nameText(stream)} { ${fields.map(fieldText).join(", ")} }${time}\n`;
  return format(text).text;
}

function fieldText({ name, type, optional, fields }: DeclaredField): string {
  const hasShape = fields !== undefined && fields.length > 0;
  return `${nameText(name)}${optional ? "?" : ""}: ${hasShape ? `{ ${fields.map(fieldText).join(", ")} }` : type}`;
}

/** A name as the language writes it: in back-ticks where it would not be read as one. */
function nameText(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && compile(`STREAM ${name} { ${name}: ANY }`).ok;
  return plain ? name : `\`${name.replaceAll("`", "'")}\``;
}

/** Credentials are not part of what may end up in a message. */
function splitUrl(text: string): { readonly href: string; readonly username: string; readonly password: string } {
  if (!URL.canParse(text)) throw new CommandError(exitCode.usage, `\`${text}\` is no URL`);
  const url = new URL(text);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  return { href: url.href, username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
