import { RegistryError } from "./registry-error.ts";

export interface RegistryOptions {
  /** Where the registry's API begins: `http://host:8081`. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** How long a request may take. Default 5 s. */
  readonly timeoutMs?: number;
}

export type SchemaType = "AVRO" | "JSON" | "PROTOBUF";

/** A schema as the registry has it. */
export interface RegisteredSchema {
  readonly type: SchemaType;
  readonly schema: string;
  /** Schemas that define names which this one uses, those they use themselves before them. */
  readonly references: readonly string[];
}

/** A registry with the API of Confluent's. Throws `RegistryError` alone. */
export interface SchemaRegistry {
  /** The schema of an id; asked for once, then known for as long as the process runs. Throws with code 40403 where there is none. */
  schemaOf(id: number): Promise<RegisteredSchema>;
  /** The same where it is known already. */
  knownSchema(id: number): RegisteredSchema | undefined;
  /** The newest version of a subject; `null` where there is no such subject. */
  latest(subject: string): Promise<(RegisteredSchema & { readonly id: number; readonly version: number }) | null>;
  /** Whether a schema may follow the newest version, by the rules of the subject; what speaks against it. */
  compatibility(subject: string, schema: string, type?: SchemaType): Promise<readonly string[]>;
  /** The id under which a subject has this very schema; `null` where it has not. */
  lookup(subject: string, schema: string, type?: SchemaType): Promise<number | null>;
  /** Adds a version, where this one is not there yet; answers its id. */
  register(subject: string, schema: string, type?: SchemaType): Promise<number>;
}

export function createSchemaRegistry(options: RegistryOptions): SchemaRegistry {
  return new HttpSchemaRegistry(options);
}

interface SchemaAnswer {
  readonly schema: string;
  readonly schemaType?: SchemaType;
  readonly references?: readonly { readonly subject: string; readonly version: number }[];
  readonly id?: number;
  readonly version?: number;
}

/** How deep references may go. */
const maxReferenceDepth = 8;
const maxAnswerBytes = 4 * 1024 * 1024;

class HttpSchemaRegistry implements SchemaRegistry {
  readonly #url: string;
  readonly #timeoutMs: number;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #known = new Map<number, RegisteredSchema>();
  readonly #asked = new Map<number, Promise<RegisteredSchema>>();

