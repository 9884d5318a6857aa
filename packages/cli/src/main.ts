/** Runs one `weir` command and answers the exit code of the process. */
export async function main(args: readonly string[]): Promise<number> {
  process.stderr.write(`weir: unknown command \`${args[0] ?? ""}\`\n`);
  return 2;
}
