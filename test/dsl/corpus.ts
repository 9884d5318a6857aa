/** Valid rule files, at least one for every construct of the language; each by what it shows. */
export const corpus: Readonly<Record<string, string>> = {
  "the shortest rule": "FROM logins EMIT LOW",
  "an empty file": "",
  "comments alone": "-- nothing yet\n/* but\n   soon */\n",
  "the short form": "WITHIN 10s COUNT(user) > 5 EMIT HIGH",
  "a rule of every clause": `RULE burst "Rapid-fire payments"
  FROM payments, refunds
  WHERE status = "approved" AND amount > 0
  BY user
  WITHIN 10s
  WHEN COUNT() > 5 FOR 2s
  EMIT HIGH "user {user} made {COUNT()} payments" { total: SUM(amount), user } INTO bursts TO pager, "ops-mail" AND RESOLVE
  COOLDOWN 1m PER user
  EXPIRE AFTER 1h
`,
  "clauses in another order": `RULE turned WITHIN 5m EXPIRE AFTER 1d BY user, ip WHERE amount > 10 FROM payments
WHEN SUM(amount) > 1000 EMIT MEDIUM`,
  "several rules without names": `FROM a EMIT LOW
BY user WITHIN 1m WHEN COUNT() > 3 EMIT MEDIUM
EVERY 1h EMIT INFO { n: COUNT() };
WHEN amount > 100 EMIT HIGH;
EXPIRE AFTER 1h EMIT INFO
LAST 5 EVENTS WHEN AVG(amount) > 10 EMIT LOW
SESSION 30m EMIT LOW
WHERE amount > 1 EMIT LOW
SEQUENCE a THEN b EMIT LOW
MATCH EACH SEQUENCE a THEN b WITHIN 1m EMIT LOW
`,
  "semicolons behind declarations": "PARAM limit = 5; LET big = amount > limit;; FROM a WHERE big EMIT LOW;",
  "a declared stream": `STREAM payments {
  user: STRING,
  amount: NUMBER,
  ok: BOOLEAN,
  at: TIME,
  took: DURATION,
  tags: LIST,
  raw: OBJECT,
  other: ANY,
  device: { ip: STRING, os?: STRING },
  note?: STRING,
} TIME paid_at LATENESS 2s AHEAD 1d
FROM payments WHERE device.os = "x" EMIT LOW`,
  "streams without fields": `STREAM a
STREAM b TIME ARRIVAL
STREAM c TIME seen IN SECONDS LATENESS 0s
STREAM d AHEAD 5m TIME seen IN MICROSECONDS
STREAM e {} TIME seen IN MILLISECONDS
STREAM f TIME \`arrival\`
FROM a, b, c, d, e, f EMIT LOW`,
  tables: `TABLE accounts KEY user { tier: STRING, home?: STRING }
TABLE vip KEY \`user id\`
FROM payments WHERE user IN accounts AND accounts[user].tier = "gold" AND user NOT IN vip EMIT LOW { home: accounts[user].home }`,
  parameters: `PARAM limit = 5
PARAM gap = 10m
PARAM currency = "EUR"
PARAM strict = TRUE
PARAM offset = -1.5
RULE one FROM payments WHERE c = currency AND strict BY user WITHIN gap WHEN COUNT() > limit + offset EMIT LOW
RULE two FROM payments SESSION gap MAX gap EMIT LOW
RULE three FROM payments BY user WHEN COUNT() OVER gap > 3 EMIT LOW COOLDOWN gap EXPIRE AFTER gap`,
  "named expressions": `LET night = HOUR(EVENT_TIME(), "Europe/Berlin") < 6
LET risky = night OR amount > 1000
FROM payments WHERE risky EMIT LOW`,
  "sliding windows": `RULE a BY user WITHIN 10s WHEN COUNT() > 1 EMIT LOW
RULE b BY user WITHIN 1h30m PRECISION 5m WHEN COUNT() > 1 EMIT LOW
RULE c BY user LAST 20 EVENTS WHEN AVG(amount) > 10 EMIT LOW`,
  "windows by the clock": `RULE a EVERY 10s EMIT LOW { n: COUNT() }
RULE b EVERY 1d OFFSET 6h EMIT LOW { n: COUNT() }
RULE c BY user WITHIN 10m EVERY 1m WHEN COUNT() > 3 EMIT LOW
RULE d BY user WITHIN 10m EVERY 1m OFFSET 30s WHEN COUNT() > 3 EMIT LOW`,
  sessions: `RULE a BY user SESSION 30m EMIT LOW { n: COUNT() }
RULE b BY user SESSION 30m MAX 8h WHEN COUNT() > 100 EMIT LOW
RULE c BY user SESSION 30m MAX(amount) > 3 EMIT LOW`,
  "conditions directly behind windows": `WITHIN 10s COUNT() > 5 EMIT LOW
LAST 2 EVENTS COUNT() = 2 EMIT LOW
EVERY 10s COUNT() > 2 FOR 1m EMIT LOW
WITHIN 1m EVERY 10s NOT (COUNT() < 2) EMIT LOW
WITHIN 10s (COUNT() > 5) EMIT LOW`,
  branches: `RULE levels
  BY user
  WITHIN 1m
  WHEN COUNT() > 20 EMIT CRITICAL
  WHEN COUNT() > 10 FOR 5s EMIT HIGH "many"
  WHEN COUNT() > 5 EMIT LOW { n: COUNT() } TO mail
  COOLDOWN 10m`,
  "firing at every evaluation": "BY user WITHIN 10s WHEN COUNT() > 2 EMIT EACH LOW { n: COUNT() }",
  keys: "BY device.ip, LOWER(user) AS who, amount + 1, `odd key` AS `odd name` WHEN COUNT() = 1 EMIT LOW",
  arithmetic: `FROM a WHERE 1 + 2 * 3 - -x / 4 % 5 > (1 + 2) * 3 AND -(x + 1) < - -x AND x - (y - z) = x - y - z EMIT LOW`,
  numbers: "FROM a WHERE x IN (0, 12, 1_000, 0.5, 1e6, 1.5E-3, 2e+2, 1_0.2_5) EMIT LOW",
  durations:
    "FROM a WHERE d > 500ms AND d < 1w2d3h4m5s6ms AND ts - PREV(ts) < 1_0s AND SECONDS(d) > 1 AND d > 0s EMIT LOW",
  strings: `FROM a WHERE s IN ("double", 'single', "it's", 'say "x"', "tab\\tnew\\nline \\u00e9 \\/ \\\\ \\" \\' \\b\\f\\r", r"^\\d+$", r'C:\\x', "") EMIT LOW`,
  comparisons: "FROM a WHERE x = 1 AND x == 1 AND x != 2 AND x <> 2 AND x < 3 AND x <= 3 AND x > 0 AND x >= 0 EMIT LOW",
  "word operators": `FROM a
  WHERE x IN (1, 2) AND x NOT IN (3) AND x IN tags
    AND x BETWEEN 1 AND 2 + 3 AND x NOT BETWEEN 5 AND 6
    AND s LIKE "a%" AND s NOT LIKE "b_"
    AND s MATCHES r"^\\w+$" AND s NOT MATCHES "x"
    AND s CONTAINS "c" AND tags NOT CONTAINS "d"
    AND s STARTS WITH "e" AND s NOT STARTS WITH "f"
    AND s ENDS WITH "g" AND s NOT ENDS WITH "h"
    AND y IS NULL AND x IS NOT NULL
  EMIT LOW`,
  logic:
    "FROM a WHERE NOT a AND NOT NOT b OR (c OR d) AND (e AND f OR NOT (g = h)) OR TRUE AND FALSE OR z = NULL EMIT LOW",
  "case expressions": `FROM a EMIT LOW {
  size: CASE WHEN amount > 100 THEN "big" WHEN amount > 10 THEN "middle" ELSE "small" END,
  sign: CASE WHEN amount < 0 THEN -1 END
}`,
  paths:
    "FROM a WHERE a.b.c = items[0].sku AND items[i + 1][2].x = 1 AND a.from = a.`odd name` AND a.select.end > 1 AND (5).x IS NULL EMIT LOW",
  functions: `FROM a WHERE ROUND(x, 2) > ABS(y) AND COALESCE(z, 0) = IF(x > 1, 1, 0) AND IN_CIDR(ip, "10.0.0.0/8")
  AND TIME("2024-01-01T00:00:00Z") < EVENT_TIME() AND lower(s) = "x" AND STREAM_NAME() = "a" EMIT LOW`,
  "functions about the event before": `BY user WHEN SPEED_KMH(lat, lon) > 900 AND ELAPSED() < 1h AND amount > PREV(amount) EMIT HIGH`,
  aggregates: `BY user WITHIN 1h
  WHEN COUNT() > 1 AND COUNT(status >= 500) > 1 AND COUNT(DISTINCT ip) > 2 AND SUM(x) > 1 AND AVG(x) > 1 AND MIN(x) < MAX(x)
    AND STDDEV(x) > 1 AND STDDEV_POP(x) > 1 AND VARIANCE(x) > 1 AND MEDIAN(x) > 1 AND PERCENTILE(x, 99.9) > 1 AND FIRST(x) < LAST(x)
    AND RATE() > 1 AND APPROX_DISTINCT(ip) > 1 AND APPROX_PERCENTILE(x, 95) > 1
  EMIT LOW`,
  "aggregates with modifiers": `BY user WITHIN 1h
  WHEN amount > AVG(PRIOR amount) + 3 * STDDEV(PRIOR amount) AND COUNT(PRIOR) >= 10 AND COUNT(PRIOR DISTINCT ip) > 2
    AND COUNT(DISTINCT PRIOR ip) > 2 AND ZSCORE(amount) > 3 AND COUNT() OVER 5m > 3 * COUNT() OVER 1h / 12 AND SUM(PRIOR prior) > 1
  EMIT LOW`,
  messages: `FROM a EMIT LOW "{user} paid {ROUND(amount, 2)} {{braces}} {IF(x = \\"}\\", 'a', r'b')} \\u00e9 {a.b[0]}" { user }
FROM a EMIT LOW 'it\\'s {x}'
FROM a EMIT LOW r"raw {x} \\d"
FROM a EMIT LOW ""`,
  data: `FROM a EMIT LOW { total: SUM(amount), user, device.ip, when: ts, "odd key": 1, \`other key\`: 2, "a\\"b": 3, }
FROM a EMIT LOW {}`,
  derived: `RULE one FROM a EMIT LOW { n: x } INTO hot
RULE two FROM hot BY n WITHIN 1m WHEN COUNT() > 3 EMIT HIGH TO pager INTO hotter AND RESOLVE`,
  sequences: `RULE takeover
  BY user
  SEQUENCE fail: logins{3,} WHERE outcome = "failure"
      THEN ok: logins WHERE outcome = "success" AND ip != fail.ip
      THEN move: transactions WHERE amount > 1000
  WITHIN 10m
  EMIT CRITICAL { failures: COUNT(fail), amount: move.amount }

RULE unpaid
  SEQUENCE placed: orders BY id THEN NOT paid: payments BY order_id
  WITHIN 15m
  EMIT MEDIUM "order {placed.id} was not paid in 15 minutes"`,
  quantifiers: "SEQUENCE a{2} THEN b{2,} THEN c{2,3} THEN d+ THEN e* THEN f? THEN g WITHIN 1h EMIT LOW",
  "strict steps": "SEQUENCE a THEN NEXT b THEN NOT x THEN NOT y: z WHERE n > 1 THEN c WITHIN 1h EMIT LOW",
  groups: `SEQUENCE ALL OF (x: a WHERE n > 1 BY k, y: b BY (k), z: c BY (k)) THEN ANY OF (d BY k, e BY k) WITHIN 1m EMIT LOW
SEQUENCE ALL OF (x: a BY (k, l), y: b WHERE n = 2 BY (k, l)) WITHIN 1m EMIT LOW`,
  "steps without streams":
    "FROM logins BY user SEQUENCE bad: WHERE ok = FALSE THEN good: WHERE ok = TRUE WITHIN 1m EMIT LOW",
  "kinds of matches": `SEQUENCE a THEN b MATCH EACH WITHIN 10s EMIT LOW
SEQUENCE a THEN b WITHIN 10s MATCH LATEST WHEN b.n > 1 EMIT LOW
SEQUENCE a THEN b MATCH ALL LIMIT 100 WITHIN 10s a.n > b.n EMIT LOW`,
  "keywords in any case":
    "rule Quiet from Logins where not ok by User within 10s when count() > 3 emit each high cooldown 1m expire after 1d",
  "keywords as names": `RULE max FROM stream, table, match, last WHERE limit > 1 AND high > 1 AND last > 1 AND time > 1 AND key = every AND expire
  BY session, "constant" AS by EMIT LOW { limit, high, every: every, to, each, when: window }
FROM test WITHIN 10s last > 5 EMIT LOW
SEQUENCE next THEN next THEN NEXT next THEN all THEN any WITHIN 1m EMIT LOW
WITHIN 10s offset > 1 EMIT LOW
WITHIN 10s precision + 1 > 1 EMIT LOW
FROM a EMIT LOW INTO into TO to, each`,
  "names in back-ticks":
    "RULE `my rule` FROM `odd stream`, `größe` WHERE `when` = 1 AND `odd field`.`and` = 2 EMIT LOW { `when`, from: `a b` } TO `my sink`",
  tests: `PARAM limit = 5
TABLE accounts KEY user
RULE burst BY user WITHIN 10s WHEN COUNT() > limit EMIT HIGH { n: COUNT() } AND RESOLVE

TEST "six quick payments fire once" {
  PARAM limit = 5
  TABLE accounts { user: "u1", tier: "gold" }
  transactions { user: "u1", status: "approved", amount: 10 } AT 0s, 1s, 2s, 3s, 4s, 5s, 6s
  EXPECT burst HIGH AT 5s { user: "u1", n: 6 }
}
TEST "literals" {
  a { n: -1.5, d: 10s, t: TRUE, f: FALSE, z: NULL, o: { x: { y: 1 } }, l: [1, "a", [], {}], "odd": 1, \`b c\`: 2, from: 3, } AT 1h30m;
  EXPECT NOTHING;
  UNTIL 30m
}
TEST "resolved" { transactions { user: "u" } AT 0s EXPECT burst EXPECT burst RESOLVED AT 12s EXPECT burst CRITICAL { x: 1 } UNTIL 1m }
TEST "streams named like the words of a test" { expect { x: 1 } AT 0s until { x: 1 } AT 0s param { x: 1 } AT 0s at { x: 1 } AT 0s EXPECT burst; high { x: 1 } AT 0s }
TEST "empty" {}`,
  comments: `-- the header of the file

-- about the stream
STREAM payments { -- its fields
  user: STRING, -- who
  /* how much */ amount: NUMBER
  -- and no more
} TIME paid_at -- the time

RULE commented -- the rule
  -- where from
  FROM payments
  WHERE amount > 1 -- not the small ones
    -- nor those of tests
    AND user != "test" /* here */ AND TRUE
  WITHIN 10s /* a window */
  WHEN COUNT() > 1
  EMIT LOW { -- data
    a: 1, -- one
    -- before b
    b: 2
    -- behind b
  }
  -- at last
  COOLDOWN 1m

/* before
   the test */
TEST "t" {
  -- nothing
  EXPECT NOTHING -- at all
}
-- the end`,
  "windows line ends": "FROM a\r\n  WHERE x > 1 -- one\r\n  EMIT LOW\r\n\r\nFROM b EMIT LOW\r\n",
};
