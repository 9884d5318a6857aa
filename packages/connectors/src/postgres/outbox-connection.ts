import type pg from "pg";

/** A connection that hears of new rows in outbox tables. */
export class OutboxConnection {
  readonly client: pg.PoolClient;
  #broken = false;
  /** Whether something was heard since the last wait. */
  #heard = false;
  #wake: () => void = () => {};

  private constructor(client: pg.PoolClient) {
    this.client = client;
    client.on("notification", () => this.wake());
    client.on("error", () => {
      this.#broken = true;
      this.wake();
    });
  }

  static async open(pool: pg.Pool): Promise<OutboxConnection> {
    const connection = new OutboxConnection(await pool.connect());
    try {
      // A server that notices soon that nobody is there gives up what the session holds.
      await connection.client.query(
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; LISTEN weir_outbox",
      );
      return connection;
    } catch (error) {
      connection.release();
      throw error;
    }
  }

  get broken(): boolean {
    return this.#broken;
  }

  wake(): void {
    this.#heard = true;
    this.#wake();
  }

  /** Resolves when rows came since the last call, or after `ms`. */
  async wait(ms: number): Promise<void> {
    if (!this.#heard) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = () => {};
    }
    this.#heard = false;
  }

  /** Ends the connection, and with it all that its session holds. */
  release(): void {
    this.#broken = true;
    this.wake();
    this.client.removeAllListeners("notification");
    this.client.release(true);
  }
}
