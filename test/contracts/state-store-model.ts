import { type StateDelta, type StateVersion, unpackEntries } from "@weir/core";
import type { Command } from "./state-store-suite.ts";

type Contents = Readonly<Record<string, string>>;

/** A task of a `StateStore` as its contract reads, with whole copies of the state instead of changes in place. */
export class StateStoreModel {
  #fence: string | null = null;
  #base: { readonly version: StateVersion; readonly meta: string } | null = null;
  #contents: Contents = {};
  #staged: readonly StateDelta[] = [];
  #attempt: { readonly position: string; readonly fence: string; readonly count: number } | null = null;

  /** What the call must give: its result, or the kind of its error. */
  apply(step: Command): unknown {
    if (step.do === "acquire") {
      const previous = this.#fence;
      this.#fence = step.fence;
      return previous;
    }
    if (this.#fence !== step.fence) return "fenced";
    switch (step.do) {
      case "read":
        return {
          base: this.#base === null ? null : { ...this.#base.version, meta: this.#base.meta },
          staged: this.#listed(),
        };
      case "load":
        return this.#isBase(step.version) ? this.#contents : "mismatch";
      case "get": {
        if (!step.versions.some((version) => this.#isBase(version))) return "mismatch";
        return Object.fromEntries(Object.entries(this.#contents).filter(([name]) => step.names.includes(name)));
      }
      case "stage":
        if (!step.delta.replace && !this.#isBase(step.delta.from)) return "mismatch";
        this.#staged = [...this.#staged.filter(({ to }) => !same(to, step.delta.to)), step.delta];
        this.#attempt = null;
        return undefined;
      case "promote":
        return this.#promote(step.version);
      case "collect":
        this.#staged = this.#staged.filter(({ to }) => to.version > step.upTo);
        return undefined;
      case "attempt": {
        const { position, fence } = step;
        const before = this.#attempt?.position === position ? this.#attempt : { count: 0, fence: null };
        const count = Math.max(step.atLeast, before.fence === fence ? before.count : before.count + 1);
        this.#attempt = { position, fence, count };
        return count;
      }
      case "clear":
        this.#base = null;
        this.#contents = {};
        this.#staged = [];
        this.#attempt = null;
        return undefined;
    }
  }

  #promote(to: StateVersion): unknown {
    if (this.#base !== null && same(this.#base.version, to)) return undefined;
    if (this.#base === null && to.version === 0) return undefined;
    const delta = this.#staged.find((staged) => same(staged.to, to));
    if (delta === undefined || (!delta.replace && !this.#isBase(delta.from))) return "mismatch";
    const contents = new Map(Object.entries(delta.replace ? {} : this.#contents));
    for (const { name, value } of unpackEntries(delta.entries)) {
      if (value === null) contents.delete(name);
      else contents.set(name, Buffer.from(value).toString());
    }
    this.#contents = Object.fromEntries(contents);
    this.#base = { version: to, meta: delta.meta };
    this.#staged = this.#staged.filter((staged) => staged !== delta);
    return undefined;
  }

  #isBase(version: StateVersion): boolean {
    return same(this.#base?.version ?? { version: 0, token: "" }, version);
  }

  #listed(): unknown {
    return this.#staged
      .map(({ from, to, meta, replace }) => ({ ...to, meta, from, replace }))
      .toSorted((a, b) => (`${a.version}${a.token}` < `${b.version}${b.token}` ? -1 : 1));
  }
}

function same(a: StateVersion, b: StateVersion): boolean {
  return a.version === b.version && a.token === b.token;
}
