import { FakeBroker } from "./fake-broker.ts";
import { FakeEndpoint } from "./fake-endpoint.ts";
import { FakeTable } from "./fake-sink.ts";
import { FakeStateServer } from "./fake-state-store.ts";
import { Link } from "./network.ts";
import type { Scenario, Service } from "./scenario.ts";
import { SeededRandom } from "./seeded-random.ts";
import { Tally } from "./tally.ts";
import { VirtualTime } from "./virtual-time.ts";

export const topics = { input: "payments", alerts: "alerts", deadLetters: "dead-letters", late: "late" } as const;
export const app = "app";

/** The services of one run, and the ways to them. */
export class World {
  readonly scenario: Scenario;
  readonly time = new VirtualTime();
  readonly tally = new Tally();
  readonly random: SeededRandom;
  readonly broker: FakeBroker;
  readonly state: FakeStateServer;
  readonly table: FakeTable;
  readonly endpoint: FakeEndpoint;
  readonly links: Readonly<Record<Service, Link>>;
  /** What happened, a line each; empty unless asked for. */
  readonly trace: string[] = [];
  readonly #traces: boolean;
  /** The first things that must never be. */
  readonly violations: string[] = [];

  constructor(scenario: Scenario, traces: boolean) {
    this.scenario = scenario;
    this.#traces = traces;
    this.random = new SeededRandom(scenario.seed + 0x5eed);
    const link = (service: string): Link => new Link(service, this.time, this.random.fork(), this.tally);
    this.links = {
      kafka: link("kafka"),
      redis: link("redis"),
      sink: link("sink"),
      registry: link("registry"),
      http: link("http"),
    };
    this.broker = new FakeBroker(this.time, this.random.fork(), this.tally);
    this.state = new FakeStateServer(this.tally);
    this.table = new FakeTable(this.time, this.tally);
    this.endpoint = new FakeEndpoint(this.tally);
    this.broker.createTopic(topics.input, scenario.partitions);
    this.broker.createTopic(topics.alerts, 2);
    this.broker.createTopic(topics.deadLetters, 1);
    this.broker.createTopic(topics.late, 1);
  }

  /** Milliseconds since the start. */
  get now(): number {
    return this.time.now() - this.time.startAt;
  }

  tell(who: string, what: string): void {
    if (this.#traces) this.trace.push(`${String(this.now).padStart(7)} ${who.padEnd(8)} ${what}`);
  }

  violated(what: string): void {
    this.tell("CHECK", what);
    if (this.violations.length < 20) this.violations.push(`at ${this.now} ms: ${what}`);
  }
}
