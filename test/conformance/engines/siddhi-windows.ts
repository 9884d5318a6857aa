import type { Fact } from "./fact.ts";

/** Siddhi's windows by length and by the time of the events. */
export const siddhiWindows: readonly Fact[] = [
  {
    name: "fewer events than the window is long",
    origin: "LengthWindowTestCase lengthWindowTest1",
    rules: "FROM cse LAST 4 EVENTS WHEN COUNT() >= 1 EMIT EACH LOW { n: COUNT(), v }",
    events: "0 cse s=IBM p=700 v=0; 1 cse s=WSO2 p=60.5 v=1",
    expect: "0 n=1 v=0; 1 n=2 v=1",
  },
  {
    name: "more events than the window is long: the oldest leaves as one comes",
    origin: "LengthWindowTestCase lengthWindowTest2",
    rules: "FROM cse LAST 4 EVENTS WHEN COUNT() >= 1 EMIT EACH LOW { n: COUNT(), oldest: FIRST(v), sum: SUM(v) }",
    events: "1 cse v=1; 2 cse v=2; 3 cse v=3; 4 cse v=4; 5 cse v=5; 6 cse v=6",
    expect:
      "1 n=1 oldest=1 sum=1; 2 n=2 oldest=1 sum=3; 3 n=3 oldest=1 sum=6; 4 n=4 oldest=1 sum=10; 5 n=4 oldest=2 sum=14; 6 n=4 oldest=3 sum=18",
  },
  {
    name: "an event without values changes no aggregate but the count of events",
    origin: "LengthWindowTestCase lengthWindowTest4",
    rules:
      "FROM cse LAST 4 EVENTS WHEN COUNT() >= 1 EMIT EACH LOW { n: COUNT(), max: MAX(p), min: MIN(p), sum: SUM(p), avg: AVG(p), d: COUNT(DISTINCT p) }",
    events: "0 cse p=null; 1 cse p=700; 2 cse p=null; 3 cse p=700",
    expect: `0 n=1 max=null min=null sum=null avg=null d=0; 1 n=2 max=700 min=700 sum=700 avg=700 d=1
      2 n=3 max=700 min=700 sum=700 avg=700 d=1; 3 n=4 max=700 min=700 sum=1400 avg=700 d=1`,
  },
  {
    name: "a sum of texts",
    origin: "LengthWindowTestCase sumAggregatorTest58",
    rules: "STREAM cse { weight: NUMBER, device: STRING } FROM cse LAST 3 EVENTS WHEN SUM(device) > 1 EMIT LOW",
    events: "0 cse weight=10 device=Box1",
    refused: "argument-type",
  },
  {
    name: "a sum of two things",
    origin: "LengthWindowTestCase sumAggregatorTest57",
    rules: "STREAM cse { weight: NUMBER, device: STRING } FROM cse LAST 3 EVENTS WHEN SUM(weight, device) > 1 EMIT LOW",
    events: "0 cse weight=10 device=Box1",
    refused: "wrong-arguments",
  },
  {
    name: "a window by the time of the events: five seconds",
    origin: "ExternalTimeWindowTestCase externalTimeWindowTest1",
    rules: "FROM logins WITHIN 5s WHEN COUNT() >= 1 EMIT EACH LOW { n: COUNT() }",
    events: "0 logins; 1 logins; 10000 logins; 10004 logins; 20000 logins",
    expect: "0 n=1; 1 n=2; 10000 n=1; 10004 n=2; 20000 n=1",
  },
  {
    name: "a window without a length",
    origin: "ExternalTimeWindowTestCase externalTimeWindowTest2",
    rules: "FROM logins WITHIN WHEN COUNT() >= 1 EMIT LOW",
    events: "0 logins",
    refused: "unexpected-token",
  },
  {
    name: "a batch is told when its time is over, not before",
    origin: "ExternalTimeBatchWindowTestCase test02NoMsg",
    rules: "FROM jmx EVERY 10s WHEN COUNT() > 0 EMIT EACH LOW { avg: AVG(cpu) }",
    events: "0 jmx cpu=15; 1000 jmx cpu=15; 2000 jmx cpu=15; 3000 jmx cpu=15; 4000 jmx cpu=15",
    expect: "",
  },
  {
    name: "what begins a batch is not in the one before",
    origin: "ExternalTimeBatchWindowTestCase test05EdgeCase",
    rules: "FROM jmx EVERY 10s WHEN COUNT() > 0 EMIT EACH LOW { avg: AVG(cpu), n: COUNT() }",
    events: `0 jmx cpu=15; 10 jmx cpu=15; 20 jmx cpu=15; 10000 jmx cpu=85; 10010 jmx cpu=85; 10020 jmx cpu=85
      100000 jmx cpu=10000`,
    expect: "10000 avg=15 n=3; 20000 avg=85 n=3",
  },
  {
    name: "batches of five seconds",
    origin: "ExternalTimeBatchWindowTestCase test1",
    rules: "FROM input EVERY 5s WHEN COUNT() > 0 EMIT EACH LOW { first: FIRST(v), n: COUNT() }",
    events: `10000 input v=1; 11000 input v=2; 12000 input v=3; 13000 input v=4; 14000 input v=5
      15000 input v=6; 16500 input v=7; 17000 input v=8; 18000 input v=9; 19000 input v=10
      20000 input v=11; 20500 input v=12; 22000 input v=13; 25000 input v=14`,
    expect: "15000 first=1 n=5; 20000 first=6 n=5; 25000 first=11 n=3",
  },
];
