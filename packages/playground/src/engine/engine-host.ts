import type { EngineStats, FieldPlan, NearMiss, Plan } from "@weir/core";
import { compile, type Diagnostic } from "@weir/dsl";
import { asRecorded, EventStore } from "../data/event-store.ts";
import { loadEvents } from "../data/load-events.ts";
import type { AlertDetail, Breakpoint, DatasetFacts, EngineCalls, RunFacts, RunOutcome } from "../protocol/calls.ts";
import { keyText, severities } from "./alert-store.ts";
import { BreakpointProbe } from "./breakpoint-probe.ts";
import { breakpointPlan } from "./breakpoint-rules.ts";
import { type Bins, type BinRequest, binsOf } from "./bins.ts";
import { AlertExplainer } from "./explain-alert.ts";
import { type AlertColumns, type AlertDiff, columnsOf, diffAlerts } from "./diff-alerts.ts";
import { Explainer, type WhyNotAnswer } from "./explainer.ts";
import { type RuleGraph, ruleGraph } from "./rule-graph.ts";
import { EventTimes } from "./event-times.ts";
import { arrivalStreams, type HostedPlan, hostedPlan, type Hosting } from "./hosting.ts";
import { findCounterexamples, type Finding } from "./fuzz.ts";
import { MissFinder } from "./miss-finder.ts";
import { type Noise, noiseOf } from "./noise.ts";
import { type Page, type PageRequest, alertOrder, alertRows, eventOrder, eventRows } from "./pages.ts";
import { Player, type SetBreakpoint } from "./player.ts";
import { lookBackMs, planOfRule } from "./rule-closure.ts";
import { Run } from "./run.ts";
import { type Shrunk, shrink } from "./shrink.ts";
import { Sweep, type SweepPoint } from "./sweep.ts";
import type { Reporter } from "./reporter.ts";

type Input<Op extends keyof EngineCalls> = EngineCalls[Op]["input"];

