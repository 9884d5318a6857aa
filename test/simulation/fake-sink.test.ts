import { sinkSuite } from "../contracts/sink-suite.ts";
import { FakeSink, FakeTable } from "./fake-sink.ts";
import { Link } from "./network.ts";
import { SeededRandom } from "./seeded-random.ts";
import { SimProcess } from "./sim-process.ts";
import { Tally } from "./tally.ts";
import { VirtualTime } from "./virtual-time.ts";

sinkSuite(
  "the table of the simulation",
  async () => {
    const time = new VirtualTime();
    const random = new SeededRandom(1);
    const tally = new Tally();
    const table = new FakeTable(time, tally);
    const link = new Link("sink", time, random.fork(), tally);
    return Promise.resolve({
      open: () => Promise.resolve(new FakeSink(table, link, new SimProcess("p", time, random.fork()))),
      contents: () => Promise.resolve([...table.rows].map(([id, json]) => ({ id, json: JSON.parse(json) as unknown }))),
      wait: async <T>(work: Promise<T>): Promise<T> => {
        let done = false;
        const finish = (): void => {
          done = true;
        };
        work.then(finish, finish);
        await time.run(Infinity, () => done);
        return work;
      },
      close: () => Promise.resolve(),
    });
  },
  { storesOnce: true, storesPosition: false },
);
