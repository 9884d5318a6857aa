import { RecentTimes } from "./recent-times.ts";
import { RecentValues } from "./recent-values.ts";
import { Reorder } from "./reorder.ts";

export interface Payment {
  readonly ts: number;
  readonly user: string;
  readonly amount: number;
  readonly merchant: string;
  readonly country: string;
  readonly lat: number;
  readonly lon: number;
}

export interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly at: number;
  readonly user: string;
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const hourMs = 3_600_000;
const latenessMs = 2000;

/**
 * The five fraud rules as one would write them by hand for speed: typed arrays by key, of each window only what the rule can
 * distinguish, mean and deviation by Welford, episodes as the language has them.
 */
export class HandWritten {
  readonly found: Finding[] = [];
  late = 0;
  readonly #slots = new Map<string, number>();
  readonly #merchants = new Map<string, number>();
  readonly #reorder = new Reorder<Payment>(latenessMs);
  readonly #hour = new RecentTimes(21);
  readonly #burst = new RecentTimes(5);
  readonly #places = new RecentValues(8);
  #capacity = 0;
  #n = new Float64Array(0);
  #mean = new Float64Array(0);
  #m2 = new Float64Array(0);
  #lat = new Float64Array(0);
  #lon = new Float64Array(0);
  #time = new Float64Array(0);
  #amounts = new Float64Array(0);
  #countries: string[] = [];
  #velocityOpen = new Float64Array(0);
  #burstOpen = new Float64Array(0);
  #diversityOpen = new Float64Array(0);