/** What an engine worker knows and does: a recording, a run of rules over it, and a playhead in that run. */
export class EngineHost {
  readonly #reporter: Reporter;
  #times = new EventTimes();
  #store = new EventStore();
  #run: Run | null = null;
  #stats: EngineStats | null = null;
  #explainer: Explainer | null = null;
  #alertExplainer: AlertExplainer | null = null;
  #job = 0;
  #asked = 0;
  /** What the run was made of. */
  #ran: { readonly text: string; readonly hosting: Hosting } | null = null;
  /** The streams of the run that take their time from arrival. */
  #arrival: readonly string[] = [];
  #order: { readonly id: string; readonly rows: Uint32Array | null } | null = null;
  readonly player: Player;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
    this.player = new Player(reporter);
  }

  async load(source: Input<"load">): Promise<DatasetFacts> {
    this.#job++;
    this.#run = null;
    this.#explainer = null;
    this.#alertExplainer = null;
    this.player.reset();
    const { store, error, cut } = await this.#reporter.patiently(() =>
      loadEvents(source, {
        limit: source.limit,
        onProgress: (bytes) => this.#reporter.report({ kind: "loading", bytes }),
        pause: this.#reporter.pauses(),
      }),
    );
    this.#store = store;
    this.#times = new EventTimes();
    this.#order = null;
    const facts: DatasetFacts = {
      name: source.name,
      bytes: source.blob.size,
      events: store.length,
      bad: store.bad,
      badLines: store.badLines,
      streams: store.streams,
      fields: store.fieldNames().map((name) => ({ name, samples: store.samples(name, 20) })),
      sampled: sampledEvents(store),
      error,
      cut,
    };
    return facts;
  }

  async run({ text, hosting }: Input<"run">): Promise<RunOutcome> {
    const job = ++this.#job;
    const begun = performance.now();
    const compiled = this.#compile(text);
    if (!compiled.ok) return { kind: "bad-rules", diagnostics: compiled.diagnostics };
    const plan = this.#hosted(compiled.plan, hosting);
    this.player.reset();
    this.#stats = null;
    this.#explainer = null;
    this.#order = null;
    const run = this.#reporter.atomic(
      () => new Run(this.#store, plan, this.#times, (work) => this.#reporter.atomic(work)),
    );
    this.#run = run;
    this.#alertExplainer = new AlertExplainer(this.#store, compiled.plan, run.alerts, this.#reporter);
    for (;;) {
      const isDone = run.advance(this.#reporter.timer());
      this.#reporter.reportIfDue(() => ({ kind: "running", facts: this.#facts(run) }));
      if (isDone) break;
      await this.#reporter.rest();
      if (job !== this.#job) return { kind: "cancelled" };
    }
    const stats = this.#reporter.atomic(() => run.stats());
    this.#stats = stats;
    this.#explainer = new Explainer(this.#store, plan, this.#reporter);
    this.#ran = { text, hosting };
    this.player.use(this.#store, run, (index) => this.#times.times[index]!);
    const { diagnostics } = compiled;
    return {
      kind: "done",
      facts: this.#facts(run),
      stats,
      asides: run.asides,
      diagnostics,
      ms: performance.now() - begun,
    };
  }

  /** Sets the breakpoints of the run there is; what is wrong with each. */
  breakpoints(wanted: Input<"breakpoints">): EngineCalls["breakpoints"]["output"] {
    const problems: (string | null)[] = [];
    const set: SetBreakpoint[] = [];
    for (const breakpoint of wanted) {
      const made = this.#probe(breakpoint);
      problems.push(typeof made === "string" ? made : null);
      if (typeof made !== "string") set.push({ ...breakpoint, probe: made });
    }
    this.player.setBreakpoints(set);
    return problems;
  }

  /** The engine for the condition of a breakpoint, if it has one; or what is wrong with it. */
  #probe({ rule, when }: Breakpoint): BreakpointProbe | string | null {
    const run = this.#run;
    const ran = this.#ran;
    if (run === null || ran === null) return null;
    if (!run.plan.rules.some(({ name }) => name === rule)) return `there is no rule ${rule}`;
    if (when === null) return null;
    const made = this.#reporter.atomic(() => breakpointPlan(ran.text, rule, when));
    if ("problem" in made) return made.problem;
    const plan = hostedPlan(made.plan, ran.hosting);
    return new BreakpointProbe(plan, made.rule, this.#store, (index) => this.#times.times[index]!);
  }

  cancel(): null {
    this.#job++;
    return null;
  }

  take({ count }: Input<"take">): EngineCalls["take"]["output"] {
    const store = this.#store;
    const length = Math.min(count, store.length);
    return Array.from({ length }, (_, i) => ({ stream: store.stream(i), event: asRecorded(store.event(i)) }));
  }

  bins(request: BinRequest): Bins | null {
    const run = this.#run;
    if (run === null || !(request.to > request.from) || !(request.width > 0)) return null;
    const { alerts, openRuns, plan } = run;
    const windowsMs = plan.rules.map((rule) => lookBackMs(rule, plan));
    return binsOf(this.#store, this.#times, { alerts, openRuns, windowsMs }, request);
  }

  /** The partial matches at the playhead; where there is none, at the end. */
  partial(): EngineCalls["partial"]["output"] {
    const run = this.#run;
    if (run === null || !run.isDone) return null;
    const engine = this.player.engine ?? run.engine;
    const names = run.plan.rules.filter(({ sequence }) => sequence !== null).map(({ name }) => name);
    const rules = names.map((rule) => ({ rule, ...engine.partialMatches(rule, shownPartials) }));
    return { at: engine.progress().clock, rules };
  }

  page({ table, from, count, sort, filter }: PageRequest): Page {
    const run = this.#run;
    const timeOf = (index: number): number => this.#times.times[index] ?? Number.NaN;
    if (table === "alerts") {
      if (run === null) return { table, from, total: 0, rows: [] };
      const rows = this.#ordered(`alerts ${run.alerts.kept} ${JSON.stringify(sort)} ${filter}`, () =>
        alertOrder(run.alerts, filter, sort),
      );
      return { table, from, total: rows?.length ?? run.alerts.kept, rows: alertRows(run.alerts, rows, from, count) };
    }
    const rows = this.#ordered(`events ${this.#times.known} ${JSON.stringify(sort)} ${filter}`, () =>
      eventOrder(this.#store, timeOf, filter, sort),
    );
    const total = rows?.length ?? this.#store.length;
    return { table, from, total, rows: eventRows(this.#store, timeOf, rows, from, count) };
  }

  async alert({ index, isBrief }: Input<"alert">): Promise<AlertDetail | null> {
    const run = this.#run;
    if (run === null || index >= run.alerts.kept) return null;
    const alert = run.alerts.alert(index);
    const position = run.alerts.position(index);
    const rule = run.alerts.rule(index);
    const brief = { alert, rule, position, why: null, events: null };
    if (alert.status !== "firing" || isBrief) return brief;
    const asked = ++this.#asked;
    const isWanted = (): boolean => asked === this.#asked && run === this.#run;
    const explanation = (await this.#alertExplainer?.explain(alert, position, isWanted)) ?? null;
    return explanation === null ? null : { ...brief, ...explanation };
  }

  find({ rule, key, at }: Input<"find">): number | null {
    const alerts = this.#run?.alerts;
    if (alerts === undefined) return null;
    const text = keyText(key);
    for (let i = 0; i < alerts.kept; i++) {
      if (alerts.at(i) !== at || alerts.ruleName(i) !== rule || alerts.isResolved(i)) continue;
      if (keyText(alerts.alert(i).key) === text) return i;
    }
    return null;
  }

  event({ index }: Input<"event">): EngineCalls["event"]["output"] {
    const store = this.#store;
    if (index >= store.length) return null;
    const time = this.#times.times[index] ?? Number.NaN;
    return { event: store.event(index), line: store.line(index), stream: store.stream(index), time };
  }

  graph({ position }: Input<"graph">): RuleGraph | null {
    const run = this.#run;
    if (run === null) return null;
    const end = position ?? run.position;
    const events = new Map(this.#store.streams.map((stream): [string, number] => [stream, 0]));
    const ofStream = new Float64Array(this.#store.streams.length);
    for (let i = 0; i < end; i++) ofStream[this.#store.streamId(i)]!++;
    for (const [i, stream] of this.#store.streams.entries()) events.set(stream, ofStream[i]!);
    const alerts = new Map<string, number>();
    const shown = position === null ? run.alerts.kept : run.alerts.firstAfter(position);
    for (let i = 0; i < shown; i++) {
      if (run.alerts.isResolved(i)) continue;
      const rule = run.alerts.ruleName(i);
      alerts.set(rule, (alerts.get(rule) ?? 0) + 1);
    }
    return ruleGraph(run.plan, events, alerts);
  }

  async whyNot({ rule, key, time }: Input<"whyNot">): Promise<WhyNotAnswer | null> {
    return (await this.#explainer?.whyNot(rule, key, time)) ?? null;
  }

  async nearMisses({ rule }: Input<"nearMisses">): Promise<readonly NearMiss[] | null> {
    return (await this.#explainer?.nearMisses(rule, shownNearMisses)) ?? null;
  }

  async allNearMisses(): Promise<readonly (readonly NearMiss[])[] | null> {
    const run = this.#run;
    if (run === null || !run.isDone) return null;
    const finder = new MissFinder(this.#store, run.plan, this.#reporter);
    return finder.find(shownNearMisses, () => run === this.#run);
  }

  columns(): AlertColumns {
    const run = this.#run;
    if (run === null) throw new Error("there is no run to compare");
    return columnsOf(
      run.alerts,
      run.plan.rules.map(({ name }) => name),
    );
  }

  diff({ before }: Input<"diff">): AlertDiff {
    const windows = new Map(this.#run?.plan.rules.map((rule) => [rule.name, lookBackMs(rule, this.#run!.plan)]));
    return diffAlerts(before, this.columns(), (rule) => windows.get(rule) ?? 0);
  }

  noise({ label }: Input<"noise">): Noise | null {
    const run = this.#run;
    const range = this.#times.range();
    if (run === null || range === null) return null;
    const rules = run.plan.rules.map((rule) => ({
      name: rule.name,
      keyNames: rule.key.map(({ name }) => name),
      windowMs: lookBackMs(rule, run.plan),
      suppressed: this.#stats?.rules.find((stats) => stats.rule === rule.name)?.suppressed ?? 0,
    }));
    return noiseOf(this.#store, (index) => this.#times.times[index]!, range, run.alerts, rules, label);
  }

  async sweep({ texts, rule, hosting }: Input<"sweep">): Promise<readonly SweepPoint[] | null> {
    const job = ++this.#job;
    const plans = texts.map((text) => planOfRule(this.#planOf(text, hosting), rule));
    const sweep = this.#reporter.atomic(() => new Sweep(this.#store, plans, rule));
    while (!sweep.advance(this.#reporter.timer())) {
      this.#reporter.reportIfDue(() => ({ kind: "working", done: sweep.position, of: this.#store.length }));
      await this.#reporter.rest();
      if (job !== this.#job) return null;
    }
    return sweep.points();
  }

  async shrink({ text, alert, hosting }: Input<"shrink">): Promise<Shrunk> {
    const plan = this.#planOf(text, hosting);
    if (this.#run === null) this.#readTimes(plan);
    const timeOf = (index: number): number => this.#times.times[index]!;
    return shrink(this.#store, timeOf, plan, alert, this.#positionOf(alert.at, timeOf), this.#reporter.pauses());
  }

  async fuzz(input: Input<"fuzz">): Promise<readonly Finding[]> {
    const plan = this.#planOf(input.text, input.hosting);
    const { events } = await this.shrink(input);
    return findCounterexamples(plan, events, input.alert, this.#reporter.pauses());
  }

  #compile(text: string): ReturnType<typeof compile> {
    return this.#reporter.atomic(() => compile(text));
  }

  #planOf(text: string, hosting: Hosting): HostedPlan {
    const compiled = this.#compile(text);
    if (!compiled.ok) throw new Error(firstError(compiled.diagnostics));
    return this.#hosted(compiled.plan, hosting);
  }

  /** The plan with what the page gives to it; the recording takes the pace that it asks for. */
  #hosted(plan: Plan, hosting: Hosting): HostedPlan {
    const { arrival } = hosting;
    const pace = arrival.kind === "pace" && arrivalStreams(plan).length > 0 ? arrival : null;
    // Times that were read by another pace are those of another recording.
    if (this.#store.usePace(pace)) this.#times = new EventTimes();
    this.#arrival = arrivalStreams(plan);
    return hostedPlan(plan, hosting);
  }

  /** All events that may have been pushed when an alert fired at this time. */
  #positionOf(at: number, timeOf: (index: number) => number): number {
    for (let index = this.#store.length - 1; index >= 0; index--) if (timeOf(index) <= at) return index + 1;
    return 0;
  }

  #readTimes(plan: Plan): void {
    const store = this.#store;
    this.#times.prepare(plan, store.length);
    for (let i = this.#times.known; i < store.length; i++) this.#times.note(i, store.stream(i), store.event(i));
  }

  #ordered(id: string, order: () => Uint32Array | null): Uint32Array | null {
    if (this.#order?.id !== id) this.#order = { id, rows: this.#reporter.atomic(order) };
    return this.#order.rows;
  }

  #facts(run: Run): RunFacts {
    const { alerts, plan } = run;
    return {
      position: run.position,
      events: this.#store.length,
      isDone: run.isDone,
      alerts: alerts.total,
      keptAlerts: alerts.kept,
      hash: run.hash,
      range: this.#times.range(),
      tables: plan.tables.map(({ name, key, fields }) => ({ name, key, fields: fields?.map(fieldOf) ?? null })),
      arrival: this.#arrival,
      rules: plan.rules.map((rule, id) => ({
        name: rule.name,
        title: rule.title,
        windowMs: lookBackMs(rule, plan),
        counts: Array.from(alerts.counts.subarray(id * severities.length, (id + 1) * severities.length)),
        suppressed: this.#stats?.rules.find((stats) => stats.rule === rule.name)?.suppressed ?? 0,
      })),
    };
  }
}

function fieldOf({ name, type }: FieldPlan): { readonly name: string; readonly type: FieldPlan["type"] } {
  return { name, type };
}

const shownNearMisses = 50;
const shownPartials = 60;
const maxSampled = 300;

/** Events from everywhere in the recording. */
function sampledEvents(store: EventStore): DatasetFacts["sampled"] {
  const step = Math.max(1, Math.floor(store.length / maxSampled));
  const count = Math.min(maxSampled, store.length);
  return Array.from({ length: count }, (_, i) => ({ stream: store.stream(i * step), data: store.event(i * step) }));
}

function firstError(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.find(({ level }) => level === "error")?.message ?? "the rules do not compile";
}
