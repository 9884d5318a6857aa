import { cities } from "./cities.ts";
import { distanceKm, type Position } from "./distance.ts";
import type { People } from "./people.ts";
import type { Random } from "./random.ts";

/** Where everyone is: people move about their city, and at times travel to another one, no faster than one can. */
export interface Whereabouts {
  /** Where a person is at `time`; asked in order of time. */
  at(person: number, time: number): Place;
}

export interface Place extends Position {
  readonly country: string;
}

const strollKmh = 30;
const flightKmh = 650;
const minuteMs = 60_000;
const hourMs = 3_600_000;
const tripChance = 0.02;
const returnChance = 0.4;
/** About 1.5 km either way. */
const strollDegrees = 0.0135;

export function createWhereabouts(people: People, random: Random): Whereabouts {
  const cityOf = new Uint8Array(people.count);
  const lats = new Float64Array(people.count);
  const lons = new Float64Array(people.count);
  const times = new Float64Array(people.count).fill(-Infinity);

  const placeOf = (person: number): Place => ({
    lat: lats[person]!,
    lon: lons[person]!,
    country: cities[cityOf[person]!]!.country,
  });
  const settle = (person: number, city: number, lat: number, lon: number): void => {
    cityOf[person] = city;
    lats[person] = lat;
    lons[person] = lon;
  };
  const goHome = (person: number): void => {
    settle(person, people.home(person), people.homeLat(person), people.homeLon(person));
  };

  const travel = (person: number, elapsedMs: number): void => {
    const home = people.home(person);
    const isHome = cityOf[person] === home;
    if (random.next() >= (isHome ? tripChance : returnChance)) return;
    const city = isHome ? random.below(cities.length) : home;
    const target = cities[city]!;
    const km = distanceKm({ lat: lats[person]!, lon: lons[person]! }, target);
    if (km > ((elapsedMs - hourMs) / hourMs) * flightKmh) return;
    if (isHome) {
      settle(person, city, target.lat + random.between(-0.05, 0.05), target.lon + random.between(-0.05, 0.05));
    } else goHome(person);
  };
  const stroll = (person: number, elapsedMs: number): void => {
    const share = Math.min(1, ((elapsedMs / hourMs) * strollKmh) / 3);
    const { lat, lon } = placeOf(person);
    settle(
      person,
      cityOf[person]!,
      lat + share * random.between(-strollDegrees, strollDegrees),
      lon + share * random.between(-strollDegrees, strollDegrees),
    );
  };

  return {
    at(person, time) {
      const elapsedMs = time - times[person]!;
      if (times[person] === -Infinity) goHome(person);
      // Places are written with four digits, 11 m: whoever paid a moment ago has not moved.
      else if (elapsedMs > minuteMs) {
        stroll(person, elapsedMs);
        if (elapsedMs > 2 * hourMs) travel(person, elapsedMs);
      }
      times[person] = time;
      return placeOf(person);
    },
  };
}
