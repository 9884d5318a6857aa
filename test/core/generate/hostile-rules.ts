import type { EngineOptions, EventData } from "@weir/core";
import { messageText, named, quotedText } from "./hostile-text.ts";

/** What texts and names a file of rules is made of. */
export interface Hostile {
  /** Twelve different ones. */
  readonly names: readonly string[];
  readonly text: string;
  readonly other: string;
}

export interface HostileFile {
  readonly rules: string;
  readonly events: readonly { readonly stream: string; readonly event: EventData }[];
  readonly options: EngineOptions;
  /** What has to fire, where the compiler takes the rules; `null` where that depends on the text. */
  readonly fires: number | null;
}

const startMs = 1_700_000_000_000;

/** An event with fields of any names, as JSON.parse would give it. */
function eventOf(fields: readonly (readonly [string, unknown])[], at = 0): EventData {
  return Object.fromEntries([["ts", startMs + at], ...fields]) as EventData;
}

/** Files of rules by what of the language they use. */
export const hostileFiles: Readonly<Record<string, (hostile: Hostile) => HostileFile>> = {
  "windows and aggregates": ({ names, text, other }) => {
    const [stream, field, amount, rule, key, datum] = names.map(named);
    return {
      rules: `
        STREAM ${stream} { ${field}: STRING, ${amount}: NUMBER }
        RULE ${rule} ${quotedText(other)}
          FROM ${stream}
          WHERE ${field} = ${quotedText(text)} AND ${amount} != 3.5 AND ${field} IN (${quotedText(text)}, ${quotedText(other)})
          BY ${field} AS ${key}
          WITHIN 1m
          WHEN COUNT() >= 1 AND SUM(${amount}) < 1e300 AND COUNT(DISTINCT ${field}) > 0 AND LAST(${amount}) = 5
          EMIT HIGH ${messageText(other)} { ${datum}: ${quotedText(text)}, ${quotedText(text)}: MAX(${amount}) }`,
      events: [
        {
          stream: names[0]!,
          event: eventOf([
            [names[1]!, text],
            [names[2]!, 5],
          ]),
        },
      ],
      options: {},
      fires: 1,
    };
  },
  sequences: ({ names, text, other }) => {
    const [stream, second, field, amount, first, last, rule, datum] = names.map(named);
    const event = (i: number, amountIs: number): EventData =>
      eventOf(
        [
          [names[2]!, text],
          [names[3]!, amountIs],
        ],
        i,
      );
    return {
      rules: `
        RULE ${rule} ${quotedText(other)}
          BY ${field}
          SEQUENCE ${first}: ${stream} WHERE ${amount} = 1 AND ${field} != ${quotedText(`${other}x`)}
          THEN ${last}: ${second} WHERE ${amount} > ${first}.${amount} AND ${field} = ${quotedText(text)}
          WITHIN 1m
          WHEN ${last}.${amount} = 2
          EMIT HIGH ${messageText(other)} { ${datum}: ${first}.${field} }
        BY ${field} SEQUENCE ${first}: ${stream} THEN NOT ${last}: ${second} WITHIN 1s EMIT LOW`,
      events: [
        { stream: names[0]!, event: event(0, 1) },
        { stream: names[1]!, event: event(1, 2) },
      ],
      options: {},
      fires: 1,
    };
  },
  patterns: ({ names, text, other }) => {
    const [stream, field, rule] = names.map(named);
    return {
      rules: `
        RULE ${rule} FROM ${stream}
          WHERE ${field} CONTAINS ${quotedText(text)} AND ${field} STARTS WITH ${quotedText(text)}
          WHEN ${field} ENDS WITH ${quotedText(text)} EMIT LOW
        FROM ${stream} WHERE ${field} LIKE ${quotedText(`%${other}_`)} WHEN ${field} NOT LIKE ${quotedText(text)} EMIT LOW
        FROM ${stream} WHERE ${field} MATCHES ${quotedText(`\\Q${text.replaceAll("\\E", "")}\\E|${"x".repeat(3)}`)} EMIT LOW`,
      events: [{ stream: names[0]!, event: eventOf([[names[1]!, text]]) }],
      options: {},
      fires: null,
    };
  },
  tables: ({ names, text, other }) => {
    const [stream, field, table, key, column, rule, datum] = names.map(named);
    return {
      rules: `
        TABLE ${table} KEY ${key} { ${key}: STRING, ${column}: STRING }
        RULE ${rule} FROM ${stream}
          WHERE ${field} IN ${table}
          WHEN ${table}[${field}].${column} = ${quotedText(other)} AND ${field} = ${quotedText(text)}
          EMIT LOW { ${datum}: ${table}[${field}].${column} }`,
      events: [{ stream: names[0]!, event: eventOf([[names[1]!, text]]) }],
      options: {
        tables: Object.fromEntries([
          [
            names[2]!,
            [
              Object.fromEntries([
                [names[3]!, text],
                [names[4]!, other],
              ]),
            ],
          ],
        ]),
      },
      fires: 1,
    };
  },
  parameters: ({ names, text, other }) => {
    const [stream, field, param, count, letName, rule] = names.map(named);
    return {
      rules: `
        PARAM ${param} = ${quotedText(text)}
        PARAM ${count} = 1
        LET ${letName} = ${field} = ${param}
        RULE ${rule} FROM ${stream} BY ${field} WITHIN 1m WHEN COUNT() > ${count} AND ${letName}
          EMIT LOW "{${param}} {${count}}"`,
      events: [0, 1].map((i) => ({ stream: names[0]!, event: eventOf([[names[1]!, other]], i) })),
      options: { params: Object.fromEntries([[names[2]!, other]]) },
      fires: 1,
    };
  },
  "derived streams and nested fields": ({ names, text, other }) => {
    const [stream, derived, object, inner, datum, rule, second, key] = names.map(named);
    return {
      rules: `
        STREAM ${stream} { ${object}: { ${inner}: STRING } }
        RULE ${rule} FROM ${stream} WHERE ${object}.${inner} = ${quotedText(text)} BY ${object}.${inner} AS ${key}
          WITHIN 1m WHEN COUNT() = 1 EMIT LOW { ${datum}: ${object}.${inner} } INTO ${derived}
        RULE ${second} FROM ${derived} WHERE ${datum} = ${quotedText(text)} BY ${key}
          WHEN CASE WHEN ${datum} = ${quotedText(text)} THEN ${quotedText(other)} ELSE "" END = ${quotedText(other)}
          EMIT HIGH ${messageText(text)} { ${datum} }`,
      events: [{ stream: names[0]!, event: eventOf([[names[2]!, Object.fromEntries([[names[3]!, text]])]]) }],
      options: {},
      fires: 2,
    };
  },
};
