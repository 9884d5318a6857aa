import type { Fact } from "./fact.ts";

const rising = "SEQUENCE e1: a WHERE p > 20 THEN e2: b WHERE p > e1.p";
const pairThenHigher = "SEQUENCE e1: a WHERE p > 20 THEN e3: a WHERE p > 20 THEN e2: b WHERE p > e1.p";
const threeOfOne = "BY s SEQUENCE e1: a THEN e2: a THEN e3: a WITHIN 5s EMIT LOW { v1: e1.v, v2: e2.v, v3: e3.v }";
const twoToFive =
  "SEQUENCE e1: a{2,5} WHERE p > 20 THEN e2: b WHERE p > 20 EMIT LOW { n: COUNT(e1), first: FIRST(e1.p), last: e1.p, p2: e2.p }";
const either =
  'SEQUENCE e1: a WHERE p > 20 THEN ANY OF (e2: b WHERE p > e1.p, e3: b WHERE s = "IBM") EMIT LOW { s1: e1.s, p2: e2.p, p3: e3.p }';
const both =
  'SEQUENCE e1: a WHERE p > 20 THEN ALL OF (e2: b WHERE p > e1.p, e3: b WHERE s = "IBM") EMIT LOW { s1: e1.s, p2: e2.p, p3: e3.p }';

