/** A keyword, or keywords that stand together, as completion offers it and hover explains it. */
export interface KeywordRecord {
  readonly words: string;
  readonly doc: string;
  /** What is put behind the words to ask the parser whether they may stand at a place; nothing where they decide alone. */
  readonly behind?: string;
  /** What completion inserts where more than the words is wanted. */
  readonly snippet?: string;
}

/** The keywords of the language, in the order in which completion offers them. */
export const keywordRecords: readonly KeywordRecord[] = [
  { words: "RULE", behind: " x", doc: 'Begins a rule and names it: `RULE burst "Rapid-fire payments"`.' },
  {
    words: "FROM",
    behind: " x",
    doc: "The streams whose events the rule takes; without it every stream but derived ones.",
  },
  { words: "WHERE", behind: " x", doc: "Keeps the events for which the condition is TRUE." },
  { words: "BY", behind: " x", doc: "Keys the rule: everything below happens per distinct key." },
  {
    words: "SEQUENCE",
    behind: " x",
    doc: "Steps that follow one another: `SEQUENCE fail: logins{3,} WHERE … THEN ok: logins`.",
  },
  {
    words: "WITHIN",
    behind: " 1s",
    doc: "A sliding window: the events of the last duration. In a sequence, how long a match may take.",
  },
  {
    words: "EVERY",
    behind: " 1s",
    doc: "A window that goes by the clock: evaluated at the end of each duration. Behind WITHIN, how often.",
  },
  {
    words: "LAST",
    behind: " 1 EVENTS",
    snippet: "LAST ${1:10} EVENTS",
    doc: "A window of the newest events of the key, the current one included: `LAST 10 EVENTS`.",
  },
  {
    words: "SESSION",
    behind: " 1s",
    doc: "A window of events that are less than a gap apart; evaluated when it closes.",
  },
  {
    words: "PRECISION",
    behind: " 1s",
    doc: "Lets a sliding window move in steps, so that counts per step are all that is kept.",
  },
  { words: "OFFSET", behind: " 1s", doc: "Shifts the ends of windows that go by the clock: `EVERY 1d OFFSET 6h`." },
  { words: "MAX", behind: " 1s", doc: "Closes a session at this age, however active it is." },
  { words: "EVENTS", doc: "Ends `LAST n EVENTS`." },
  { words: "MATCH EACH", doc: "Lets every start of a sequence yield its own match." },
  { words: "MATCH LATEST", doc: "Of the runs that one event completes, the newest start wins." },
  {
    words: "MATCH ALL LIMIT",
    behind: " 1",
    doc: "Yields every combination of events that matches, with at most so many live runs a key.",
  },
  { words: "EXPIRE AFTER", doc: "Forgets a key, with its events, runs and episodes, this long after its last event." },
  { words: "WHEN", doc: "The condition on which the rule fires." },
  { words: "EMIT", doc: "What the alert says: a severity, a message, data." },
  { words: "INFO", doc: "The lowest severity." },
  { words: "LOW", doc: "A severity." },
  { words: "MEDIUM", doc: "A severity." },
  { words: "HIGH", doc: "A severity." },
  { words: "CRITICAL", doc: "The highest severity." },
  { words: "EACH", doc: "Fires at every evaluation that is TRUE, not once an episode." },
  { words: "FOR", doc: "Fires when the condition has been TRUE for so long without a break." },
  { words: "AND RESOLVE", doc: "A second alert with status `resolved` tells when the episode is over." },
  { words: "INTO", doc: "Makes the alert an event of a derived stream, which other rules read." },
  { words: "TO", doc: "The sinks that the alert goes to." },
  { words: "COOLDOWN", behind: " 1s", doc: "Holds further alerts of the key back for so long after one fired." },
  { words: "PER", doc: "The value that a cooldown is kept for, instead of the key." },
  { words: "AS", doc: "Names a key as alerts show it." },
  { words: "THEN", doc: "The next step of a sequence; other events may come between." },
  { words: "NEXT", behind: " x", doc: "`THEN NEXT`: no event of the key may come between." },
  { words: "ALL OF", behind: " (", snippet: "ALL OF ($0)", doc: "A step of several events that come in any order." },
  { words: "ANY OF", behind: " (", snippet: "ANY OF ($0)", doc: "A step that any one of several events makes." },
  { words: "AND", doc: "Both conditions hold." },
  { words: "OR", doc: "One of the conditions holds." },
  { words: "NOT", doc: "The condition does not hold. In a sequence: what must not come." },
  { words: "IN", doc: 'Whether a value is among those listed, or a key of a table: `country IN ("DE", "FR")`.' },
  { words: "BETWEEN", doc: "From the one to the other, both ends included." },
  { words: "LIKE", doc: "Matches a pattern: `%` stands for any text, `_` for one character." },
  { words: "MATCHES", doc: "Matches a regular expression, found anywhere, in linear time." },
  { words: "CONTAINS", doc: "A text holds another, or a list a value." },
  { words: "STARTS WITH", doc: "A text begins with another." },
  { words: "ENDS WITH", doc: "A text ends with another." },
  { words: "IS NULL", doc: "The value is missing." },
  { words: "IS NOT NULL", doc: "The value is there." },
  { words: "TRUE", doc: "The BOOLEAN value." },
  { words: "FALSE", doc: "The BOOLEAN value." },
  { words: "NULL", doc: "No value: what is missing, and what cannot be computed." },
  {
    words: "CASE",
    behind: " WHEN",
    snippet: "CASE WHEN ${1:condition} THEN ${2:value} ELSE ${3:value} END",
    doc: "Chooses a value by conditions.",
  },
  { words: "ELSE", doc: "The value of a CASE none of whose conditions holds." },
  { words: "END", doc: "Ends a CASE." },
  { words: "PRIOR", behind: " x", doc: "Leaves the current event out of an aggregate." },
  { words: "DISTINCT", behind: " x", doc: "Counts different values." },
  { words: "OVER", doc: "Gives an aggregate a sliding window of its own." },
  {
    words: "STREAM",
    behind: " x",
    doc: "Declares a stream: the fields of its events, and which of them holds the time.",
  },
  {
    words: "TABLE",
    behind: " x",
    doc: "Declares a table whose rows the host gives: `TABLE accounts KEY user { tier: STRING }`.",
  },
  {
    words: "PARAM",
    behind: " x",
    snippet: "PARAM ${1:name} = ${2:value}",
    doc: "A constant that the host may override.",
  },
  { words: "LET", behind: " x", snippet: "LET ${1:name} = ${2:expression}", doc: "Names an expression." },
  {
    words: "TEST",
    behind: ' "x"',
    snippet: 'TEST "${1:what it shows}" {\n\t${2:stream} { ${3:field}: ${4:value} } AT ${5:0s}\n\tEXPECT ${6:rule}\n}',
    doc: "Events with their times, and the alerts that the rules of the file must then fire.",
  },
  { words: "KEY", doc: "The field by which rows of a table are found." },
  { words: "TIME", doc: "The field that holds the event time; also a type." },
  { words: "ARRIVAL", doc: "`TIME ARRIVAL`: events have the time at which they arrive." },
  { words: "IN SECONDS", doc: "The event time is given in seconds." },
  { words: "IN MILLISECONDS", doc: "The event time is given in milliseconds, as without this." },
  { words: "IN MICROSECONDS", doc: "The event time is given in microseconds." },
  { words: "LATENESS", behind: " 1s", doc: "How late an event may come and still be taken." },
  {
    words: "AHEAD",
    behind: " 1s",
    doc: "How far above the clock an event time may be; beyond, the event is set aside as bad.",
  },
  { words: "STRING", doc: "A type: text." },
  { words: "NUMBER", doc: "A type: a number." },
  { words: "BOOLEAN", doc: "A type: TRUE or FALSE." },
  { words: "DURATION", doc: "A type: a length of time; in events milliseconds." },
  { words: "LIST", doc: "A type: values in a row." },
  { words: "OBJECT", doc: "A type: fields with values." },
  { words: "ANY", doc: "A type: nothing is known of the value." },
  { words: "AT", behind: " 0s", doc: "The times of an event of a TEST, or that of an expected alert." },
  { words: "EXPECT", behind: " x", doc: "An alert that must fire: its rule, and what else is to be compared." },
  { words: "NOTHING", doc: "`EXPECT NOTHING`: no alert may fire." },
  { words: "RESOLVED", doc: "Expects the alert that says that an episode is over." },
  { words: "UNTIL", behind: " 0s", doc: "Moves the clock of a TEST on at its end." },
];

const byFirstWord: ReadonlyMap<string, readonly KeywordRecord[]> = Map.groupBy(
  keywordRecords,
  ({ words }) => words.split(" ")[0] ?? "",
);

/** The keyword that begins with a word, in upper case, and goes on with the next ones: of several the longest. */
export function keywordFor(word: string, next: readonly string[]): KeywordRecord | undefined {
  const candidates = byFirstWord.get(word) ?? [];
  const fitting = candidates.filter(({ words }) =>
    words.split(" ").every((part, i) => i === 0 || next[i - 1] === part),
  );
  return fitting.toSorted((a, b) => b.words.length - a.words.length)[0] ?? candidates[0];
}
