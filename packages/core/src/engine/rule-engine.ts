import type { Alert } from "../alert.ts";
import type { Explainer } from "../explain/explainer.ts";
import type { NearMiss, Why, WhyNot } from "../explain/why.ts";
import { PLAN_VERSION, type Plan } from "../plan.ts";
import { type EventData, plainRow, type Row } from "../row.ts";
import type { PartialMatches } from "../sequence/partial-match.ts";
import type { ByteReader, ByteWriter } from "../snapshot/bytes.ts";
import type { EngineChanges, EngineStateEntry } from "../snapshot/state-entry.ts";
import type { AlertPlace, PlaceTracker } from "../shard/alert-place.ts";
import { ruleOwners } from "../shard/rule-owners.ts";
import { AlertIds } from "./alert-ids.ts";
import { bindParams, type Binding, EngineOptionError } from "./binding.ts";
import { CallOutput } from "./call-output.ts";
import { Clock } from "./clock.ts";
import { EngineContext } from "./engine-context.ts";
import { checkSameDeclarations, explainerOf, generatesCode, hostFunctions, latenessOf } from "./engine-settings.ts";
import { EngineState, type EntryLoader, type LeadingEntries } from "./engine-state.ts";
import { hash128 } from "./hash.ts";
import { Ingest } from "./ingest.ts";
import { codeOf, type Program } from "./program.ts";
import { ProgramBuilder } from "./program-builder.ts";
import { changeProgram } from "./program-change.ts";
import { programStats } from "./program-stats.ts";
import type { RuleRunner } from "./rule-runner.ts";
import { EngineResidence, type Residence } from "./residence.ts";
import { type LiveValue, LiveValues } from "./live-values.ts";
import type { Runtime } from "./runtime.ts";
import { Route } from "./route.ts";
import { Tables } from "./tables.ts";
import { Timers } from "./timers.ts";
import type { Engine, EngineOptions, EngineProgress, EngineStats } from "./types.ts";

/** What an engine needs to know to be a shard. */
export interface ShardRole {
  readonly index: number;
  readonly count: number;
  readonly places: PlaceTracker;
  /** Takes the alerts of the shard. */
  readonly place: (alert: Alert, at: AlertPlace) => void;
}

/** Stream names come from data: routes of more streams than this are found anew each time. */
const maxRoutes = 1000;
const defaultPartialMatches = 100;
const remake = "make an engine of the new rules from a snapshot of this one, with `otherRules`";

export class RuleEngine implements Engine {
  #plan: Plan;
  readonly #binding: Binding;
  readonly #ingest: Ingest;
  readonly #tables: Tables;
  readonly #clock: Clock;
  readonly #timers = new Timers();
  readonly #ids: AlertIds;
  readonly #programs: ProgramBuilder;
  #program: Program;
  readonly #runtime: Runtime;
  #state: EngineState;
  #residence: EngineResidence;
  #live: LiveValues;
  readonly #explainer: Explainer | null;
  readonly #routes = new Map<string, Route>();
  #lastStream: string | null = null;
  #lastRoute: Route | null = null;
  readonly #output: CallOutput;
  readonly #derived: Row[] = [];
  /** Of a shard: where its alerts stand, and what takes them. */
  readonly #places: PlaceTracker | null;
  readonly #place: ShardRole["place"] | null;
  readonly #ruleIndex: ReadonlyMap<string, number>;
  /** The number of the event at hand; `null`: the clock runs. */
  #origin: number | null = null;
  #seq = 0;
  #events = 0;
  #late = 0;
  #bad = 0;
  #alerts = 0;
  #busy = false;

