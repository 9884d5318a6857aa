import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A way to a server that can be cut, or be left open without an answer. */
export class TcpProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #mode: "open" | "silent" | "cut" = "open";

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  /** To `host:port`, or to the host of a URL. */
  static async to(target: string): Promise<TcpProxy> {
    const proxy = await TcpProxy.listening();
    proxy.aim(target);
    return proxy;
  }

  /** One whose port is known before what it leads to is there. */
  static async listening(): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TcpProxy(server);
  }

  aim(target: string): void {
    const { hostname, port } = new URL(target.includes("://") ? target : `tcp://${target}`);
    this.#server.on("connection", (inside) => this.#accept(inside, connect(Number(port), hostname)));
  }

  /** The same address by way of this proxy. */
  through(target: string): string {
    const bare = !target.includes("://");
    const url = new URL(bare ? `tcp://${target}` : target);
    url.port = String(this.port);
    url.hostname = "127.0.0.1";
    return bare ? url.host : url.href;
  }

  /** Connections stay, new ones are taken, and nothing comes through any more. */
  silence(): void {
    this.#mode = "silent";
  }

  /** Connections end, new ones too. */
  cut(): void {
    this.#mode = "cut";
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Whoever connects now gets through; connections that were silent are cut, as after a failover. */
  restore(): void {
    this.cut();
    this.#mode = "open";
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #accept(inside: Socket, outside: Socket): void {
    const pair = [inside, outside] as const;
    if (this.#mode === "cut") {
      for (const socket of pair) socket.destroy();
      return;
    }
    this.#pairs.add(pair);
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      from.on("error", () => {});
      from.on("close", () => {
        this.#pairs.delete(pair);
        to.destroy();
      });
      from.on("data", (chunk) => {
        if (this.#mode === "open") to.write(chunk);
      });
    }
  }
}
