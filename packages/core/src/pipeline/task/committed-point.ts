import type { Log, TopicPartition } from "../contracts/log.ts";
import type { Policy } from "../policy/policy.ts";
import { readMetadata } from "./commit-metadata.ts";
import type { CommittedPoint } from "./committer.ts";

/** What the group committed last for the inputs of a task. */
export async function committedPoint(
  log: Log,
  policy: Policy,
  group: string,
  inputs: readonly TopicPartition[],
): Promise<CommittedPoint> {
  const found = await policy.run("reading the committed offsets", () => log.committed(group, inputs));
  // All inputs are always committed together, so that any of them tells of the commit.
  const metadata = found.map((offset) => readMetadata(offset?.metadata ?? "")).find((read) => read !== null) ?? null;
  return { metadata, positions: found.map((offset) => offset?.offset ?? null) };
}
