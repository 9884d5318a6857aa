/** Whether a run is to be small: a look at everything, as after a fresh clone. */
export const isQuick: boolean = process.argv.includes("--quick");

/** How many of something a run takes: with `--quick` a tenth. */
export function scaled(count: number): number {
  return isQuick ? Math.ceil(count / 10) : count;
}
