import type { Fact } from "./fact.ts";

const five = "1 e id=1; 2 e id=2; 3 e id=3; 4 e id=4; 5 e id=5";
const sixOfA = "1 a id=1; 2 a id=2; 3 a id=3; 4 a id=4; 5 a id=5; 6 a id=6";
const abab = "1 a id=1; 2 b id=2; 4 a id=4; 5 b id=5";
const startMiddleEnd =
  'SEQUENCE s: e WHERE name = "start" THEN m: e WHERE name = "middle" THEN z: e WHERE name = "end" WITHIN 10ms EMIT LOW { s: s.id, m: m.id, z: z.id }';
const twoAndTwo = "SEQUENCE x: e{2} THEN NEXT y: e{2}";
const pairs = "EMIT LOW { x: x.id, y: y.id }";
const middles = "EMIT LOW { n: COUNT(m), last: m.id }";
const cThreeA = "1 c id=40; 2 a id=41; 3 a id=42; 4 a id=43; 6 b id=44";
const withOthers = "1 c id=40; 2 f; 3 a id=41; 4 f; 5 a id=42; 6 a id=43; 7 b id=44";
const oneAtATime = "Flink gives every combination here; the default is one match at a time, which takes what it can";

/** Flink CEP: contiguity, times, greedy, optional, not, and what to skip after a match. */
export const flinkCep: readonly Fact[] = [
  {
    name: "two of anything: each event ends one and begins one",
    origin: "NFAITCase testNoConditionNFA",
    rules: `SEQUENCE x: e THEN y: e MATCH EACH ${pairs}`,
    events: five,
    expect: "2 x=1 y=2; 3 x=2 y=3; 4 x=3 y=4; 5 x=4 y=5",
  },
  {
    name: "two of anything, one match at a time",
    origin: "NFAITCase testNoConditionNFA",
    rules: `SEQUENCE x: e THEN y: e ${pairs}`,
    events: five,
    expect: "2 x=1 y=2; 4 x=3 y=4",
    differs: "by default matches do not overlap, which Flink calls skipping past the last event",
  },
  {
    name: "two of anything, every combination",
    origin: "NFAITCase testAnyWithNoConditionNFA",
    rules: `SEQUENCE x: e THEN y: e MATCH ALL LIMIT 100 ${pairs}`,
    events: five,
    expect:
      "2 x=1 y=2; 3 x=1 y=3; 3 x=2 y=3; 4 x=1 y=4; 4 x=2 y=4; 4 x=3 y=4; 5 x=1 y=5; 5 x=2 y=5; 5 x=3 y=5; 5 x=4 y=5",
  },
  {
    name: "start, middle, end with others between",
    origin: "NFAITCase testSimplePatternNFA",
    rules: `SEQUENCE s: e WHERE name = "start" THEN m: e WHERE v > 5 THEN z: e WHERE name = "end" EMIT LOW { s: s.id, m: m.id, z: z.id }`,
    events:
      "1 e id=41 name=start; 2 e id=43 name=foobar; 3 e id=40 name=barfoo v=5; 3 e id=42 name=foo v=10; 4 e id=44 name=start; 5 e id=45 name=end",
    expect: "5 s=41 m=42 z=45",
  },
  {
    name: "strictly next",
    origin: "NFAITCase testStrictContinuityWithResults",
    rules: `FROM a, b, c SEQUENCE x: a THEN NEXT y: b ${pairs}`,
    events: "3 a id=41; 5 b id=42",
    expect: "5 x=41 y=42",
  },
  {
    name: "strictly next, with another between",
    origin: "NFAITCase testStrictContinuityNoResults",
    rules: `FROM a, b, c SEQUENCE x: a THEN NEXT y: b ${pairs}`,
    events: "3 a id=41; 4 c id=42; 5 b id=43",
    expect: "",
  },
  {
    name: "an event exactly at the end of the window comes too late",
    origin: "NFAITCase testSimplePatternWithTimeWindowNFA",
    rules: startMiddleEnd,
    events:
      "1 e id=1 name=start; 2 e id=2 name=start; 3 e id=3 name=middle; 4 e id=4 name=foobar; 11 e id=5 name=end; 13 e id=6 name=end",
    expect: "11 s=2 m=3 z=5",
  },
  {
    name: "every way through a branching pattern",
    origin: "NFAITCase testBranchingPattern",
    rules: `SEQUENCE s: e WHERE name = "start" THEN m: e WHERE v > 5 THEN n: e WHERE name = "next-one" THEN z: e WHERE name = "end"
      MATCH ALL LIMIT 100 EMIT LOW { m: m.id, n: n.id }`,
    events: `1 e id=40 name=start; 3 e id=41 name=foo1 v=10; 4 e id=42 name=foo2 v=10; 5 e id=43 name=foo3 v=10
      6 e id=44 name=next-one v=2; 7 e id=45 name=next-one v=2; 8 e id=46 name=end`,
    expect: "8 m=41 n=44; 8 m=42 n=44; 8 m=43 n=44; 8 m=41 n=45; 8 m=42 n=45; 8 m=43 n=45",
  },
  {
    name: "three in a row from every beginning",
    origin: "AfterMatchSkipITCase testNoSkip",
    rules: "SEQUENCE x: a{3} MATCH EACH EMIT LOW { first: FIRST(x.id), last: x.id }",
    events: sixOfA,
    expect: "3 first=1 last=3; 4 first=2 last=4; 5 first=3 last=5; 6 first=4 last=6",
  },
  {
    name: "three in a row, past the last event",
    origin: "AfterMatchSkipITCase testSkipPastLast",
    rules: "SEQUENCE x: a{3} EMIT LOW { first: FIRST(x.id), last: x.id }",
    events: sixOfA,
    expect: "3 first=1 last=3; 6 first=4 last=6",
  },
  {
    name: "followed by any, nothing skipped",
    origin: "AfterMatchSkipITCase testNoSkipWithFollowedByAny",
    rules: `SEQUENCE x: a THEN y: b MATCH ALL LIMIT 10 ${pairs}`,
    events: abab,
    expect: "2 x=1 y=2; 5 x=1 y=5; 5 x=4 y=5",
  },
  {
    name: "followed by any, to the next beginning",
    origin: "AfterMatchSkipITCase testSkipToNextWithFollowedByAny",
    rules: `SEQUENCE x: a THEN y: b MATCH EACH ${pairs}`,
    events: abab,
    expect: "2 x=1 y=2; 5 x=4 y=5",
  },
  {
    name: "a repeated step at the end takes its minimum",
    origin: "AfterMatchSkipITCase testNoSkipWithQuantifierAtTheEnd",
    rules: "SEQUENCE x: a THEN NEXT y: b+ WITHIN 1m EMIT LOW { x: x.id, n: COUNT(y) }",
    events: "1 a id=1; 2 b id=2; 4 b id=4; 5 b id=5",
    expect: "2 x=1 n=1",
    differs: "a match is told as soon as every step has its minimum; Flink also gives the longer ones",
  },
  {
    name: "a repeated step at the end, to the next beginning",
    origin: "AfterMatchSkipITCase testSkipToNextWithQuantifierAtTheEnd",
    rules: "SEQUENCE x: a THEN NEXT y: b+ WITHIN 1m MATCH EACH EMIT LOW { x: x.id, n: COUNT(y) }",
    events: "1 a id=1; 2 b id=2; 4 b id=4; 5 b id=5",
    expect: "2 x=1 n=1",
  },
  {
    name: "two and two, past the last event",
    origin: "AfterMatchSkipITCase testSkipToFirst",
    rules: `${twoAndTwo} EMIT LOW { from: FIRST(x.id), to: y.id }`,
    events: "1 e id=1; 2 e id=2; 3 e id=3; 4 e id=4; 5 e id=5; 6 e id=6",
    expect: "4 from=1 to=4",
    differs: "there is no skipping to an event inside of a match: matches overlap (MATCH EACH) or do not",
  },
  {
    name: "two and two, from every beginning",
    origin: "AfterMatchSkipITCase testSkipToLast",
    rules: `${twoAndTwo} MATCH EACH EMIT LOW { from: FIRST(x.id), to: y.id }`,
    events: "1 e id=1; 2 e id=2; 3 e id=3; 4 e id=4; 5 e id=5; 6 e id=6; 7 e id=7",
    expect: "4 from=1 to=4; 5 from=2 to=5; 6 from=3 to=6; 7 from=4 to=7",
    differs: "there is no skipping to an event inside of a match: matches overlap (MATCH EACH) or do not",
  },
  {
    name: "four steps twice over, past the last event",
    origin: "AfterMatchSkipITCase testSkipPastLast2",
    rules: "SEQUENCE a THEN b THEN c THEN d EMIT LOW { a: a.id, b: b.id, c: c.id, d: d.id }",
    events: "1 a id=1; 2 a id=2; 3 b id=3; 4 b id=4; 5 c id=5; 6 c id=6; 7 d id=7; 7 d id=8",
    expect: "7 a=1 b=3 c=5 d=7",
  },
  {
    name: "a beginning that fails does not hide the next one",
    origin: "AfterMatchSkipITCase testSkipPastLast3",
    rules: `FROM a, b, c SEQUENCE x: a THEN NEXT y: b ${pairs}`,
    events: "1 a id=1; 2 c id=2; 3 a id=3; 4 b id=4",
    expect: "4 x=3 y=4",
  },
  {
    name: "not next",
    origin: "NotPatternITCase testNotNext",
    rules: "SEQUENCE a THEN NEXT NOT b THEN c THEN d WITHIN 1m EMIT LOW",
    events: "1 a",
    refused: "not-next",
    differs: "that the very next event is not b is said by THEN NEXT and a condition",
  },
  {
    name: "not followed by: it guards the gap it stands in",
    origin: "NotPatternITCase testNotFollowedBy",
    rules: "SEQUENCE a THEN NOT b THEN c THEN d WITHIN 1m MATCH ALL LIMIT 100 EMIT LOW { a: a.id, c: c.id }",
    events: "1 a id=40; 2 c id=41; 3 b id=42; 4 c id=43; 5 d id=44",
    expect: "5 a=40 c=41",
  },
  {
    name: "not followed by, before a step that may be left out",
    origin: "NotPatternITCase testNotFollowedByBeforeOptional",
    rules: "SEQUENCE a THEN NOT b THEN c? THEN d WITHIN 1m EMIT LOW { a: a.id, c: c.id }",
    events: "1 a id=40; 2 c id=41; 3 b id=42; 4 c id=43; 5 d id=44",
    expect: "5 a=40 c=41",
  },
  {
    name: "not followed by, and what may be left out is left out",
    origin: "NotPatternITCase testNotFollowedByBeforeOptional",
    rules: "SEQUENCE a THEN NOT b THEN c? THEN d WITHIN 1m EMIT LOW { a: a.id, c: c.id }",
    events: "1 a id=40; 3 b id=42; 5 d id=44",
    expect: "",
  },
  {
    name: "not followed by, in the middle of a step that needs two",
    origin: "NotPatternITCase testTimesWithNotFollowedBy",
    rules: "SEQUENCE a THEN m: b{2} THEN NOT c THEN d WITHIN 1m EMIT LOW { n: COUNT(m) }",
    events: "1 a; 2 b; 3 c; 4 b; 5 d",
    expect: "5 n=2",
    differs: "a NOT guards its gap once the step before has its minimum",
  },
  {
    name: "not followed by, after a step that has its two",
    origin: "NotPatternITCase testTimesWithNotFollowedByAfter",
    rules: "SEQUENCE a THEN m: b{2} THEN NOT c THEN d WITHIN 1m EMIT LOW { n: COUNT(m) }",
    events: "1 a; 2 d; 3 e; 4 b; 5 b; 6 c; 7 d",
    expect: "",
  },
  {
    name: "what may be left out is left out at once",
    origin: "NotPatternITCase testIgnoreStateOfTimesWithNotFollowedBy",
    rules: "SEQUENCE a THEN NOT b THEN m: c{0,2} THEN d WITHIN 1m EMIT LOW { a: a.id, n: COUNT(m), d: d.id }",
    events: "1 a id=40; 2 d id=45; 3 e; 4 b; 5 c; 6 c; 7 d id=46",
    expect: "2 a=40 n=0 d=45",
  },
  {
    name: "a step at the end that may be left out is not waited for",
    origin: "NotPatternITCase testNotFollowedByBeforeOptionalAtTheEnd",
    rules: "SEQUENCE a THEN NOT b THEN c? WITHIN 1m EMIT LOW { a: a.id, c: c.id }",
    events: "1 a id=40; 2 c id=41; 3 b id=42; 4 c id=43",
    expect: "1 a=40 c=null",
    differs: "a match is told as soon as every step has its minimum; Flink also gives the longer one",
  },
  {
    name: "one to three, every combination from the first",
    origin: "TimesRangeITCase testTimesRange",
    rules: `SEQUENCE c THEN NEXT m: a{1,3} THEN b MATCH ALL LIMIT 100 ${middles}`,
    events: cThreeA,
    expect: "6 n=1 last=41; 6 n=2 last=42; 6 n=2 last=43; 6 n=3 last=43",
  },
  {
    name: "one to three, one match at a time",
    origin: "TimesRangeITCase testTimesRange",
    rules: `SEQUENCE c THEN NEXT m: a{1,3} THEN b ${middles}`,
    events: cThreeA,
    expect: "6 n=3 last=43",
    differs: oneAtATime,
  },
  {
    name: "none to two, one match at a time",
    origin: "TimesRangeITCase testTimesRangeFromZero",
    rules: `SEQUENCE c THEN m: a{0,2} THEN b ${middles}`,
    events: cThreeA,
    expect: "6 n=2 last=42",
    differs: oneAtATime,
  },
  {
    name: "one to three with others between, every combination",
    origin: "TimesRangeITCase testTimesRangeNonStrict",
    rules: `FROM a, b, c, f SEQUENCE c: c THEN m: a{1,3} THEN b: b MATCH ALL LIMIT 100 ${middles}`,
    events: withOthers,
    expect: "7 n=1 last=41; 7 n=1 last=42; 7 n=2 last=42; 7 n=1 last=43; 7 n=2 last=43; 7 n=2 last=43; 7 n=3 last=43",
  },
  {
    name: "one to three, or none",
    origin: "TimesRangeITCase testTimesRangeNonStrictOptional1",
    rules: `SEQUENCE c THEN m: a{0,3} THEN b ${middles}`,
    events: "1 c id=40; 2 f; 7 b id=44",
    expect: "7 n=0 last=null",
  },
  {
    name: "two or more, one match at a time",
    origin: "TimesOrMoreITCase testTimesOrMore",
    rules: `SEQUENCE c THEN m: a{2,} THEN b WITHIN 1m ${middles}`,
    events: cThreeA,
    expect: "6 n=3 last=43",
    differs: oneAtATime,
  },
  {
    name: "two or more with others between, every combination",
    origin: "TimesOrMoreITCase testTimesOrMoreNonStrict",
    rules: `SEQUENCE c THEN m: a{2,} THEN b WITHIN 1m MATCH ALL LIMIT 100 ${middles}`,
    events: withOthers,
    expect: "7 n=2 last=42; 7 n=2 last=43; 7 n=2 last=43; 7 n=3 last=43",
  },
  {
    name: "two strictly one after the other",
    origin: "TimesOrMoreITCase testTimesOrMoreStrict",
    rules: `FROM a, b, c, f SEQUENCE c: c THEN x: a THEN NEXT y: a THEN b: b MATCH ALL LIMIT 100 ${pairs}`,
    events: withOthers,
    expect: "7 x=42 y=43",
  },
  {
    name: "greedy: any number",
    origin: "GreedyITCase testGreedyZeroOrMore",
    rules: `SEQUENCE c THEN m: a* THEN d WITHIN 1m ${middles}`,
    events: "1 c; 2 a id=41; 3 a id=42; 4 a id=43; 5 d",
    expect: "5 n=3 last=43",
  },
  {
    name: "greedy: any number, and an end that may be left out",
    origin: "GreedyITCase testGreedyZeroOrMoreConsecutiveEndWithOptional",
    rules: `SEQUENCE c THEN m: a* THEN d? WITHIN 1m ${middles}`,
    events: "1 c; 2 a id=41; 3 a id=42; 4 a id=43; 5 d",
    expect: "1 n=0 last=null",
    differs: "a match is told as soon as every step has its minimum: what may be left out at the end is not waited for",
  },
  {
    name: "greedy: others between",
    origin: "GreedyITCase testGreedyZeroOrMoreInBetween",
    rules: `FROM a, c, d, x SEQUENCE c: c THEN m: a* THEN d: d WITHIN 1m ${middles}`,
    events: "1 c; 2 x; 3 a id=41; 4 x; 5 a id=42; 6 x; 7 a id=43; 8 d",
    expect: "8 n=3 last=43",
  },
  {
    name: "greedy: others behind",
    origin: "GreedyITCase testGreedyZeroOrMoreWithDummyEventsAfterQuantifier",
    rules: `FROM a, c, d, x SEQUENCE c: c THEN m: a* THEN d: d WITHIN 1m ${middles}`,
    events: "1 c; 2 a id=41; 3 a id=42; 4 x; 5 d",
    expect: "5 n=2 last=42",
  },
  {
    name: "greedy: none",
    origin: "GreedyITCase testGreedyZeroOrMoreWithDummyEventsBeforeQuantifier",
    rules: `FROM a, c, d, x SEQUENCE c: c THEN m: a* THEN d: d WITHIN 1m ${middles}`,
    events: "1 c; 2 x; 5 d",
    expect: "5 n=0 last=null",
  },
  {
    name: "greedy: before a step that may be left out and is",
    origin: "GreedyITCase testGreedyZeroOrMoreBeforeOptional",
    rules:
      "FROM a, c, d, e, x SEQUENCE c: c THEN m: a* THEN d: d? THEN e: e WITHIN 1m EMIT LOW { n: COUNT(m), d: d.id }",
    events: "1 c; 2 a id=41; 3 a id=42; 4 x; 5 e",
    expect: "5 n=2 d=null",
  },
  {
    name: "greedy: before a step that may be left out and is not",
    origin: "GreedyITCase testGreedyZeroOrMoreBeforeOptional2",
    rules: "SEQUENCE c THEN m: a* THEN d: d? THEN e: e WITHIN 1m EMIT LOW { n: COUNT(m), d: d.id }",
    events: "1 c; 2 a id=41; 3 a id=42; 4 d id=43; 5 e",
    expect: "5 n=2 d=43",
    differs: "Flink also gives the match without d; the default is one match at a time",
  },
  {
    name: "greedy: as long as the price is low",
    origin: "GreedyITCase testGreedyUtilZeroOrMoreWithDummyEventsAfterQuantifier",
    rules: `SEQUENCE c THEN m: a* WHERE p <= 3 THEN d WITHIN 1m ${middles}`,
    events: "1 c; 2 a id=41 p=2; 3 a id=42 p=3; 4 a id=43 p=3; 5 a id=44 p=4; 6 d",
    expect: "6 n=3 last=43",
  },
];
