// Waits for a condition, never for a time; a condition that does not come says its name.

const patienceMs = 15_000

export async function until<T>(what: string, holds: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await holds()
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
