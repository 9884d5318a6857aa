import type { DependencyStatus, PipelineOptions, SourceWiring } from "../contracts/pipeline.ts";
import type { Policies } from "../policies.ts";
import { AtLeastOnceCommitter } from "../task/at-least-once.ts";
import type { Committer } from "../task/committer.ts";
import type { TaskNames } from "../task/task-names.ts";
import type { TaskStore } from "../task/task-store.ts";
import type { SourceOutput } from "./source-output.ts";
import { deadLetterTopic, writeOutputs } from "./source-outputs.ts";

/** Alerts go to the sinks themselves, before state and position are stored together. */
export function createDirectOutput(options: PipelineOptions, wiring: SourceWiring, policies: Policies): SourceOutput {
  const { source, deadLetters } = wiring;
  const { host, observer = (): void => {}, sinks = [] } = options;
  return {
    topics: { alerts: null, deadLetters: deadLetters === undefined ? null : deadLetterTopic, late: null },
    committer(names: TaskNames, store: TaskStore): Committer {
      const now = (): number => host.clock.now();
      const outputs = { task: names.task, topic: source.name, sinks, policies, deadLetters, observer, now };
      return new AtLeastOnceCommitter({
        names,
        store,
        host,
        committed: () => Promise.resolve({ metadata: null, positions: [null] }),
        outputs: { finish: (pending) => writeOutputs(outputs, pending) },
        acknowledge: ({ positions }) => source.acknowledge(positions[0]!),
        observer,
      });
    },
    start: () => Promise.resolve(),
    stop: () => Promise.resolve(true),
    status: (): readonly DependencyStatus[] => [...policies.sinks.values()].map((policy) => policy.status()),
  };
}