  push(payment: Payment): void {
    if (!this.#reorder.add(payment.ts, payment)) {
      this.late++;
      return;
    }
    for (let next = this.#reorder.take(); next !== null; next = this.#reorder.take()) this.#process(next);
  }

  finish(): void {
    this.#reorder.flush();
    for (let next = this.#reorder.take(); next !== null; next = this.#reorder.take()) this.#process(next);
  }

  #process(payment: Payment): void {
    const { ts, user, amount } = payment;
    let slot = this.#slots.get(user);
    if (slot === undefined) {
      slot = this.#slots.size;
      this.#slots.set(user, slot);
      if (slot >= this.#capacity) this.#grow();
    }
    // Looks as of just before the event.
    if (isOver(this.#velocityOpen[slot]!, this.#hour.oldest(slot), ts - hourMs)) this.#velocityOpen[slot] = Infinity;
    if (isOver(this.#burstOpen[slot]!, this.#burst.oldest(slot), ts - 10_000)) this.#burstOpen[slot] = Infinity;
    if (isOver(this.#diversityOpen[slot]!, this.#places.oldest(slot), ts - hourMs)) {
      this.#diversityOpen[slot] = Infinity;
    }

    this.#hour.add(slot, ts);
    this.#amounts[5 * slot + this.#burst.add(slot, ts)] = amount;
    this.#places.add(slot, this.#idOf(payment.merchant), ts);

    if (this.#hour.oldest(slot) > ts - hourMs) {
      if (this.#velocityOpen[slot] === Infinity) {
        this.#velocityOpen[slot] = ts;
        this.#find("velocity_spike", "HIGH", payment, `${user} made more than 20 payments in an hour`, {});
      }
    } else if (this.#velocityOpen[slot]! <= ts - hourMs) this.#velocityOpen[slot] = Infinity;

    this.#checkAmount(slot, payment);
    this.#checkTravel(slot, payment);

    if (this.#burst.oldest(slot) > ts - 10_000) {
      if (this.#burstOpen[slot] === Infinity) {
        this.#burstOpen[slot] = ts;
        let total = 0;
        for (let i = 0; i < 5; i++) total += this.#amounts[5 * slot + i]!;
        this.#find("rapid_fire", "HIGH", payment, `${user} made 5 payments in 10 s`, { total });
      }
    } else if (this.#burstOpen[slot]! <= ts - 10_000) this.#burstOpen[slot] = Infinity;

    if (this.#places.oldest(slot) > ts - hourMs) {
      if (this.#diversityOpen[slot] === Infinity) {
        this.#diversityOpen[slot] = ts;
        this.#find("merchant_diversity", "MEDIUM", payment, `${user} paid at 8 merchants in an hour`, {});
      }
    } else if (this.#diversityOpen[slot]! <= ts - hourMs) this.#diversityOpen[slot] = Infinity;
  }

  #checkAmount(slot: number, payment: Payment): void {
    const { amount, user } = payment;
    const n = this.#n[slot]!;
    const mean = this.#mean[slot]!;
    if (n >= 20) {
      const deviation = Math.sqrt(this.#m2[slot]! / (n - 1));
      const sigmas = (amount - mean) / deviation;
      if (deviation > 0 && sigmas > 3) {
        const severity = sigmas > 5 ? "HIGH" : "MEDIUM";
        const message = `${user} paid ${amount}, ${Math.round(sigmas * 10) / 10} σ above the mean`;
        this.#find("unusual_amount", severity, payment, message, { amount });
      }
    }
    const delta = amount - mean;
    const newMean = mean + delta / (n + 1);
    this.#n[slot] = n + 1;
    this.#mean[slot] = newMean;
    this.#m2[slot]! += delta * (amount - newMean);
  }

  #checkTravel(slot: number, payment: Payment): void {
    const { ts, lat, lon, user, country } = payment;
    const before = this.#time[slot]!;
    if (ts > before) {
      const kmh = distanceKm(this.#lat[slot]!, this.#lon[slot]!, lat, lon) / ((ts - before) / hourMs);
      if (kmh > 900) {
        const minutes = Math.round((ts - before) / 60_000);
        const message = `${user} was in ${this.#countries[slot]!} ${minutes} minutes ago and pays in ${country}`;
        this.#find("impossible_travel", "CRITICAL", payment, message, { kmh: Math.round(kmh) });
      }
    }
    this.#time[slot] = ts;
    this.#lat[slot] = lat;
    this.#lon[slot] = lon;
    this.#countries[slot] = country;
  }

  #find(rule: string, severity: string, { ts, user }: Payment, message: string, data: Finding["data"]): void {
    this.found.push({ rule, severity, at: ts, user, message, data });
  }

  #idOf(merchant: string): number {
    let id = this.#merchants.get(merchant);
    if (id === undefined) {
      id = this.#merchants.size + 1;
      this.#merchants.set(merchant, id);
    }
    return id;
  }

  #grow(): void {
    const from = this.#capacity;
    this.#capacity = Math.max(1024, 2 * from);
    const wider = (old: Float64Array, width: number, empty: number): Float64Array<ArrayBuffer> => {
      const array = new Float64Array(width * this.#capacity).fill(empty);
      array.set(old);
      return array;
    };
    this.#n = wider(this.#n, 1, 0);
    this.#mean = wider(this.#mean, 1, 0);
    this.#m2 = wider(this.#m2, 1, 0);
    this.#lat = wider(this.#lat, 1, 0);
    this.#lon = wider(this.#lon, 1, 0);
    this.#time = wider(this.#time, 1, Infinity);
    this.#amounts = wider(this.#amounts, 5, 0);
    this.#velocityOpen = wider(this.#velocityOpen, 1, Infinity);
    this.#burstOpen = wider(this.#burstOpen, 1, Infinity);
    this.#diversityOpen = wider(this.#diversityOpen, 1, Infinity);
    this.#hour.grow(this.#capacity);
    this.#burst.grow(this.#capacity);
    this.#places.grow(this.#capacity);
  }
}

/** Whether an episode is of age, and the window no longer as its rule has it. */
function isOver(openedAt: number, oldest: number, bound: number): boolean {
  return openedAt <= bound && oldest < bound;
}

const radian = Math.PI / 180;

function distanceKm(lat1: number, lon1: number, lat2: number, lon2: number): number {
  const sinLat = Math.sin(((lat2 - lat1) * radian) / 2);
  const sinLon = Math.sin(((lon2 - lon1) * radian) / 2);
  const h = sinLat * sinLat + Math.cos(lat1 * radian) * Math.cos(lat2 * radian) * sinLon * sinLon;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}
