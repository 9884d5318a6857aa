import { type AggregateRecord, aggregateRecords, type FunctionRecord, functionRecords } from "@weir/core";
import { format } from "@weir/dsl";

/** docs/reference.md: the functions and aggregates, from the records that the checker and the engine read too. */
export function referencePage(): string {
  const aggregates = aggregateRecords.map(aggregateSection).join("\n");
  const functions = functionRecords.map(functionSection).join("\n");
  return `<!-- Made by \`npm run docs\` from the records in packages/core. -->

# Functions and aggregates

Names are written in any case. \`?\` behind a type: the result may be NULL. The host may register functions of its own
([sdk.md](sdk.md)).

**Aggregates** run over the events of a window or, in a sequence, over what a step bound:
${links(aggregateRecords)}

**Functions** take values of one event:
${links(functionRecords)}

## Aggregates

NULLs are skipped. \`PRIOR\` directly behind the parenthesis leaves the current event out (\`AVG(PRIOR amount)\`); \`OVER d\` behind it
gives the aggregate a sliding window of its own (\`COUNT() OVER 5m\`). They are exact, and do not drift as events come and go, but for those
that say otherwise.

${aggregates}
## Functions

NULL in gives NULL, but for COALESCE and IF. An argument of another type than the signature says is an error where types are declared,
else the result is NULL.

${functions}`;
}

function links(records: readonly { readonly name: string }[]): string {
  return records.map(({ name }) => `[${name}](#${anchor(name)})`).join(" ");
}

function anchor(name: string): string {
  return name.toLowerCase();
}

function aggregateSection(record: AggregateRecord): string {
  const facts = [
    record.ofNothing === 0 ? "Of nothing: 0." : "",
    record.distinct ? `\`${record.name}(DISTINCT x)\` counts different values.` : "",
    record.error === undefined ? "" : `Error: ${record.error}.`,
  ].filter((fact) => fact !== "");
  return section(record, facts);
}

function functionSection(record: FunctionRecord): string {
  return section(record, record.nullInNullOut ? [] : ["NULL arguments do not make the result NULL."]);
}

function section(
  { name, signature, doc, example }: Pick<FunctionRecord, "name" | "signature" | "doc" | "example">,
  facts: readonly string[],
): string {
  const sentences = [doc, ...facts].join(" ");
  return `### ${name}\n\n\`${signature}\`\n\n${sentences}\n\n\`\`\`weir\n${format(example).text.trimEnd()}\n\`\`\`\n`;
}
