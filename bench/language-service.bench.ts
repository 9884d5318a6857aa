import { createLanguageService, type LanguageService } from "@weir/dsl";
import { inTurn } from "./harness/measure.ts";
import type { Report } from "./harness/report.ts";

const FILE = "rules.weir";
const typed = "amount > ";
const declared = "STREAM payments { user: STRING, status: STRING, amount: NUMBER }\nPARAM limit = 5\n";

function rule(i: number): string {
  return `RULE r${i} "Rapid-fire payments"
  FROM payments
  WHERE status = "approved" AND amount > 100
  BY user
  WITHIN 10s
  WHEN COUNT() > limit
  EMIT HIGH "user {user} made {COUNT()} payments in 10 s" { total: SUM(amount) }

`;
}

/** What an editor waits for, in a file of a few rules and in one of 1 MiB. */
export function run(report: Report): void {
  for (const size of [2_000, 1_000_000]) {
    let text = declared;
    for (let i = 0; text.length < size; i++) text += rule(i);
    const service = createLanguageService();
    service.setText(FILE, text);
    service.diagnostics(FILE);
    const caret = text.indexOf("status =", text.length >> 1);
    const nanos = inTurn(3, {
      completion: () => typing(service, text, caret),
      diagnostics: () => {
        service.setText(FILE, `${text} `);
        service.diagnostics(FILE);
        service.setText(FILE, text);
      },
      hover: () => service.hover(FILE, caret),
      rename: () => service.rename(FILE, caret, "state"),
      format: () => service.format(FILE),
    });
    report.heading(`rules of ${Math.round(text.length / 1000).toLocaleString("en")} kB`);
    report.row("completion at each key", nanos["completion"]! / typed.length / 1e6, "ms");
    report.row("diagnostics of a new text", nanos["diagnostics"]! / 1e6, "ms");
    report.row("hover, the first in a new text", nanos["hover"]! / 1e6, "ms");
    report.row("rename", nanos["rename"]! / 1e6, "ms");
    report.row("formatting", nanos["format"]! / 1e6, "ms");
  }
}

function typing(service: LanguageService, text: string, caret: number): void {
  for (let length = 1; length <= typed.length; length++) {
    service.setText(FILE, text.slice(0, caret) + typed.slice(0, length) + text.slice(caret));
    service.complete(FILE, caret + length);
  }
}
