/** Waits for all, also when one of them fails, so that nothing is still at work when the caller hears of it; then throws the first failure. */
export async function together<Results extends readonly unknown[]>(
  ...works: { [Index in keyof Results]: Promise<Results[Index]> }
): Promise<Results> {
  await Promise.allSettled(works)
  return (await Promise.all(works)) as unknown as Results
}
