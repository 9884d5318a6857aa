/** How records of one topic become events. */
export interface DecodeOptions {
  /** The stream of the events; not given: what their field `stream` says, else the name of the topic. */
  readonly stream?: string;
  /** A larger record is refused. Default 8 MB. */
  readonly maxBytes?: number;
}

export const defaultMaxBytes: number = 8 * 1024 * 1024;
