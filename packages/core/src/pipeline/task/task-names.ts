/** The names of a task in the log and in the state store. */
export interface TaskNames {
  /** `app:topic:partition`, topics that are read together joined by `+`, in order of their names. */
  readonly task: string;
  readonly transactionalId: string;
}

/** The order in which a pipeline lists its topics changes nothing: state and fence must be found again. */
export function taskNames(app: string, topics: readonly string[], partition: number): TaskNames {
  const joined = topics.toSorted().join("+");
  return { task: `${app}:${joined}:${partition}`, transactionalId: `${app}.${joined}.${partition}` };
}

/** A text never used before: for fences and tokens. */
export function uniqueName(now: number, random: () => number): string {
  const part = (): string => Math.floor(random() * 2 ** 32).toString(36);
  return `${now.toString(36)}-${part()}${part()}`;
}
