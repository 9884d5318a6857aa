import { MemoryStateStore } from "@weir/core";
import { stateStoreSuite } from "../../contracts/state-store-suite.ts";

stateStoreSuite("the memory store", async () => {
  const store = new MemoryStateStore();
  return { open: () => Promise.resolve(store), close: () => store.close() };
});
