import type { Fact } from "./fact.ts";

const requests = `1 REQUEST transID=1234; 2 ERROR transID=1234; 3 STAT transID=1234
  10 REQUEST transID=1235; 11 ERROR transID=1235; 11 STAT transID=1235`;
const tags1 = "1 test1 tag=normal id=1; 2 test1 tag=normal id=2; 3 test1 tag=missing id=3; 4 test1 tag=normal id=4";
const tags2 = `0 test2 tag=normal id=1; 1 test2 tag=normal id=2; 2 test2 tag=missing id=3
  3 test2 tag=normal id=4; 4 test2 tag=normal id=5; 5 test2 tag=missing id=6; 120006 test2 tag=missing2 id=7`;
const tags4 = "A B M1 B C M2 D M1 C B C D A B M3 C D M4"
  .split(" ")
  .map((tag, i) => `${i + 1} test4 tag=${tag} id=${i + 1}`)
  .join("; ");

/** Steps of one stream by their tags; `-` before a tag that must not come. */
function byTags(stream: string, tags: string): string {
  const steps = tags.split(" ").map((tag, i) => {
    const not = tag.startsWith("-");
    return `${not ? "NOT " : ""}s${i}: ${stream} WHERE tag = "${not ? tag.slice(1) : tag}"`;
  });
  return `SEQUENCE ${steps.join(" THEN ")} WITHIN 1s1ms MATCH EACH`;
}

const pairOfFiles = `SEQUENCE x: file BY pid THEN NOT u: process WHERE opcode = 1 BY ppid THEN y: file BY pid WITHIN 1h
  EMIT LOW { x: x.id, y: y.id }`;
const chain = (
  span: string,
): string => `SEQUENCE c: file WHERE type = "create" BY file_path THEN s: process WHERE opcode = 1 BY process_path
  THEN t: process WHERE opcode = 2 BY process_path THEN d: file WHERE type = "delete" BY file_path
  WITHIN ${span} EMIT LOW { c: c.id, s: s.id, t: t.id, d: d.id }`;
const chainEvents = `0 file type=create file_path=x id=67; 1000 process opcode=1 process_path=x id=68
  2000 process opcode=1 process_path=y id=71; 3000 process opcode=2 process_path=x id=69; 4000 file type=delete file_path=x id=70`;

