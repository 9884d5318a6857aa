import type { CompletionItem } from "./service-types.ts";

/** Whole rules to fill in. */
export const ruleSnippets: readonly CompletionItem[] = [
  snippet(
    "rule: too many events",
    "A burst: more than so many events of one key within a time.",
    'RULE ${1:burst}\n\tFROM ${2:stream}\n\tBY ${3:user}\n\tWITHIN ${4:10s}\n\tWHEN COUNT() > ${5:5}\n\tEMIT ${6:HIGH} "{${3:user}} made {COUNT()} events"\n\tCOOLDOWN ${7:1m}\n',
  ),
  snippet(
    "rule: too many different values",
    "More than so many different values of a field of one key.",
    "RULE ${1:spread}\n\tFROM ${2:stream}\n\tBY ${3:user}\n\tWITHIN ${4:10m}\n\tWHEN COUNT(DISTINCT ${5:ip}) >= ${6:5}\n\tEMIT ${7:HIGH} { values: COUNT(DISTINCT ${5:ip}) }\n",
  ),
  snippet(
    "rule: far from the usual",
    "A value far above what is usual for its key.",
    "RULE ${1:outlier}\n\tFROM ${2:stream}\n\tBY ${3:user}\n\tWITHIN ${4:30d}\n\tWHEN COUNT(PRIOR) >= 10 AND ZSCORE(${5:amount}) > ${6:3}\n\tEMIT ${7:HIGH} { usual: AVG(PRIOR ${5:amount}) }\n\tEXPIRE AFTER ${8:60d}\n",
  ),
  snippet(
    "rule: impossible travel",
    "A key that moves faster than anything can.",
    "RULE ${1:travel}\n\tFROM ${2:logins}\n\tBY ${3:user}\n\tWHEN SPEED_KMH(${4:lat}, ${5:lon}) > ${6:900}\n\tEMIT ${7:HIGH} { kmh: ROUND(SPEED_KMH(${4:lat}, ${5:lon})) }\n\tEXPIRE AFTER ${8:7d}\n",
  ),
  snippet(
    "rule: one after the other",
    "Failures, then a success: a sequence of steps.",
    'RULE ${1:takeover}\n\tBY ${2:user}\n\tSEQUENCE fail: ${3:logins}{${4:3},} WHERE ${5:outcome = "failure"}\n\t    THEN ok: ${3:logins} WHERE ${6:outcome = "success"}\n\tWITHIN ${7:10m}\n\tEMIT ${8:CRITICAL} { failures: COUNT(fail) }\n',
  ),
  snippet(
    "rule: what did not come",
    "An event that is not followed by another in time.",
    "RULE ${1:unpaid}\n\tSEQUENCE ${2:placed}: ${3:orders} BY ${4:id} THEN NOT ${5:paid}: ${6:payments} BY ${7:order_id}\n\tWITHIN ${8:15m}\n\tEMIT ${9:MEDIUM}\n",
  ),
  snippet(
    "rule: a key that fell silent",
    "A dead-man's switch: no event of a key for a time.",
    "RULE ${1:silent}\n\tFROM ${2:heartbeats}\n\tBY ${3:host}\n\tEVERY ${4:1m}\n\tWHEN COUNT() = 0\n\tEMIT ${5:HIGH} AND RESOLVE\n\tEXPIRE AFTER ${6:1d}\n",
  ),
  snippet(
    "rule: a report by the clock",
    "Figures at the end of each duration.",
    "RULE ${1:report}\n\tFROM ${2:stream}\n\tEVERY ${3:1h}\n\tEMIT INFO { count: COUNT(), ${4:total}: SUM(${5:amount}) }\n",
  ),
  snippet(
    "stream",
    "A stream with its fields, its time and how late events may come.",
    "STREAM ${1:name} {\n\t${2:user}: STRING,\n\t${3:amount}: NUMBER,\n} TIME ${4:ts} LATENESS ${5:2s}\n",
  ),
];

function snippet(label: string, doc: string, insert: string): CompletionItem {
  return { label, kind: "snippet", doc, insert, snippet: true, sort: `6${label}` };
}
