import { expect, test } from "vitest";
import { readTableFile } from "../../packages/playground/src/data/table-file.ts";

const read = (name: string, text: string): ReturnType<typeof readTableFile> =>
  readTableFile(new File([text], name), "user");

test("rows come from CSV, NDJSON, a JSON list and a JSON object by key", async () => {
  const rows = [
    { user: "ann", limit: 5 },
    { user: "bob", limit: 7 },
  ];
  expect((await read("a.csv", "user,limit\nann,5\nbob,7\n")).rows).toEqual(rows);
  expect((await read("a.ndjson", rows.map((row) => JSON.stringify(row)).join("\n"))).rows).toEqual(rows);
  expect((await read("a.json", rows.map((row) => JSON.stringify(row)).join("\n"))).rows).toEqual(rows);
  expect((await read("a.json", JSON.stringify(rows, null, 2))).rows).toEqual(rows);
  expect((await read("a.json", '{ "ann": { "limit": 5 }, "bob": { "limit": 7 } }')).rows).toEqual(rows);
});

test("what has no key, or is no row, is left out and said", async () => {
  const { rows, problems } = await read("a.ndjson", '{"user":"ann"}\n{"limit":1}\nnonsense\n{"user":null}\n');
  expect(rows).toEqual([{ user: "ann" }]);
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("line 3");
  expect(problems[1]).toBe("2 rows have no value of the key field user and cannot be found");
});
