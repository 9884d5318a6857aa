import { createLanguageService, type LanguageService } from "@weir/dsl";

/** The name of the one file of these tests. */
export const FILE = "rules.weir";

export interface Marked {
  readonly service: LanguageService;
  readonly text: string;
  readonly caret: number;
}

/** A service that holds a text without its cursor mark `|`, and where the mark stood. */
export function marked(textWithMark: string, before = ""): Marked {
  const mark = textWithMark.indexOf("|");
  if (mark < 0) throw new Error(`no mark in ${textWithMark}`);
  const text = before + textWithMark.slice(0, mark) + textWithMark.slice(mark + 1);
  const service = createLanguageService();
  service.setText(FILE, text);
  return { service, text, caret: before.length + mark };
}

/** What most of the tables declare. */
export const DECLARED = `STREAM payments { user: STRING, status: STRING, amount: NUMBER, device: { ip: STRING, os?: STRING }, ip?: STRING }
STREAM logins { user: STRING, outcome: STRING } TIME at
TABLE accounts KEY user { tier: STRING, home: STRING }
PARAM limit = 5
PARAM gap = 10m
LET big = amount > 100
`;
