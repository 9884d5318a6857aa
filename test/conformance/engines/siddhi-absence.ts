import type { Fact } from "./fact.ts";

const notHigher = "SEQUENCE e1: a WHERE p > 20 THEN NOT e2: b WHERE p > e1.p WITHIN 1s EMIT LOW { s1: e1.s }";
const quietBefore = `FROM a, b WITHIN 1s1ms
  WHEN STREAM_NAME() = "b" AND p > 30 AND COUNT(STREAM_NAME() = "a" AND p > 20) = 0 EMIT LOW { s }`;
const twoThenNot =
  "SEQUENCE e1: a WHERE p > 10 THEN e2: b WHERE p > 20 THEN NOT e3: c WHERE p > 30 WITHIN 1s EMIT LOW { s1: e1.s, s2: e2.s }";
const pauseBetween = `SEQUENCE e1: a WHERE p > 10 THEN NOT e2: b WHERE p > 20
  THEN e3: c WHERE p > 30 AND ts - e1.ts >= 1s WITHIN 10s EMIT LOW { s1: e1.s, s3: e3.s }`;
const strictly = "SEQUENCE e1: a WHERE p > 20 THEN NEXT e2: b WHERE p > e1.p EMIT LOW { s1: e1.s, s2: e2.s }";
const anyThenHigher =
  "SEQUENCE e1: b* WHERE p > 20 THEN e2: a WHERE p > e1.p WITHIN 1m EMIT LOW { first: FIRST(e1.p), last: e1.p, p3: e2.p }";

const fromTheFirst =
  "the WITHIN of a sequence runs from its first event, Siddhi's `for` from the event before the absence";

