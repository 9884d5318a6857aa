import type { Alert } from "../alert.ts";
import type { Evaluate } from "../evaluate.ts";
import type { RuleObserver } from "../explain/rule-log.ts";
import { formatMessage } from "../message.ts";
import type { RulePlan, Severity } from "../plan.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { Value } from "../value.ts";
import { keyOf } from "../values/compare.ts";
import { toJson } from "../values/to-json.ts";
import { Cooldown } from "./cooldown.ts";
import type { Runtime } from "./runtime.ts";

/** A branch of a rule with its expressions compiled. */
export interface Branch {
  readonly index: number;
  readonly when: Evaluate | null;
  /** Opens an episode: a condition about the window, without EACH unless the end of the episode is to be told. */
  readonly episodic: boolean;
  /** Fires at every evaluation that is TRUE. */
  readonly each: boolean;
  readonly forMs: number | null;
  readonly resolve: boolean;
  readonly severity: Severity;
  readonly message: readonly (string | Evaluate)[] | null;
  readonly data: readonly { readonly name: string; readonly value: Evaluate }[];
  readonly into: string | null;
}

/** What an alert says, evaluated ahead of its firing. */
export interface Payload {
  readonly message: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly per: string | null;
}

export interface RuleCounts {
  alerts: number;
  resolved: number;
  suppressed: number;
  limited: number;
}

export interface MissedKeys {
  readonly count: number;
}

/** Makes the alerts of a rule: cooldown, message, data, id. Expressions are evaluated in the runtime's context. */
export class RuleOutput {
  readonly rule: string;
  /** Names what the rule keeps by what it is about, not by its name or its words. */
  readonly stateId: string;
  readonly counts: RuleCounts = { alerts: 0, resolved: 0, suppressed: 0, limited: 0 };
  /** Of the rule, once they are compiled. */
  branches: readonly Branch[] = [];
  /** Events without a key that its group counts for all of its rules at once. */
  readonly #missed: MissedKeys;
  /** Those counted before the engine was restored. */
  #missedBefore = 0;
  /** The events of an explained alert, set by the rule's runner. */
  explain: ((at: number) => Alert["events"]) | null = null;
  /** Is told what the rule does, where the engine explains itself. */
  observer: RuleObserver | null = null;
  readonly #runtime: Runtime;
  readonly #keyNames: readonly string[];
  readonly cooldown: Cooldown | null;
  readonly #per: Evaluate | null;

  constructor(
    runtime: Runtime,
    plan: RulePlan,
    stateId: string,
    missed: MissedKeys,
    cooldownMs: number | null,
    per: Evaluate | null,
  ) {
    this.#missed = missed;
    this.stateId = stateId;
    this.#runtime = runtime;
    this.rule = plan.name;
    this.#keyNames = plan.key.map((key) => key.name);
    this.cooldown = cooldownMs === null ? null : new Cooldown(cooldownMs);
    this.#per = per;
  }

  /** Events that passed its filter and had no key. */
  get missingKey(): number {
    return this.#missedBefore + this.#missed.count;
  }

  /** Evaluates what an alert of the branch would say now. */
  prepare(branch: Branch): Payload {
    return { message: this.#message(branch), data: this.#data(branch), per: this.#perKey() };
  }

  /** These fields of what an alert of the first branch would say now. */
  told(fields: ReadonlySet<string>): Readonly<Record<string, unknown>> {
    const data: Record<string, unknown> = {};
    for (const { name, value } of this.branches[0]?.data ?? []) {
      if (fields.has(name)) define(data, name, toJson(value(this.#runtime.context)));
    }
    return data;
  }

  /** Fires the branch for the key of the context; `null` where the cooldown holds the alert back. */
  fire(branch: Branch, at: number, payload?: Payload): Alert | null {
    const { key } = this.#runtime.context;
    const keyId = key.length === 0 ? "" : keyOf(key);
    if (this.cooldown !== null) {
      const cooldownKey = this.#per === null ? keyId : ((payload === undefined ? this.#perKey() : payload.per) ?? "");
      if (this.cooldown.suppresses(cooldownKey, at, branch.index)) {
        this.counts.suppressed++;
        this.observer?.suppressed(branch, at, this.cooldown.until(cooldownKey), payload !== undefined);
        return null;
      }
      this.cooldown.fired(cooldownKey, at, branch.index);
    }
    const said: Alert = {
      id: this.#runtime.ids.next(this.rule, "firing", keyId, this.#runtime.instant, at),
      rule: this.rule,
      severity: branch.severity,
      status: "firing",
      at,
      key: this.#keyObject(key),
      message: payload === undefined ? this.#message(branch) : payload.message,
      data: payload === undefined ? this.#data(branch) : payload.data,
    };
    const events = this.#runtime.explain ? this.explain?.(at) : undefined;
    const alert = events === undefined ? said : { ...said, events };
    this.counts.alerts++;
    this.observer?.fired(alert, branch, payload !== undefined);
    this.#runtime.emit(alert, branch.into);
    return alert;
  }

  /** Says that the episode which fired `alert` is over. */
  resolve(alert: Alert, at: number): void {
    const keyText = Object.keys(alert.key).length === 0 ? "" : JSON.stringify(alert.key);
    const { events: _, ...rest } = alert;
    const id = this.#runtime.ids.next(this.rule, "resolved", keyText, this.#runtime.instant, at);
    this.counts.resolved++;
    this.#runtime.emit({ ...rest, id, status: "resolved", at }, null);
  }

  save(out: ByteWriter): void {
    const { alerts, resolved, suppressed, limited } = this.counts;
    for (const n of [alerts, resolved, suppressed, this.missingKey, limited]) out.uint(n);
  }

  load(input: ByteReader): void {
    this.counts.alerts = input.uint();
    this.counts.resolved = input.uint();
    this.counts.suppressed = input.uint();
    this.#missedBefore = input.uint() - this.#missed.count;
    this.counts.limited = input.uint();
  }

  #message(branch: Branch): string | null {
    return branch.message === null ? null : formatMessage(branch.message, this.#runtime.context);
  }

  #data(branch: Branch): Record<string, unknown> {
    const data: Record<string, unknown> = {};
    for (const { name, value } of branch.data) define(data, name, toJson(value(this.#runtime.context)));
    return data;
  }

  #keyObject(key: readonly Value[]): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    for (let i = 0; i < this.#keyNames.length; i++) define(object, this.#keyNames[i]!, toJson(key[i] ?? null));
    return object;
  }

  #perKey(): string | null {
    return this.#per === null ? null : perText(this.#per(this.#runtime.context));
  }
}

/** PER takes any value, lists and NULL too. */
function perText(value: Value): string {
  return value === null ||
    (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) ||
    Array.isArray(value)
    ? `json:${JSON.stringify(toJson(value))}`
    : `key:${JSON.stringify(keyOf([value]))}`;
}

/** Assignment that makes an own property of any name, `__proto__` too. */
function define(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name === "__proto__") {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else object[name] = value;
}