/** Elastic's EQL: sequences with join keys, `maxspan` (both ends in, so 1 ms more here), `until`, and missing events. */
export const eql: readonly Fact[] = [
  {
    name: "three steps by a key; at one time in the order of arrival",
    origin: "test_extra.toml basic",
    rules: "BY transID SEQUENCE r: REQUEST THEN e: ERROR THEN s: STAT EMIT LOW",
    events: requests,
    expect: "3 transID=1234; 11 transID=1235",
  },
  {
    name: "a filter of the first step",
    origin: "test_extra.toml basicWithFilter",
    rules: "BY transID SEQUENCE r: REQUEST WHERE transID = 1234 THEN e: ERROR THEN s: STAT EMIT LOW",
    events: requests,
    expect: "3 transID=1234",
  },
  {
    name: "a filter of every step",
    origin: "test_extra.toml basicWithFilters",
    rules:
      "BY transID SEQUENCE r: REQUEST WHERE transID = 1234 THEN e: ERROR WHERE transID = 1234 THEN s: STAT WHERE transID = 1234 EMIT LOW",
    events: requests,
    expect: "3 transID=1234",
  },
  {
    name: "a field that is missing equals nothing",
    origin: "test_extra.toml optionalMissingFieldImplicitBooleanEquality",
    rules: "FROM OPTIONAL WHERE inexistent_field = 123 EMIT LOW",
    events: "100 OPTIONAL id=4; 101 OPTIONAL id=5; 102 OPTIONAL id=6",
    expect: "",
  },
  {
    name: "a field that is missing is NULL",
    origin: "test_extra.toml optionalMissingFieldNullEquality",
    rules: "FROM OPTIONAL WHERE inexistent_field IS NULL EMIT LOW { id }",
    events: "100 OPTIONAL id=4; 101 OPTIONAL id=5; 102 OPTIONAL id=6",
    expect: "100 id=4; 101 id=5; 102 id=6",
  },
  {
    name: "twice the same step: the end of one is the beginning of the next",
    origin: "test_queries.toml doubleSameSequence",
    rules:
      "SEQUENCE x: process WHERE serial < 5 THEN y: process WHERE serial < 5 MATCH EACH EMIT LOW { x: x.serial, y: y.serial }",
    events: "1 process serial=1; 2 process serial=2; 3 process serial=3; 4 process serial=4; 5 process serial=5",
    expect: "2 x=1 y=2; 3 x=2 y=3; 4 x=3 y=4",
  },
  {
    name: "twice the same step without overlap",
    origin: "test_queries.toml doubleSameSequence",
    rules:
      "SEQUENCE x: process WHERE serial < 5 THEN y: process WHERE serial < 5 EMIT LOW { x: x.serial, y: y.serial }",
    events: "1 process serial=1; 2 process serial=2; 3 process serial=3; 4 process serial=4; 5 process serial=5",
    expect: "2 x=1 y=2; 4 x=3 y=4",
    differs: "by default matches do not overlap; EQL is MATCH EACH",
  },
  {
    name: "the parts of a key have other names in each step",
    origin: "test_queries.toml twoSequencesWithKeys2",
    rules: `SEQUENCE f: file WHERE file_name = "lsass.exe" BY file_path, process_path
      THEN p: process BY process_path, parent_process_path EMIT LOW { f: f.id, p: p.id }`,
    events: `1 file file_name=lsass.exe file_path=l process_path=py id=61; 2 process process_path=l parent_process_path=cmd id=60
      3 process process_path=l parent_process_path=py id=62`,
    expect: "3 f=61 p=62",
  },
  {
    name: "a key more that does not agree",
    origin: "test_queries.toml twoSequencesWithKeys4",
    rules: `SEQUENCE f: file WHERE file_name = "lsass.exe" BY pid, file_path
      THEN p: process BY pid, process_path EMIT LOW { f: f.id, p: p.id }`,
    events: "1 file file_name=lsass.exe file_path=l pid=1 id=61; 2 process process_path=l pid=2 id=62",
    expect: "",
  },
  {
    name: "until: what ends it comes between",
    origin: "test_queries.toml doubleSameSequenceWithByUntilAndHead2",
    rules: pairOfFiles,
    events: "1 file pid=7 id=55; 2 process ppid=7 opcode=1 id=56; 3 file pid=7 id=61",
    expect: "",
  },
  {
    name: "until: what would end it does not come",
    origin: "test_queries.toml doubleSameSequenceWithByUntilAndHead1",
    rules: pairOfFiles,
    events: "1 file pid=7 id=55; 2 process ppid=7 opcode=2 id=56; 2 process ppid=8 opcode=1 id=57; 3 file pid=7 id=61",
    expect: "3 x=55 y=61",
  },
  {
    name: "four steps on two streams within a minute",
    origin: "test_queries.toml sequencesOnDifferentEventTypes5",
    rules: chain("1m1ms"),
    events: chainEvents,
    expect: "4000 c=67 s=68 t=69 d=70",
  },
  {
    name: "four steps that take longer than they may",
    origin: "test_queries.toml sequencesOnDifferentEventTypes7",
    rules: chain("501ms"),
    events: chainEvents,
    expect: "",
  },
  {
    name: "missing between: nothing that could come",
    origin: "test_missing_events.toml missingInBetween_noMatches",
    rules: `${byTags("test1", "normal -nonexisting normal")} EMIT LOW { x: s0.id, y: s2.id }`,
    events: tags1,
    expect: "2 x=1 y=2; 4 x=2 y=4",
  },
  {
    name: "missing between: one that comes",
    origin: "test_missing_events.toml missingInBetween_match",
    rules: `${byTags("test1", "normal -missing normal")} EMIT LOW { x: s0.id, y: s2.id }`,
    events: tags1,
    expect: "2 x=1 y=2",
  },
  {
    name: "missing at the end",
    origin: "test_missing_events.toml positivePlusMissing",
    rules: `${byTags("test1", "normal -missing")} EMIT LOW { x: s0.id }`,
    events: tags1,
    until: 2000,
    expect: "1005 x=4",
  },
  {
    name: "missing: the first beginning fails, the second one holds",
    origin: "test_missing_events.toml skipFirstMatchAndPickSecondCandidate",
    rules: `${byTags("test2", "normal normal -missing normal")} EMIT LOW { x: s0.id, y: s1.id, z: s3.id }`,
    events: tags2,
    expect: "4 x=2 y=4 z=5",
  },
  {
    name: "missing at the beginning",
    origin: "test_missing_events.toml leadingSimple",
    rules: `${byTags("test3", "-missing normal")} EMIT LOW`,
    events: "0 test3 tag=missing",
    refused: "not-first",
    differs: "a sequence begins with an event; that none came before is a condition on a window",
  },
  ...missing("1", "A B -M1 C -M2 D", "17 a=13"),
  ...missing("2", "A B -M1 C D", "17 a=13"),
  ...missing("3", "A B C -M2 D", "17 a=13"),
  ...missing("4", "A B -M1 C -M2 D -M4", ""),
  ...missing("5", "A B -none C -none D", "7 a=1; 17 a=13"),
  ...missing("6", "A B C -M2 D -none", "1014 a=13"),
];

function missing(number: string, tags: string, expect: string): readonly Fact[] {
  return [
    {
      name: `missing in several places: ${tags}`,
      origin: `test_missing_events.toml multipleMissing${number}`,
      rules: `${byTags("test4", tags)} EMIT LOW { a: s0.id }`,
      events: tags4,
      until: 2000,
      expect,
    },
  ];
}
