import { createLanguageService } from "@weir/dsl";
import { describe, expect, test } from "vitest";
import { DECLARED, FILE, marked } from "./marked.ts";

const cases: readonly (readonly [text: string, shown: string, says: readonly string[]])[] = [
  [
    "W|ITHIN 10s COUNT(user) > 5 EMIT HIGH",
    "WITHIN",
    ["Per `user`, fires HIGH once when more than 5 events arrive within 10 s."],
  ],
  ["RULE bu|rst FROM payments EMIT LOW", "burst", ["**rule** `burst`", "Of `payments`, fires LOW for every event."]],
  ["FROM pay|ments EMIT LOW", "payments", ["STREAM payments", "amount: NUMBER"]],
  ["FROM payments WHERE am|ount > 1 EMIT LOW", "amount", ["amount: NUMBER", "stream `payments`"]],
  ["FROM payments WHERE device.o|s = 'x' EMIT LOW", "os", ["os: STRING"]],
  ["FROM other WHERE th|ing = 'x' EMIT LOW", "thing", ["thing: ANY", "no STREAM declares"]],
  ["FROM payments WHERE amount > lim|it EMIT LOW", "limit", ["PARAM limit: NUMBER = 5"]],
  ["FROM payments BY user WITHIN ga|p WHEN COUNT() > 3 EMIT LOW", "gap", ["PARAM gap: DURATION = 10m"]],
  ["FROM payments WHERE b|ig EMIT LOW", "big", ["LET big: BOOLEAN = amount > 100"]],
  ["FROM payments WHERE acc|ounts[user].tier = 'x' EMIT LOW", "accounts", ["TABLE accounts KEY user"]],
  ["FROM payments WHERE accounts[user].ti|er = 'x' EMIT LOW", "tier", ["tier: STRING", "table `accounts`"]],
  ["BY user WITHIN 1h WHEN SU|M(amount) > 3 EMIT LOW", "SUM", ["SUM(x: NUMBER)", "Sum of"]],
  ["WITHIN 1h COU|NT(user) > 3 EMIT LOW", "COUNT", ["the rule reads as `BY user` with `COUNT()`"]],
  ["FROM payments WHERE rou|nd(amount) > 3 EMIT LOW", "round", ["ROUND(x: NUMBER, digits?: NUMBER): NUMBER"]],
  ["FROM payments WHERE amount >| 3 EMIT LOW", "amount > 3", ["BOOLEAN"]],
  ["BY user WITHIN 90|s WHEN COUNT() > 3 EMIT LOW", "90s", ["1m30s"]],
  ["BY user WITHIN 9s WHEN COUNT() > 3 EM|IT LOW", "EMIT", ["severity"]],
  ["STREAM x TIME at I|N SECONDS", "IN", ["**IN SECONDS**"]],
  ["FROM payments WHERE ip I|S NOT NULL EMIT LOW", "IS", ["**IS NOT NULL**"]],
  ["BY user WITHIN 1m WHEN COUNT() > 3 EMIT LOW A|ND RESOLVE", "AND", ["**AND RESOLVE**"]],
  ['FROM payments EMIT LOW "paid {am|ount}"', "amount", ["amount: NUMBER"]],
  ['BY user EMIT LOW "paid {SU|M(amount)}"', "SUM", ["Sum of"]],
  ["SEQUENCE fail: logins THEN ok: logins WHERE fa|il.user = user WITHIN 1m EMIT LOW", "fail", ["**step** `fail`"]],
  [
    "SEQUENCE fail: logins THEN ok: logins WHERE fail.us|er = user WITHIN 1m EMIT LOW",
    "user",
    ["user: STRING", "`logins`"],
  ],
  ["BY user AS wh|o EMIT LOW", "who", ["**key** `who`"]],
  ["FROM payments WHERE am|ount > ", "amount", []],
];

describe("hover", () => {
  test.each(cases)("%s", (text, shown, says) => {
    const { service, caret, text: whole } = marked(text, DECLARED);
    const found = service.hover(FILE, caret);
    if (says.length === 0) return;
    expect(found).not.toBeNull();
    expect(whole.slice(found!.range.start.offset, found!.range.end.offset)).toBe(shown);
    for (const part of says) expect(found!.contents.join("\n")).toContain(part);
  });

  test("shows values of recorded events", () => {
    const service = createLanguageService();
    service.setSamples([{ name: "web", fields: [{ name: "status", types: ["NUMBER"], values: ["200"] }] }]);
    service.setText(FILE, "FROM web WHERE status = 3 EMIT LOW");
    expect(service.hover(FILE, 17)?.contents.join()).toContain("`200`");
  });

  test("is nothing between names, and in a file that is not there", () => {
    const { service, caret } = marked("FROM a  |  EMIT LOW");
    expect(service.hover(FILE, caret)).toBeNull();
    expect(service.hover("elsewhere", 5)).toBeNull();
  });
});

