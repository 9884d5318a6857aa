/** The result of a call, or of `instead` where the call throws what `applies` accepts. */
export async function withFallback<T>(
  call: () => Promise<T>,
  instead: (error: unknown) => T | Promise<T>,
  applies: (error: unknown) => boolean = () => true,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!applies(error)) throw error;
    return instead(error);
  }
}
