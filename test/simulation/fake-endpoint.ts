import { type Refused, type Sink, type SinkBatch, SinkError } from "@weir/core";
import { type Link, NoReplyError } from "./network.ts";
import type { SimProcess } from "./sim-process.ts";
import type { Tally } from "./tally.ts";

/** A receiver of webhooks: it may get an alert several times, fail for a while, and some alerts it never takes. */
export class FakeEndpoint {
  /** By alert id, what it was given; the first time counts. */
  readonly received = new Map<string, string>();
  /** While `true` it answers with 503. */
  failing = false;
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** The status it answers with. */
  post(id: string, json: string): number {
    if (this.failing) {
      this.#tally.fired("endpoint fails");
      return 503;
    }
    if (refuses(json)) {
      this.#tally.fired("endpoint refuses");
      return 410;
    }
    if (this.received.has(id)) this.#tally.fired("webhook sent again");
    else this.received.set(id, json);
    return 200;
  }
}

/** Whether the endpoint will never take an alert. */
export function refuses(json: string): boolean {
  return json.includes("-2 paid");
}

/** The webhook client of one process: one request at a time, and what fails too often is given up. */
export class FakeWebhook implements Sink {
  readonly name = "webhook";
  readonly batchSize = 1;
  readonly givesUp = true;
  readonly #endpoint: FakeEndpoint;
  readonly #link: Link;
  readonly #process: SimProcess;

  constructor(endpoint: FakeEndpoint, link: Link, process: SimProcess) {
    this.#endpoint = endpoint;
    this.#link = link;
    this.#process = process;
  }

  async write({ alerts }: SinkBatch): Promise<readonly Refused[]> {
    const refused: Refused[] = [];
    for (const [index, { id, json }] of alerts.entries()) {
      const status = await this.#post(id, json);
      if (status === 410) refused.push({ index, code: "refused", message: "the endpoint answered with 410" });
      else if (status !== 200) throw new SinkError(`the endpoint answered with ${status}`, { retriable: true });
    }
    return refused;
  }

  async close(): Promise<void> {
    return Promise.resolve();
  }

  async #post(id: string, json: string): Promise<number> {
    try {
      return await this.#link.call(this.#process, "post", () => this.#endpoint.post(id, json));
    } catch (error) {
      if (!(error instanceof NoReplyError)) throw error;
      throw new SinkError(error.message, { retriable: true, cause: error });
    }
  }
}
