import { cities } from "./cities.ts";
import { distanceKm } from "./distance.ts";
import type { Merchants } from "./merchants.ts";
import type { People } from "./people.ts";
import type { Random } from "./random.ts";
import type { AnomalyKind } from "./transaction.ts";
import type { Place } from "./whereabouts.ts";

/** What sets one transaction of an anomaly apart from what the person usually does. */
export interface FraudTraits {
  readonly amount: number;
  readonly merchant: number;
  readonly place: Place;
}

/** Who does the transactions of one anomaly, one after the other; `place` is where the person is at the time. */
export type Fraudster = (index: number, place: Place) => FraudTraits;

const farKm = 2500;
/** One in five is only 1.5–2.5 times the usual: harder to tell from chance. */
const subtleShare = 0.2;

export function createFraudster(
  kind: AnomalyKind,
  person: number,
  people: People,
  merchants: Merchants,
  random: Random,
): Fraudster {
  const usual = (place: Place): FraudTraits => ({
    amount: people.amount(person, random),
    merchant: people.merchant(person, random),
    place,
  });
  switch (kind) {
    case "velocity": {
      const shops = [merchants.pick(random), merchants.pick(random), merchants.pick(random)];
      return (_, place) => ({ ...usual(place), merchant: shops[random.below(shops.length)]! });
    }
    case "burst": {
      // Testing a stolen card: small amounts at one merchant.
      const merchant = merchants.pick(random);
      return (_, place) => ({ amount: random.between(1, 5), merchant, place });
    }
    case "merchants": {
      const first = random.below(merchants.count);
      return (index, place) => ({ ...usual(place), merchant: (first + index) % merchants.count });
    }
    case "amount": {
      const factor = random.next() < subtleShare ? random.between(1.5, 2.5) : random.between(4, 15);
      return (_, place) => ({ ...usual(place), amount: people.meanAmount(person) * factor });
    }
    case "travel":
      return (index, place) => ({ ...usual(place), place: index === 0 ? place : farPlace(place, random) });
  }
}

function farPlace(from: Place, random: Random): Place {
  const first = random.below(cities.length);
  for (let i = 0; i < cities.length; i++) {
    const city = cities[(first + i) % cities.length]!;
    if (distanceKm(from, city) >= farKm) return city;
  }
  return from;
}