/** Siddhi's patterns: `->`, `every`, `<n:m>`, `and`, `or`, `within`. */
export const siddhiPatterns: readonly Fact[] = [
  {
    name: "a second event that is higher than the first",
    origin: "EveryPatternTestCase testQuery1",
    rules: `${rising} EMIT LOW { s1: e1.s, s2: e2.s }`,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=55.7",
    expect: "100 s1=WSO2 s2=IBM",
  },
  {
    name: "of two beginnings the first one matches, once",
    origin: "EveryPatternTestCase testQuery2",
    rules: `${rising} EMIT LOW { s1: e1.s, s2: e2.s }`,
    events: "0 a s=WSO2 p=55.6; 100 a s=GOOG p=55.6; 200 b s=IBM p=55.7",
    expect: "200 s1=WSO2 s2=IBM",
  },
  {
    name: "with every beginning on its own both match",
    origin: "EveryPatternTestCase testQuery3",
    rules: `${rising} MATCH EACH EMIT LOW { s1: e1.s, s2: e2.s }`,
    events: "0 a s=WSO2 p=55.6; 100 a s=GOOG p=55.6; 200 b s=IBM p=55.7",
    expect: "200 s1=WSO2 s2=IBM; 200 s1=GOOG s2=IBM",
  },
  {
    name: "two of one stream, then one of another",
    origin: "EveryPatternTestCase testQuery4",
    rules: `${pairThenHigher} EMIT LOW { p1: e1.p, p3: e3.p, p2: e2.p }`,
    events: "0 a p=55.6; 100 a p=54; 200 b p=57.7",
    expect: "200 p1=55.6 p3=54 p2=57.7",
  },
  {
    name: "pairs that begin at every event overlap",
    origin: "EveryPatternTestCase testQuery5",
    rules: `${pairThenHigher} MATCH EACH EMIT LOW { p1: e1.p, p3: e3.p, p2: e2.p }`,
    events: "0 a p=55.6; 100 a p=54; 200 a p=53.6; 300 a p=53; 400 b p=57.7",
    expect: "400 p1=55.6 p3=54 p2=57.7; 400 p1=54 p3=53.6 p2=57.7; 400 p1=53.6 p3=53 p2=57.7",
    differs: "every ( … ) begins anew when its group is over, MATCH EACH at every event that satisfies the first step",
  },
  {
    name: "one match at a time leaves the second pair out",
    origin: "EveryPatternTestCase testQuery5",
    rules: `${pairThenHigher} EMIT LOW { p1: e1.p, p3: e3.p, p2: e2.p }`,
    events: "0 a p=55.6; 100 a p=54; 200 a p=53.6; 300 a p=53; 400 b p=57.7",
    expect: "400 p1=55.6 p3=54 p2=57.7",
    differs: "with a match every run that began before its last event is dropped",
  },
  {
    name: "a beginning that is too old is left behind",
    origin: "WithinPatternTestCase testQuery1",
    rules: `${rising} WITHIN 1s EMIT LOW { s1: e1.s, s2: e2.s }`,
    events: "0 a s=WSO2 p=55.6; 1500 a s=GOOG p=54; 2000 b s=IBM p=55.7",
    expect: "2000 s1=GOOG s2=IBM",
  },
  {
    name: "the same where each beginning counts",
    origin: "WithinPatternTestCase testQuery2",
    rules: `${rising} WITHIN 1s MATCH EACH EMIT LOW { s1: e1.s, s2: e2.s }`,
    events: "0 a s=WSO2 p=55.6; 1500 a s=GOOG p=54; 2000 b s=IBM p=55.7",
    expect: "2000 s1=GOOG s2=IBM",
  },
  {
    name: "of three pairs only the last is young enough",
    origin: "WithinPatternTestCase testQuery3",
    rules: `${pairThenHigher} WITHIN 2s MATCH EACH EMIT LOW { p1: e1.p, p3: e3.p, p2: e2.p }`,
    events: "0 a p=55.6; 600 a p=54; 1200 a p=53.6; 2100 a p=53; 2700 b p=57.7",
    expect: "2700 p1=53.6 p3=53 p2=57.7",
  },
  {
    name: "a pair of one symbol after a pause, and no second one from its last event",
    origin: "WithinPatternTestCase testQuery4",
    rules: "BY s SEQUENCE e1: a THEN e2: a WITHIN 5s EMIT LOW { v1: e1.v, v2: e2.v }",
    events: "0 a s=WSO2 v=100; 6000 a s=WSO2 v=150; 6500 a s=WSO2 v=200; 6500 a s=WSO2 v=250",
    expect: "6500 s=WSO2 v1=150 v2=200",
  },
  {
    name: "three of one symbol after two that became too old",
    origin: "WithinPatternTestCase testQuery5",
    rules: threeOfOne,
    events:
      "0 a s=WSO2 v=100; 0 a s=WSO2 v=150; 6000 a s=WSO2 v=200; 6500 a s=WSO2 v=250; 6500 a s=WSO2 v=300; 6500 a s=WSO2 v=350",
    expect: "6500 v1=200 v2=250 v3=300",
  },
  {
    name: "six of one symbol are two times three",
    origin: "WithinPatternTestCase testQuery6",
    rules: threeOfOne,
    events:
      "0 a s=WSO2 v=100; 0 a s=WSO2 v=150; 0 a s=WSO2 v=200; 0 a s=WSO2 v=210; 500 a s=WSO2 v=250; 500 a s=WSO2 v=260; 500 a s=WSO2 v=270",
    expect: "0 v1=100 v2=150 v3=200; 500 v1=210 v2=250 v3=260",
  },
  {
    name: "two to five, one of them too low",
    origin: "CountPatternTestCase testQuery1",
    rules: twoToFive,
    events: "0 a p=25.6; 100 a p=47.6; 200 a p=13.7; 300 a p=47.8; 400 b p=45.7; 500 b p=55.7",
    expect: "400 n=3 first=25.6 last=47.8 p2=45.7",
  },
  {
    name: "what comes after the match does not make a second one",
    origin: "CountPatternTestCase testQuery2",
    rules: twoToFive,
    events: "0 a p=25.6; 100 a p=47.6; 200 a p=13.7; 300 b p=45.7; 400 a p=47.8; 500 b p=55.7",
    expect: "300 n=2 first=25.6 last=47.6 p2=45.7",
  },
  {
    name: "below the minimum the next step waits",
    origin: "CountPatternTestCase testQuery3",
    rules: twoToFive,
    events: "0 a p=25.6; 100 b p=45.7; 200 a p=47.8; 300 b p=55.7",
    expect: "300 n=2 first=25.6 last=47.8 p2=55.7",
  },
  {
    name: "one is fewer than two",
    origin: "CountPatternTestCase testQuery4",
    rules: twoToFive,
    events: "0 a p=25.6; 100 b p=45.7",
    expect: "",
  },
  {
    name: "beyond the maximum events are passed over",
    origin: "CountPatternTestCase testQuery5",
    rules: twoToFive,
    events:
      "0 a p=25.6; 100 a p=47.6; 200 a p=23.7; 300 a p=24.7; 400 a p=25.7; 500 a p=27.6; 600 b p=45.7; 700 a p=47.8; 800 b p=55.7",
    expect: "600 n=5 first=25.6 last=25.7 p2=45.7",
  },
  {
    name: "a step compares with the last event of a repeated one",
    origin: "CountPatternTestCase testQuery6",
    rules:
      "SEQUENCE e1: a{2,5} WHERE p > 20 THEN e2: b WHERE p > e1.p EMIT LOW { first: FIRST(e1.p), last: e1.p, p2: e2.p }",
    events: "0 a p=25.6; 100 a p=47.6; 200 b p=45.7; 300 b p=55.7",
    expect: "300 first=25.6 last=47.6 p2=55.7",
  },
  {
    name: "or: the first alternative",
    origin: "LogicalPatternTestCase testQuery1",
    rules: either,
    events: "0 a s=WSO2 p=55.6; 100 b s=GOOG p=59.6",
    expect: "100 s1=WSO2 p2=59.6 p3=null",
  },
  {
    name: "or: the second alternative leaves the first one empty",
    origin: "LogicalPatternTestCase testQuery2",
    rules: either,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=10.7",
    expect: "100 s1=WSO2 p2=null p3=10.7",
  },
  {
    name: "or: an event that is both fills the first",
    origin: "LogicalPatternTestCase testQuery3",
    rules: either,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=72.7; 200 b s=IBM p=75.7",
    expect: "100 s1=WSO2 p2=72.7 p3=null",
  },
  {
    name: "and: two events",
    origin: "LogicalPatternTestCase testQuery4",
    rules: both,
    events: "0 a s=WSO2 p=55.6; 100 b s=GOOG p=72.7; 200 b s=IBM p=4.7",
    expect: "200 s1=WSO2 p2=72.7 p3=4.7",
  },
  {
    name: "and: an event that is both fills one",
    origin: "LogicalPatternTestCase testQuery5",
    rules: both,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=72.7; 200 b s=IBM p=75.7",
    expect: "200 s1=WSO2 p2=72.7 p3=75.7",
    differs: "one event fills one member of ALL OF, so that two members are two events; Siddhi lets it fill both",
  },
  {
    name: "and: of two streams",
    origin: "LogicalPatternTestCase testQuery6",
    rules:
      'SEQUENCE e1: a WHERE p > 20 THEN ALL OF (e2: b WHERE p > e1.p, e3: a WHERE s = "IBM") EMIT LOW { s1: e1.s, p2: e2.p, p3: e3.p }',
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=72.7; 200 a s=IBM p=75.7",
    expect: "200 s1=WSO2 p2=72.7 p3=75.7",
  },
];