/** Siddhi's absent patterns (`not … for`), and its strict sequences. */
export const siddhiAbsence: readonly Fact[] = [
  {
    name: "nothing higher within a second",
    origin: "AbsentPatternTestCase testQueryAbsent1",
    rules: notHigher,
    events: "0 a s=WSO2 p=55.6",
    until: 1100,
    expect: "1000 s1=WSO2",
  },
  {
    name: "what comes later than the second is too late",
    origin: "AbsentPatternTestCase testQueryAbsent2",
    rules: notHigher,
    events: "0 a s=WSO2 p=55.6; 1100 b s=IBM p=58.7",
    expect: "1000 s1=WSO2",
  },
  {
    name: "what comes within the second ends it",
    origin: "AbsentPatternTestCase testQueryAbsent3",
    rules: notHigher,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=58.7",
    until: 1100,
    expect: "",
  },
  {
    name: "what fails the condition does not end it",
    origin: "AbsentPatternTestCase testQueryAbsent4",
    rules: notHigher,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=50.7",
    until: 1200,
    expect: "1000 s1=WSO2",
  },
  {
    name: "an absence at the beginning",
    origin: "AbsentPatternTestCase testQueryAbsent5",
    rules: "SEQUENCE NOT e1: a WHERE p > 20 THEN e2: b WHERE p > 30 WITHIN 1s EMIT LOW",
    events: "1100 b s=IBM p=58.7",
    refused: "not-first",
    differs: "a sequence begins with an event; that none came before is a condition on a window",
  },
  {
    name: "an absence at the beginning, as a window",
    origin: "AbsentPatternTestCase testQueryAbsent5",
    rules: quietBefore,
    events: "1100 b s=IBM p=58.7",
    expect: "1100 s=IBM",
  },
  {
    name: "one came before, long ago",
    origin: "AbsentPatternTestCase testQueryAbsent6",
    rules: quietBefore,
    events: "100 a s=WSO2 p=59.6; 2200 b s=IBM p=58.7",
    expect: "2200 s=IBM",
  },
  {
    name: "quiet is asked of the recording, not of the time since the start of the engine",
    origin: "AbsentPatternTestCase testQueryAbsent7",
    rules: quietBefore,
    events: "0 a s=WSO2 p=5.6; 100 b s=IBM p=58.7",
    expect: "100 s=IBM",
    differs: "Siddhi counts the second from the start of its runtime; a recording has no such start",
  },
  {
    name: "one came just before",
    origin: "AbsentPatternTestCase testQueryAbsent8",
    rules: quietBefore,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=58.7",
    expect: "",
  },
  {
    name: "two steps and then one that must not come",
    origin: "AbsentPatternTestCase testQueryAbsent9",
    rules: twoThenNot,
    events: "0 a s=WSO2 p=15.6; 100 b s=IBM p=28.7; 200 c s=GOOGLE p=55.7",
    until: 1300,
    expect: "",
  },
  {
    name: "one that comes but fails the condition",
    origin: "AbsentPatternTestCase testQueryAbsent10",
    rules: twoThenNot,
    events: "0 a s=WSO2 p=15.6; 100 b s=IBM p=28.7; 200 c s=GOOGLE p=25.7",
    until: 1300,
    expect: "1000 s1=WSO2 s2=IBM",
    differs: fromTheFirst,
  },
  {
    name: "one that never comes",
    origin: "AbsentPatternTestCase testQueryAbsent11",
    rules: twoThenNot,
    events: "0 a s=WSO2 p=15.6; 100 b s=IBM p=28.7",
    until: 1200,
    expect: "1000 s1=WSO2 s2=IBM",
    differs: fromTheFirst,
  },
  {
    name: "an absence of a second in the middle",
    origin: "AbsentPatternTestCase testQueryAbsent12",
    rules: pauseBetween,
    events: "0 a s=WSO2 p=15.6; 1100 c s=GOOGLE p=55.7",
    expect: "1100 s1=WSO2 s3=GOOGLE",
  },
  {
    name: "an absence in the middle that a low price does not end",
    origin: "AbsentPatternTestCase testQueryAbsent13",
    rules: pauseBetween,
    events: "0 a s=WSO2 p=15.6; 100 b s=IBM p=8.7; 1200 c s=GOOGLE p=55.7",
    expect: "1200 s1=WSO2 s3=GOOGLE",
  },
  {
    name: "an absence in the middle that is ended",
    origin: "AbsentPatternTestCase testQueryAbsent14",
    rules: pauseBetween,
    events: "0 a s=WSO2 p=15.6; 100 b s=IBM p=28.7; 200 c s=GOOGLE p=55.7",
    expect: "",
  },
  {
    name: "strictly: the very next event",
    origin: "SequenceTestCase testQuery1",
    rules: strictly,
    events: "0 a s=WSO2 p=55.6; 100 b s=IBM p=55.7",
    expect: "100 s1=WSO2 s2=IBM",
  },
  {
    name: "strictly: a second beginning takes the place of the first",
    origin: "SequenceTestCase testQuery2",
    rules: strictly,
    events: "0 a s=WSO2 p=55.6; 100 a s=GOOG p=57.6; 200 b s=IBM p=65.7",
    expect: "200 s1=GOOG s2=IBM",
  },
  {
    name: "any number at the end is none",
    origin: "SequenceTestCase testQuery3",
    rules: "SEQUENCE e1: a WHERE p > 20 THEN e2: b* WHERE p > e1.p WITHIN 1m EMIT LOW { s1: e1.s, n: COUNT(e2) }",
    events: "0 a s=WSO2 p=55.6; 100 a s=IBM p=55.7",
    expect: "0 s1=WSO2 n=0; 100 s1=IBM n=0",
  },
  {
    name: "any number at the beginning",
    origin: "SequenceTestCase testQuery4",
    rules: anyThenHigher,
    events: "0 a s=WSO2 p=59.6; 100 b s=WSO2 p=55.6; 200 b s=IBM p=55.7; 300 a s=WSO2 p=57.6",
    expect: "300 first=55.6 last=55.7 p3=57.6",
  },
  {
    name: "any number at the beginning, falling",
    origin: "SequenceTestCase testQuery5",
    rules: anyThenHigher,
    events: "0 a s=WSO2 p=59.6; 100 b s=WSO2 p=55.6; 200 b s=IBM p=55; 300 a s=WSO2 p=57.6",
    expect: "300 first=55.6 last=55 p3=57.6",
  },
  {
    name: "one or none at the beginning: the newest",
    origin: "SequenceTestCase testQuery6",
    rules: "SEQUENCE e1: b? WHERE p > 20 THEN e2: a WHERE p > e1.p MATCH LATEST EMIT LOW { p1: e1.p, p3: e2.p }",
    events: "0 a s=WSO2 p=59.6; 100 b s=WSO2 p=55.6; 200 b s=IBM p=55.7; 300 a s=WSO2 p=57.6",
    expect: "300 p1=55.7 p3=57.6",
  },
  {
    name: "strictly after a step that may be left out",
    origin: "SequenceTestCase testQuery6",
    rules: "SEQUENCE e1: b? WHERE p > 20 THEN NEXT e2: a EMIT LOW",
    events: "0 a s=WSO2 p=59.6",
    refused: "next-beside-optional",
    differs: "what `next` is next to would depend on what was left out",
  },
];
