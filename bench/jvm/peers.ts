import { spawnSync } from "node:child_process";
import { join } from "node:path";

export type Workload = "windows" | "sequence";

export interface Measured {
  readonly events: number;
  /** CPU time of each run that counts: of the thread that does the work, else of the process. */
  readonly nanos: readonly number[];
  /** By rule: how often it fired, and a sum over the times at which it did. */
  readonly found: Readonly<Record<string, readonly [number, number]>>;
}

/** An engine of the JVM, with a Java program in a folder of its own. */
export interface JvmPeer {
  readonly name: string;
  readonly folder: string;
  readonly workloads: readonly Workload[];
  measure(file: string, workload: Workload, warmUps: number, counted: number): Measured;
}

export const jvmPeers: readonly JvmPeer[] = [
  peer("Esper", "esper", "EsperBench", ["windows", "sequence"], "threadNanos"),
  peer("Siddhi", "siddhi", "SiddhiBench", ["windows", "sequence"], "threadNanos"),
  // It hands the payments to threads of its own.
  peer("Flink CEP", "flink", "FlinkBench", ["sequence"], "processNanos"),
];

/** What a Java program prints. */
interface Printed extends Omit<Measured, "nanos"> {
  readonly threadNanos: readonly number[];
  readonly processNanos: readonly number[];
}

function peer(
  name: string,
  folderName: string,
  main: string,
  workloads: readonly Workload[],
  clock: "threadNanos" | "processNanos",
): JvmPeer {
  const folder = join(import.meta.dirname, folderName);
  return {
    name,
    folder,
    workloads,
    measure: (file, workload, warmUps, counted) => {
      // Flink's serializers reach into the collections of Java.
      const opens = ["java.util", "java.lang"].map((opened) => `--add-opens=java.base/${opened}=ALL-UNNAMED`);
      const classPath = [join(folder, "target", `${folderName}-1.jar`), join(folder, "target", "lib", "*")].join(":");
      const args = [...opens, "-Xmx4g", "-cp", classPath, main, file, String(warmUps), String(counted), workload];
      const ended = spawnSync("java", args, { encoding: "utf8", timeout: 600_000 });
      const line = ended.stdout.split("\n").find((text) => text.startsWith("{"));
      if (ended.status !== 0 || line === undefined) {
        throw new Error(`${name} ended with ${ended.status}: ${ended.stderr.slice(0, 500)}`);
      }
      const { events, found, [clock]: nanos } = JSON.parse(line) as Printed;
      return { events, found, nanos };
    },
  };
}