const readings: readonly (readonly [rule: string, reading: string])[] = [
  ["WITHIN 10s COUNT(user) > 5 EMIT HIGH", "Per `user`, fires HIGH once when more than 5 events arrive within 10 s."],
  [
    "FROM payments WHERE status = 'ok' BY user WITHIN 1h30m WHEN COUNT() >= limit EMIT LOW COOLDOWN 1m",
    "Per `user`, of `payments` with `status = 'ok'`, fires LOW once when at least `limit` events arrive within 1 h 30 m; further alerts are held back for 1 m.",
  ],
  [
    "BY user WITHIN 1m WHEN COUNT(status >= 500) >= 1 EMIT LOW",
    "Per `user`, fires LOW once when at least 1 event with `status >= 500` arrives within 1 m.",
  ],
  [
    "BY user LAST 1 EVENTS WHEN LAST(c) > 8 FOR 5m EMIT LOW",
    "Per `user`, fires LOW once when the newest `c` is above 8, at the newest event, for 5 m without a break.",
  ],
  ["WHERE amount > 3 EMIT LOW", "Of all events with `amount > 3`, fires LOW for every event."],
  ["WHEN amount > 1000 EMIT HIGH", "Fires HIGH for every event for which `amount > 1000` is TRUE."],
  ["FROM payments EMIT LOW", "Of `payments`, fires LOW for every event."],
  [
    "BY user EVERY 1h WHEN COUNT() = 0 EMIT HIGH AND RESOLVE EXPIRE AFTER 1d",
    "At the end of every 1 h, per `user`, fires HIGH once when no event arrives, and tells when it is over; a key is forgotten 1 d after its last event.",
  ],
  [
    "BY user SESSION 30m WHEN COUNT() > 100 EMIT LOW",
    "At the end of a session (30 m without an event), per `user`, fires LOW when more than 100 events arrive.",
  ],
  [
    "BY user WITHIN 10m EVERY 1m WHEN SUM(amount) > 3 AND COUNT(DISTINCT ip) >= 2 EMIT LOW",
    "Every 1 m, per `user`, fires LOW once when the sum of `amount` is above 3 and at least 2 different `ip` are seen in the last 10 m.",
  ],
  [
    "BY user WITHIN 1m WHEN COUNT() > 20 EMIT CRITICAL WHEN COUNT() > 10 FOR 5s EMIT HIGH INTO hot",
    "Per `user`, fires CRITICAL once when more than 20 events arrive within 1 m or HIGH into `hot` once when more than 10 events arrive within 1 m for 5 s without a break.",
  ],
  [
    "BY user WITHIN 10s WHEN COUNT() > 2 EMIT EACH LOW",
    "Per `user`, fires LOW at every evaluation when more than 2 events arrive within 10 s.",
  ],
  [
    "BY user WITHIN 30d WHEN amount > AVG(PRIOR amount) EMIT LOW",
    "Per `user`, fires LOW for every event for which `amount > AVG(PRIOR amount)` is TRUE, over the last 30 d.",
  ],
  [
    "BY user SEQUENCE fail: logins{3,} WHERE outcome = 'bad' THEN ok: logins THEN NOT move: payments WITHIN 10m EMIT CRITICAL",
    "Per `user`, fires CRITICAL when at least 3 `logins` with `outcome = 'bad'` are followed by `logins`, then by no `payments` within 10 m.",
  ],
  [
    "SEQUENCE placed: orders BY id THEN NOT paid: payments BY order_id WITHIN 15m EMIT MEDIUM",
    "Per `id`, fires MEDIUM when `orders` is followed by no `payments` within 15 m.",
  ],
];

describe("the reading of a rule", () => {
  test.each(readings)("%s", (rule, reading) => {
    const service = createLanguageService();
    service.setText(FILE, `PARAM limit = 5\n${rule}`);
    expect(service.rules(FILE).map((entry) => entry.reading)).toEqual([reading]);
  });

  test("is absent where the rule is wrong", () => {
    const service = createLanguageService();
    service.setText(FILE, "LET a = b LET b = a\nWHEN a EMIT LOW\nWHERE SUM(x) > 3 EMIT LOW");
    expect(service.rules(FILE).map((entry) => entry.reading)).toEqual([undefined, undefined]);
  });
});
