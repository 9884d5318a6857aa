import fc from "fast-check";
import { oneOf, plainPrelude, prelude } from "./generate-events.ts";

/** Rules whose alerts make the events that sequences wait for, and sequences whose alerts are events of other rules. */
export const sequenceChains: fc.Arbitrary<string> = fc
  .record({
    declarations: prelude,
    first: oneOf(
      "BY u SEQUENCE a THEN b WITHIN 5s EMIT LOW { n: 1, x: a.x } INTO hot",
      "BY u SEQUENCE a THEN NOT b WITHIN 5s EMIT LOW { n: 1, x: a.x } INTO hot",
      "BY u SEQUENCE h: a{2,} THEN b WITHIN 10s MATCH EACH EMIT LOW { n: COUNT(h), x: SUM(h.x) } INTO hot",
      "BY u SEQUENCE h: a THEN k: a WHERE x > h.x WITHIN 10s MATCH ALL LIMIT 20 EMIT LOW { n: 2, x } INTO hot COOLDOWN 2s",
      "SEQUENCE ALL OF (a, b) THEN NEXT c WITHIN 10s EMIT LOW { u, n: 3, x: a.x } INTO hot",
      "FROM a BY u WITHIN 5s WHEN COUNT() >= 2 EMIT LOW { n: COUNT(), x } INTO hot AND RESOLVE",
      "FROM a, b BY u EMIT INFO { n: 0, x, s } INTO hot",
      "BY u SESSION 2s EMIT LOW { n: COUNT(), x: MAX(x) } INTO hot",
      "FROM a BY u EVERY 5s EMIT LOW { n: COUNT(), x: SUM(x) } INTO hot",
    ),
    second: oneOf(
      "BY u SEQUENCE h: hot THEN b WITHIN 10s EMIT HIGH { x: h.x, n: h.n } INTO hotter",
      "BY u SEQUENCE h: hot THEN NOT a WITHIN 2s EMIT HIGH { x: h.x } INTO hotter",
      "BY u SEQUENCE a THEN h: hot+ THEN NOT b WITHIN 5s MATCH EACH EMIT HIGH { x: COUNT(h), last: h.x } INTO hotter",
      "SEQUENCE h: hot THEN NEXT k: hot WHERE x >= h.x WITHIN 20s EMIT HIGH { x: k.x } INTO hotter",
      "SEQUENCE c? THEN h: hot{2} WITHIN 20s MATCH LATEST EMIT HIGH { x: SUM(h.x), c: COUNT(c) } INTO hotter",
      "FROM hot BY u WITHIN 10s WHEN COUNT() > 1 EMIT HIGH { x: SUM(x) } INTO hotter AND RESOLVE",
    ),
    third: oneOf(
      "SEQUENCE h: hot THEN i: hotter WITHIN 10s EMIT CRITICAL { h: h.x, i: i.x, t: i.ts - h.ts }",
      "SEQUENCE i: hotter THEN NOT h: hot WITHIN 5s MATCH EACH EMIT CRITICAL { i: i.x } COOLDOWN 1s",
      "SEQUENCE ANY OF (h: hot, i: hotter) THEN j: hotter{1,2} WITHIN 30s MATCH ALL LIMIT 9 EMIT CRITICAL { h: h.x, j: j.x }",
      "FROM hotter EMIT CRITICAL { x, ts }",
    ),
    order: fc.constantFrom([0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1]),
  })
  .map(({ declarations, first, second, third, order }) => {
    const rules = [`RULE one ${first}`, `RULE two ${second}`, `RULE three ${third}`];
    return [declarations, ...order.map((i) => rules[i])].join("\n\n");
  });

/** Sequences that many runs of one key go through at once, with repeated steps that take many events. */
export const crowdedSequences: fc.Arbitrary<string> = fc
  .record({
    declarations: plainPrelude,
    by: oneOf("", "BY v"),
    steps: oneOf(
      "f: a{3,} THEN g: b",
      "f: a+ THEN g: b{2,4} THEN h: c",
      "f: a THEN g: b* THEN h: c WHERE x > 2",
      "f: a{2,5} WHERE x > 0 THEN g: b WHERE x > f.x",
      "f: a{4} THEN NOT g: c THEN h: b",
      "f: a{2,} THEN NOT h: c WHERE x > f.x THEN g: b{3,}",
      "f: a{2,} THEN g: b{0,3} THEN NOT h: c WHERE x > 5",
      "f: a{2,} THEN NEXT g: b THEN NEXT h: c{2,}",
      "f: a{2,} WHERE x > 1 THEN NEXT g: b",
      "f: a+ THEN NEXT g: b{2,} THEN NEXT h: c",
      "f: a{2,} THEN g: b WHERE x = 100 AND ok",
      "f: a+ THEN NOT h: c WHERE x = 100 THEN g: b WHERE x = 100",
      "g: c? THEN f: a{2,} WHERE x > 1 THEN h: b",
      "f: a THEN g: b{2,} WHERE x > g.x OR g.x IS NULL THEN h: c",
      "f: a THEN ALL OF (g: b, h: c) THEN i: a{2,}",
      "f: a{2,} THEN ANY OF (g: b WHERE x > f.x, h: c) THEN NOT i: b",
    ),
    within: oneOf("WITHIN 20s", "WITHIN 5s", "WITHIN 1m", "WITHIN 10m"),
    mode: oneOf("", "MATCH EACH", "MATCH LATEST", "MATCH ALL LIMIT 7"),
    when: oneOf("", "WHEN COUNT(f) > 3", "WHEN SUM(f.x) > 10", "WHEN f.x > 2"),
    data: oneOf(
      "{ n: COUNT(f) }",
      "{ n: COUNT(f), s: SUM(f.x), m: MIN(f.ts) }",
      "{ l: f.x, m: COUNT(g), q: LAST(g.x), first: FIRST(f.x) }",
    ),
  })
  .map(({ declarations, by, steps, within, mode, when, data }) => {
    const clauses = [by, `SEQUENCE ${steps}`, within, mode, when, `EMIT LOW ${data}`].filter((text) => text !== "");
    return `${declarations}\n\nRULE q\n  ${clauses.join("\n  ")}`;
  });