  constructor({ url, username, password, timeoutMs = 5000 }: RegistryOptions) {
    this.#url = url.replace(/\/+$/, "");
    this.#timeoutMs = timeoutMs;
    const user = username === undefined ? null : Buffer.from(`${username}:${password ?? ""}`).toString("base64");
    this.#headers = {
      accept: "application/vnd.schemaregistry.v1+json, application/json",
      ...(user === null ? {} : { authorization: `Basic ${user}` }),
    };
  }

  knownSchema(id: number): RegisteredSchema | undefined {
    return this.#known.get(id);
  }

  schemaOf(id: number): Promise<RegisteredSchema> {
    const known = this.#known.get(id);
    if (known !== undefined) return Promise.resolve(known);
    let asked = this.#asked.get(id);
    if (asked === undefined) {
      asked = this.#fetchSchema(id).finally(() => this.#asked.delete(id));
      this.#asked.set(id, asked);
    }
    return asked;
  }

  async latest(
    subject: string,
  ): Promise<(RegisteredSchema & { readonly id: number; readonly version: number }) | null> {
    try {
      const answer = await this.#ask<SchemaAnswer>("GET", `/subjects/${encodeURIComponent(subject)}/versions/latest`);
      return { ...(await this.#resolve(answer)), id: answer.id ?? 0, version: answer.version ?? 0 };
    } catch (error) {
      if (error instanceof RegistryError && isNotFound(error)) return null;
      throw error;
    }
  }

  async compatibility(subject: string, schema: string, type: SchemaType = "AVRO"): Promise<readonly string[]> {
    if ((await this.latest(subject)) === null) return [];
    const answer = await this.#ask<{ readonly is_compatible: boolean; readonly messages?: readonly string[] | null }>(
      "POST",
      `/compatibility/subjects/${encodeURIComponent(subject)}/versions/latest?verbose=true`,
      { schema, schemaType: type },
    );
    if (answer.is_compatible) return [];
    const messages = answer.messages ?? [];
    return messages.length > 0 ? messages : ["the registry does not say what"];
  }

  async lookup(subject: string, schema: string, type: SchemaType = "AVRO"): Promise<number | null> {
    const path = `/subjects/${encodeURIComponent(subject)}`;
    try {
      return (await this.#ask<{ readonly id: number }>("POST", path, { schema, schemaType: type })).id;
    } catch (error) {
      if (error instanceof RegistryError && isNotFound(error)) return null;
      throw error;
    }
  }

  async register(subject: string, schema: string, type: SchemaType = "AVRO"): Promise<number> {
    const path = `/subjects/${encodeURIComponent(subject)}/versions`;
    return (await this.#ask<{ readonly id: number }>("POST", path, { schema, schemaType: type })).id;
  }

  async #fetchSchema(id: number): Promise<RegisteredSchema> {
    const answer = await this.#ask<SchemaAnswer>("GET", `/schemas/ids/${id}`);
    const schema = await this.#resolve(answer);
    this.#known.set(id, schema);
    return schema;
  }

  async #resolve(answer: SchemaAnswer, depth = 0): Promise<RegisteredSchema> {
    if (depth > maxReferenceDepth) {
      throw new RegistryError("a schema's references are nested too deep", { retriable: false });
    }
    const references: string[] = [];
    for (const { subject, version } of answer.references ?? []) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const found = await this.#resolve(await this.#ask<SchemaAnswer>("GET", path), depth + 1);
      references.push(...found.references, found.schema);
    }
    return { type: answer.schemaType ?? "AVRO", schema: answer.schema, references };
  }

  async #ask<T>(method: string, path: string, body?: object): Promise<T> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(`${this.#url}${path}`, {
        method,
        headers: body === undefined ? this.#headers : { ...this.#headers, "content-type": contentType },
        signal: AbortSignal.timeout(this.#timeoutMs),
        redirect: "error",
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await answer.text();
    } catch (error) {
      const problem = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new RegistryError(`cannot reach the schema registry: ${problem}`, {
        retriable: true,
        cause: error,
        hint: "look at `registry.url`, and whether the registry runs",
      });
    }
    if (text.length > maxAnswerBytes) {
      throw new RegistryError("the schema registry's answer is too long", { retriable: false });
    }
    if (!answer.ok) throw refused(method, path, answer.status, text);
    try {
      return JSON.parse(text) as T;
    } catch (error) {
      throw new RegistryError("the schema registry's answer is no JSON", { retriable: true, cause: error });
    }
  }
}

const contentType = "application/vnd.schemaregistry.v1+json";

function refused(method: string, path: string, status: number, text: string): RegistryError {
  const { error_code: code, message } = parseFailure(text);
  const said = message ?? text.slice(0, 200);
  return new RegistryError(`the schema registry refused ${method} ${path} with ${status}: ${said}`, {
    retriable: status >= 500 || status === 429,
    ...(code === undefined ? {} : { code }),
    ...(status === 401 || status === 403 ? { hint: "look at `registry.username` and `registry.password`" } : {}),
  });
}

function parseFailure(text: string): { readonly error_code?: number; readonly message?: string } {
  try {
    const failure: unknown = JSON.parse(text);
    return typeof failure === "object" && failure !== null ? failure : {};
  } catch {
    return {};
  }
}

/** Whether the registry answered that it does not have what was asked for. */
export function isNotFound({ code }: RegistryError): boolean {
  return code !== null && code >= 40_400 && code < 40_500;
}
