import { cities } from "./cities.ts";
import type { Merchants } from "./merchants.ts";
import type { Random } from "./random.ts";
import { createZipf } from "./zipf.ts";

/** The people of a simulation, by number: where they live, what they spend, and where. */
export interface People {
  readonly count: number;
  /** Draws someone who pays: few pay often. */
  pick(random: Random): number;
  name(person: number): string;
  /** Index of the home in `cities`. */
  home(person: number): number;
  homeLat(person: number): number;
  homeLon(person: number): number;
  /** One amount as the person usually pays: log-normal. */
  amount(person: number, random: Random): number;
  /** What the person pays on average. */
  meanAmount(person: number): number;
  /** Mostly one of a few favourites. */
  merchant(person: number, random: Random): number;
}

const favourites = 6;
const favouriteShare = 0.9;

export function createPeople(count: number, merchants: Merchants, random: Random): People {
  const pick = createZipf(count, count / 20);
  const pickCity = createZipf(cities.length, 4);
  const homes = new Uint8Array(count);
  const lats = new Float64Array(count);
  const lons = new Float64Array(count);
  const logMeans = new Float64Array(count);
  const logDeviations = new Float64Array(count);
  const favourite = new Uint16Array(count * favourites);
  for (let person = 0; person < count; person++) {
    const home = pickCity(random);
    homes[person] = home;
    lats[person] = cities[home]!.lat + random.between(-0.1, 0.1);
    lons[person] = cities[home]!.lon + random.between(-0.1, 0.1);
    logMeans[person] = Math.log(40) + 0.6 * random.normal();
    logDeviations[person] = random.between(0.1, 0.25);
    for (let i = 0; i < favourites; i++) favourite[person * favourites + i] = merchants.pick(random);
  }
  return {
    count,
    pick,
    name: (person) => `u${person + 1}`,
    home: (person) => homes[person]!,
    homeLat: (person) => lats[person]!,
    homeLon: (person) => lons[person]!,
    amount: (person, random) => Math.exp(logMeans[person]! + logDeviations[person]! * random.normal()),
    meanAmount: (person) => Math.exp(logMeans[person]! + logDeviations[person]! ** 2 / 2),
    merchant: (person, random) =>
      random.next() < favouriteShare
        ? favourite[person * favourites + random.below(favourites)]!
        : merchants.pick(random),
  };
}
