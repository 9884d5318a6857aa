/** Words that are names only in back-ticks, behind a dot and before the colon of an object. */
export const reservedWords: ReadonlySet<string> = new Set(
  [
    "AND OR NOT IN BETWEEN LIKE MATCHES CONTAINS IS NULL TRUE FALSE CASE WHEN THEN ELSE END",
    "FROM WHERE BY WITHIN EMIT RULE SEQUENCE",
  ].flatMap((line) => line.split(" ")),
);

/** Keywords in their place and names everywhere else. */
export const placedKeywords: ReadonlySet<string> = new Set(
  [
    "STREAM TABLE PARAM LET TEST KEY TIME ARRIVAL LATENESS AHEAD SECONDS MILLISECONDS MICROSECONDS",
    "STRING NUMBER BOOLEAN DURATION LIST OBJECT ANY",
    "LAST EVENTS EVERY OFFSET PRECISION SESSION MAX MATCH EACH LATEST ALL LIMIT EXPIRE AFTER NEXT OF",
    "OVER PRIOR DISTINCT STARTS ENDS WITH FOR INFO LOW MEDIUM HIGH CRITICAL INTO TO RESOLVE COOLDOWN PER AS",
    "AT EXPECT NOTHING RESOLVED UNTIL",
  ].flatMap((line) => line.split(" ")),
);