  constructor(plan: Plan, options: EngineOptions, shard: ShardRole | null = null) {
    const version: number = plan.version;
    if (version !== PLAN_VERSION) {
      throw new EngineOptionError(`the plan has version ${version}, this engine runs version ${PLAN_VERSION}`);
    }
    this.#plan = plan;
    this.#output = new CallOutput(options);
    this.#binding = bindParams(plan, options.params ?? {});
    const generate = generatesCode(options);
    this.#ingest = new Ingest(plan, this.#binding, options.now, generate);
    this.#tables = new Tables(plan, (owner) => this.#ingest.mismatchHint(owner));
    this.#clock = new Clock(latenessOf(plan, this.#binding, options.lateness), options.partitions ?? 1);
    this.#ids = new AlertIds(options.scope ?? "");
    const context = new EngineContext();
    this.#explainer = explainerOf(plan, options.explain, context);
    this.#runtime = {
      context,
      timers: this.#timers,
      clock: this.#clock,
      ids: this.#ids,
      explain: this.#explainer?.showsEvents ?? false,
      explainer: this.#explainer,
      live: new Set(options.live ?? []),
      instant: -Infinity,
      emit: (alert, into) => this.#emit(alert, into),
    };
    const functions = hostFunctions(options);
    this.#programs = new ProgramBuilder({
      streams: plan.streams,
      binding: this.#binding,
      host: { row: (table, key) => this.#tables.find(table, key), call: (name) => functions.get(name) ?? null },
      runtime: this.#runtime,
      generate,
      share: shard === null ? null : { ...shard, owners: ruleOwners(plan, shard.count) },
    });
    this.#program = this.#programs.build(plan, null).program;
    this.#places = shard?.places ?? null;
    this.#place = shard?.place ?? null;
    this.#ruleIndex = new Map(shard === null ? [] : plan.rules.map(({ name }, index) => [name, index]));
    this.#live = this.#liveValues(plan, this.#program);
    this.#state = this.#newState();
    this.#residence = this.#newResidence();
    for (const [name, rows] of Object.entries(options.tables ?? {})) this.#tables.replace(name, rows);
  }

  /** Where everything due has happened. */
  get now(): number {
    return this.#clock.now;
  }

  /** How many events were offered, pushed or passed. */
  get offered(): number {
    return this.#seq;
  }

  get code(): readonly string[] {
    return [...this.#ingest.code, ...codeOf(this.#program)];
  }

  push(stream: string, event: EventData, partition = 0): readonly Alert[] {
    this.#begin();
    try {
      this.#offer(stream, event, partition);
    } finally {
      this.#busy = false;
    }
    return this.#output.deliver();
  }

  /** Moves the clock for an event that concerns no rule of a shard; `false`, and nothing is done, of one that has to be pushed. */
  pass(stream: string, event: EventData, partition: number): boolean {
    const clock = this.#clock;
    this.#begin();
    try {
      if (!clock.admit(this.#ingest.readPlain(stream, event, clock.now), partition)) return false;
      this.#events++;
      this.#seq++;
      this.#advance(clock.target());
    } finally {
      this.#busy = false;
    }
    this.#output.deliver();
    return true;
  }

  advanceTo(time: number): readonly Alert[] {
    if (!Number.isFinite(time)) throw new TypeError(`advanceTo takes epoch milliseconds, not ${time}`);
    return this.#collect(() => {
      const whole = Math.floor(time);
      this.#clock.raiseFloor(whole);
      this.#advance(whole);
    });
  }

  finish(): readonly Alert[] {
    return this.#collect(() => {
      const end = this.#clock.maxTime;
      if (end === -Infinity) return;
      this.#clock.raiseFloor(end);
      this.#advance(end);
    });
  }

  setIdle(partition: number): readonly Alert[] {
    return this.#collect(() => {
      this.#clock.setIdle(partition);
      this.#advance(this.#clock.target());
    });
  }

  setTable(table: string, rows: Iterable<EventData>): void {
    this.#tables.replace(table, rows);
    this.#residence.reconsider();
  }

  upsertRows(table: string, rows: Iterable<EventData>): void {
    this.#tables.upsert(table, rows);
    this.#residence.reconsider();
  }

  deleteRow(table: string, key: unknown): void {
    this.#tables.delete(table, key);
    this.#residence.reconsider();
  }

  updateRules(plan: Plan): void {
    this.#refuseWhileBusy("rules cannot be changed");
    if (this.#places !== null) throw new EngineOptionError("the rules of shards cannot be changed while they run");
    if (this.#explainer !== null) {
      throw new EngineOptionError("an engine that explains itself keeps its rules", remake);
    }
    if (this.#residence.partial) throw new EngineOptionError("keys have left memory: rules cannot be changed", remake);
    checkSameDeclarations(this.#plan, plan);
    const built = this.#programs.build(plan, this.#program);
    let live: LiveValues;
    try {
      live = this.#liveValues(plan, built.program);
    } catch (error) {
      this.#programs.discard(built);
      throw error;
    }
    // From here on nothing is refused any more.
    changeProgram(this.#program, built, this.#timers);
    this.#plan = plan;
    this.#program = built.program;
    this.#live = live;
    this.#routes.clear();
    this.#lastStream = null;
    this.#state = this.#newState();
    this.#residence = this.#newResidence();
  }

  stats(): EngineStats {
    for (const group of this.#program.groups) group.sweepAll();
    return {
      events: this.#events,
      late: this.#late,
      bad: this.#bad,
      typeMismatch: this.#ingest.typeMismatch,
      alerts: this.#alerts,
      clock: this.#clock.now === -Infinity ? null : this.#clock.now,
      hints: this.#ingest.hints,
      ...programStats(this.#program),
    };
  }

  why(alertId: string): Why | null {
    return this.#explained().why(alertId);
  }

  whyNot(rule: string, key: Readonly<Record<string, unknown>> = {}, time: number = Infinity): WhyNot {
    const { now } = this.#clock;
    return this.#explained().whyNot(rule, key, Math.min(time, now), now);
  }

  nearMisses(rule: string, limit?: number): readonly NearMiss[] {
    return this.#explained().nearMisses(rule, limit, this.#clock.now);
  }

  partialMatches(rule: string, limit: number = defaultPartialMatches): PartialMatches {
    this.#refuseWhileBusy("partial matches cannot be looked at");
    const runner = this.#runnerOf(rule);
    return runner.partialMatches?.(this.#plan.rules[runner.position.index]!, limit) ?? { count: 0, matches: [] };
  }

  partialMatchCount(rule: string): number {
    return this.#runnerOf(rule).partialMatchCount?.() ?? 0;
  }

  progress(): EngineProgress {
    return {
      events: this.#events,
      late: this.#late,
      bad: this.#bad,
      alerts: this.#alerts,
      suppressed: this.#program.runners.reduce((sum, runner) => sum + runner.output.counts.suppressed, 0),
      clock: this.#clock.now === -Infinity ? null : this.#clock.now,
    };
  }

  alerts(options: { readonly limit?: number } = {}): AsyncIterableIterator<Alert> {
    return this.#output.queue(options.limit);
  }

  close(): void {
    this.#output.close();
  }

  snapshot(): Uint8Array {
    this.#refuseWhileBusy("a snapshot cannot be taken");
    for (const group of this.#program.groups) group.sweepAll();
    return this.#state.snapshot();
  }

  changes(options: { readonly full?: boolean } = {}): EngineChanges {
    this.#refuseWhileBusy("a snapshot cannot be taken");
    return this.#state.changes(options.full ?? false);
  }

  liveChanges(): readonly LiveValue[] {
    return [...this.#live.changed()];
  }

  /** Begins to fill a new engine with what `changes` gave. */
  beginLoad(leading: LeadingEntries, otherRules: boolean): EntryLoader {
    const loader = this.#state.beginLoad(leading, otherRules);
    this.#residence.beginLoad();
    return {
      load: (entries) => loader.load(entries),
      end: () => {
        loader.end();
        this.#residence.endLoad();
      },
    };
  }

  /** Fills a new engine from what `snapshot` or `changes` gave. */
  load(stored: Uint8Array | Iterable<EngineStateEntry>, otherRules: boolean): void {
    if (stored instanceof Uint8Array) this.#state.loadSnapshot(stored, otherRules);
    else this.#state.loadEntries(stored, otherRules);
  }

  get residence(): Residence {
    return this.#residence;
  }

  #liveValues(plan: Plan, program: Program): LiveValues {
    return new LiveValues(plan, program, this.#binding, this.#runtime, this.#runtime.live);
  }

  #newState(): EngineState {
    let planHash: string | null = null;
    const hash = (): string => this.#planHash();
    return new EngineState(this.#program, {
      get planHash() {
        planHash ??= hash();
        return planHash;
      },
      save: (out) => this.#save(out),
      load: (input) => this.#load(input),
    });
  }

  #newResidence(): EngineResidence {
    return new EngineResidence({
      groups: this.#program.groups,
      derived: this.#program.derived,
      context: this.#runtime.context,
      ingest: this.#ingest,
      clock: this.#clock,
      state: this.#state,
      groupsOf: (stream) => this.#route(stream).groups,
    });
  }

  #refuseWhileBusy(what: string): void {
    if (this.#busy) throw new Error(`${what} while an event is being processed`);
  }

  #runnerOf(rule: string): RuleRunner {
    const runner = this.#program.runners.find(({ output }) => output.rule === rule);
    if (runner === undefined) throw new RangeError(`there is no rule \`${rule}\``);
    return runner;
  }

  #save(out: ByteWriter): void {
    for (const count of [this.#seq, this.#events, this.#late, this.#bad, this.#alerts]) out.uint(count);
    this.#ingest.save(out);
    out.float(this.#runtime.instant);
    this.#clock.save(out);
    this.#ids.save(out);
  }

  #load(input: ByteReader): void {
    this.#seq = input.uint();
    this.#events = input.uint();
    this.#late = input.uint();
    this.#bad = input.uint();
    this.#alerts = input.uint();
    this.#ingest.load(input);
    this.#runtime.instant = input.float();
    this.#clock.load(input);
    this.#ids.load(input);
  }

  #planHash(): string {
    const overrides = [...this.#binding.params].map(([name, value]) => [name, value]);
    // What explains itself keeps more, with its events and without.
    const explains = this.#explainer === null ? false : this.#runtime.explain ? true : "without events";
    return hash128(JSON.stringify([this.#plan, overrides, explains, this.#clock.latenessMs, ...this.#runtime.live]));
  }

  #explained(): Explainer {
    if (this.#explainer === null) throw new TypeError("the engine was made without `explain`");
    return this.#explainer;
  }

  #offer(stream: string, event: EventData, partition: number): void {
    const clock = this.#clock;
    const time = this.#explainer === null ? this.#ingest.readPlain(stream, event, clock.now) : Number.NaN;
    if (!clock.admit(time, partition)) {
      this.#offerWithCare(stream, event, partition);
      return;
    }
    this.#events++;
    const seq = this.#seq++;
    const { source } = this.#ingest;
    const target = clock.target();
    if (this.#isNext(time, target)) this.#process(plainRow(source, time, seq, event));
    else clock.waitPlain(source, time, seq, event);
    this.#advance(target);
  }

  /** Of an event that has to be converted, is bad or late, or that is told to the explainer. */
  #offerWithCare(stream: string, event: EventData, partition: number): void {
    this.#events++;
    const seq = this.#seq++;
    const clock = this.#clock;
    const row = this.#ingest.read(stream, event, seq, clock.now);
    this.#explainer?.streams.offered(stream);
    if (typeof row === "string") {
      this.#bad++;
      this.#explainer?.streams.bad(stream, row);
      this.#output.setAside({ kind: "bad", stream, event, reason: row });
      return;
    }
    if (!clock.admit(row.time, partition)) {
      this.#late++;
      if (this.#explainer !== null) for (const { log } of this.#route(row.stream).groups) log?.late(row);
      const behindMs = clock.lateBelow(partition) - row.time;
      const reason = `event time ${new Date(row.time).toISOString()} is ${behindMs} ms below the watermark`;
      this.#output.setAside({ kind: "late", stream, event, reason, behindMs });
      return;
    }
    const target = clock.target();
    if (this.#isNext(row.time, target)) this.#process(row);
    else clock.wait(row);
    this.#advance(target);
  }

  /** Whether an event may be processed at once: nothing waits before it. Then all that is due before it has happened. */
  #isNext(time: number, target: number): boolean {
    // What waits for its own time came earlier and goes first.
    if (time > target || this.#clock.nextTime <= time) return false;
    this.#runDue(time);
    return true;
  }

  #collect(run: () => void): readonly Alert[] {
    this.#begin();
    try {
      run();
      for (const group of this.#program.groups) group.tidy();
    } finally {
      this.#busy = false;
    }
    return this.#output.deliver();
  }

  #begin(): void {
    if (this.#busy) {
      throw new Error(
        "the engine is processing an event: its methods must not be called from functions that rules use",
      );
    }
    this.#busy = true;
    this.#output.begin();
  }

  /** Processes what waits, and what is due, up to `target`. */
  #advance(target: number): void {
    const clock = this.#clock;
    while (clock.nextTime <= target) {
      this.#runDue(clock.nextTime);
      this.#process(clock.takeNext());
    }
    this.#runDue(target);
  }

  /** Everything due at or before `time` happens. */
  #runDue(time: number): void {
    while (this.#timers.first <= time) {
      this.#runtime.instant = this.#timers.first;
      this.#clock.moveTo(this.#runtime.instant);
      this.#origin = null;
      this.#places?.due(this.#runtime.instant);
      this.#timers.runFirst();
      this.#processDerived();
    }
    this.#clock.moveTo(time);
  }

  #process(row: Row): void {
    this.#runtime.instant = row.time;
    this.#origin = row.seq;
    this.#places?.row(row.time, row.seq);
    this.#processOne(row);
    if (this.#derived.length > 0) this.#processDerived();
  }

  /** Derived events in the order of the alerts that made them, and so on with theirs. */
  #processDerived(): void {
    if (this.#places !== null) this.#places.isDerived = true;
    for (let i = 0; i < this.#derived.length; i++) this.#processOne(this.#derived[i]!);
    if (this.#places !== null) this.#places.isDerived = false;
    this.#derived.length = 0;
  }

  #processOne(row: Row): void {
    const { stream } = row;
    if (stream !== this.#lastStream) {
      this.#lastRoute = this.#route(stream);
      this.#lastStream = stream;
    }
    this.#lastRoute!.process(row);
  }

  #route(stream: string): Route {
    const known = this.#routes.get(stream);
    if (known !== undefined) return known;
    const isDerived = this.#program.derived.has(stream);
    const groups = this.#program.groups.filter(
      ({ spec }) => spec.owns !== "none" && (spec.from === null ? !isDerived : spec.from.includes(stream)),
    );
    // Explanations count what a filter refuses: every group has to see the event.
    const route = new Route(groups, this.#explainer === null);
    if (this.#routes.size < maxRoutes) this.#routes.set(stream, route);
    return route;
  }

  #placeOf(rule: string): AlertPlace {
    return this.#places!.place(this.#ruleIndex.get(rule)!, this.#timers.running, this.#runtime.context.key);
  }

  #emit(alert: Alert, into: string | null): void {
    this.#alerts++;
    this.#output.add(alert, this.#origin);
    if (this.#place !== null) this.#place(alert, this.#placeOf(alert.rule));
    if (into !== null) {
      const event = { ...alert.key, ...alert.data, ts: alert.at };
      this.#derived.push(this.#ingest.derive(into, event, alert.at, this.#seq));
    }
  }
}
