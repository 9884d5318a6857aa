import { type PlannedAnomaly, planAnomalies } from "./anomaly-plan.ts";
import { cities } from "./cities.ts";
import { createFraudster, type Fraudster } from "./fraud.ts";
import { createMerchants, type Merchants } from "./merchants.ts";
import { MinHeap } from "./min-heap.ts";
import { createPeople, type People } from "./people.ts";
import { createRandom, type Random } from "./random.ts";
import type { Anomaly, AnomalyKind, Transaction } from "./transaction.ts";
import { createWhereabouts, type Place, type Whereabouts } from "./whereabouts.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** How many transactions, injected ones included. */
  readonly events: number;
  readonly users: number;
  /** Transactions per second of event time. */
  readonly rate: number;
  readonly anomalies: readonly AnomalyKind[];
  /** Epoch milliseconds of the first. */
  readonly start: number;
  /** Called with what was injected, when it is over. */
  readonly onAnomaly?: (anomaly: Anomaly) => void;
}

/** A transaction that will happen: one of an errand, or of an anomaly. */
type Appointment =
  | { readonly kind: "errand"; readonly person: number }
  | { readonly kind: "anomaly"; readonly plan: PlannedAnomaly }
  | { readonly kind: "fraud"; readonly running: RunningAnomaly; readonly index: number };

interface RunningAnomaly {
  readonly plan: PlannedAnomaly;
  readonly person: number;
  readonly from: number;
  readonly next: Fraudster;
}

const minuteMs = 60_000;
/** One payment in so many begins a round of errands. */
const errandEvery = 400;
/** One payment in so many is seen at a wrong place. */
const misplacedEvery = 20_000;
const declinedShare = 0.03;

/** The payments of a town of people, and what is injected into them. */
export class Traffic {
  readonly #options: SimulationOptions;
  readonly #random: Random;
  readonly #fraudRandom: Random;
  readonly #merchants: Merchants;
  readonly #people: People;
  readonly #whereabouts: Whereabouts;
  readonly #appointments = new MinHeap<Appointment>();
  /** Whoever is the victim of an anomaly now. */
  readonly #victims = new Set<number>();
  /** Travels whose victim has not paid since. */
  readonly #openTravels = new Map<number, Anomaly>();
  #normalLeft: number;
  #number = 0;

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#random = createRandom(options.seed, 1);
    this.#fraudRandom = createRandom(options.seed, 2);
    this.#merchants = createMerchants(options.users);
    this.#people = createPeople(options.users, this.#merchants, createRandom(options.seed, 3));
    this.#whereabouts = createWhereabouts(this.#people, createRandom(options.seed, 4));
    const lengthMs = (options.events / options.rate) * 1000;
    const plans = planAnomalies(options.anomalies, options.events, options.start, lengthMs, this.#fraudRandom);
    for (const plan of plans) this.#appointments.push(plan.start, { kind: "anomaly", plan });
    this.#normalLeft = options.events - plans.reduce((sum, plan) => sum + plan.gaps.length + 1, 0);
  }

  /** In the order in which they happen. */
  *transactions(): Generator<Transaction, void, undefined> {
    const meanGapMs = 1000 / this.#options.rate;
    let next = this.#options.start;
    for (;;) {
      const due = this.#appointments.first;
      if (due <= next || this.#normalLeft <= 0) {
        const appointment = this.#appointments.pop();
        if (appointment === undefined) break;
        yield* this.#keep(appointment, due);
      } else {
        this.#normalLeft--;
        yield this.#payment(this.#people.pick(this.#random), next);
        next += this.#random.exponential(meanGapMs);
      }
    }
    for (const anomaly of this.#openTravels.values()) this.#options.onAnomaly?.(anomaly);
  }

  *#keep(appointment: Appointment, time: number): Generator<Transaction, void, undefined> {
    switch (appointment.kind) {
      case "errand":
        yield this.#payment(appointment.person, time, this.#merchants.pick(this.#random));
        break;
      case "anomaly":
        yield this.#fraud(this.#begin(appointment.plan, time), 0, time);
        break;
      case "fraud":
        yield this.#fraud(appointment.running, appointment.index, time);
        break;
    }
  }

  /** What people do. */
  #payment(person: number, time: number, merchant?: number): Transaction {
    const random = this.#random;
    if (merchant === undefined && random.below(errandEvery) === 0) this.#planErrands(person, time);
    this.#closeTravel(person, time);
    const place = this.#whereabouts.at(person, time);
    return this.#transaction(person, time, {
      amount: this.#people.amount(person, random),
      merchant: merchant ?? this.#people.merchant(person, random),
      place: random.below(misplacedEvery) === 0 ? cities[random.below(cities.length)]! : place,
    });
  }

  #planErrands(person: number, time: number): void {
    const count = Math.min(2 + this.#random.below(6), this.#normalLeft);
    let at = time;
    for (let i = 0; i < count; i++) {
      at += this.#random.between(3 * minuteMs, 15 * minuteMs);
      this.#appointments.push(at, { kind: "errand", person });
    }
    this.#normalLeft -= count;
  }

  #begin(plan: PlannedAnomaly, time: number): RunningAnomaly {
    let person = this.#people.pick(this.#fraudRandom);
    for (let tries = 0; this.#victims.has(person) && tries < 100; tries++) {
      person = this.#people.pick(this.#fraudRandom);
    }
    this.#victims.add(person);
    const next = createFraudster(plan.kind, person, this.#people, this.#merchants, this.#fraudRandom);
    return { plan, person, from: Math.floor(time), next };
  }

  #fraud(running: RunningAnomaly, index: number, time: number): Transaction {
    const { plan, person } = running;
    if (index === 0) this.#closeTravel(person, time);
    const gap = plan.gaps[index];
    if (gap === undefined) this.#end(running, time);
    else this.#appointments.push(time + gap, { kind: "fraud", running, index: index + 1 });
    const traits = running.next(index, this.#whereabouts.at(person, time));
    return this.#transaction(person, time, traits, plan.kind);
  }

  #end({ plan, person, from }: RunningAnomaly, time: number): void {
    this.#victims.delete(person);
    const anomaly: Anomaly = {
      kind: plan.kind,
      user: this.#people.name(person),
      from,
      to: Math.floor(time),
      transactions: plan.gaps.length + 1,
    };
    if (plan.kind === "travel") this.#openTravels.set(person, anomaly);
    else this.#options.onAnomaly?.(anomaly);
  }

  /** Whoever was far away a moment ago pays at home again: that is as impossible, and part of the same anomaly. */
  #closeTravel(person: number, time: number): void {
    const travel = this.#openTravels.get(person);
    if (travel === undefined) return;
    this.#openTravels.delete(person);
    this.#options.onAnomaly?.({ ...travel, to: Math.floor(time) });
  }

  #transaction(
    person: number,
    time: number,
    traits: { readonly amount: number; readonly merchant: number; readonly place: Place },
    label?: AnomalyKind,
  ): Transaction {
    const { amount, merchant, place } = traits;
    return {
      stream: "transactions",
      ts: Math.floor(time),
      id: `t${++this.#number}`,
      user: this.#people.name(person),
      amount: Math.max(0.01, Math.round(amount * 100) / 100),
      merchant: this.#merchants.name(merchant),
      category: this.#merchants.category(merchant),
      country: place.country,
      lat: round4(place.lat),
      lon: round4(place.lon),
      status: this.#random.next() < declinedShare ? "declined" : "approved",
      ...(label === undefined ? {} : { label }),
    };
  }
}

function round4(degrees: number): number {
  return Math.round(degrees * 10_000) / 10_000;
}
