/** A value of a rule for others to read. */
export interface LiveEntry {
  readonly rule: string;
  /** The values of BY. */
  readonly key: readonly unknown[];
  /** JSON. */
  readonly value: string;
  readonly ttlMs: number;
}

/** Where others read the values that rules have now. Writing the same again changes nothing. */
export interface LiveView {
  /** Shows these values in place of older ones. Any error means that it may be tried again. */
  write(entries: readonly LiveEntry[]): Promise<void>;
  /** Never throws. */
  close(): Promise<void>;
}

/** Which values of a rule are shown. */
export interface LiveRuleOptions {
  /** One field of its EMIT, by itself; not given: an object of all. */
  readonly field?: string;
  /** How long a value stands while its key has no event. Default: the length of the rule's window. */
  readonly ttlMs?: number;
}

export interface LiveWiring {
  readonly view: LiveView;
  /** By the name of the rule. */
  readonly rules: Readonly<Record<string, LiveRuleOptions>>;
}
