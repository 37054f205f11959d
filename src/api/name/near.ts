// The names that look most like one that nobody has.

/** At most `most` of `names`, nearest first; none that differs in more than a third of its letters and does not hold the text. */
export function near(text: string, names: Iterable<string>, most = 3): string[] {
  const wanted = text.toLowerCase().slice(0, 100)
  const found: { name: string; far: number }[] = []
  for (const name of names) {
    const have = name.toLowerCase()
    const inside = wanted.length > 1 && have.includes(wanted)
    if (!inside && Math.abs(have.length - wanted.length) > 3) continue
    const far = inside ? 0.5 : distance(wanted, have)
    if (far <= Math.max(1, Math.ceil(wanted.length / 3))) found.push({ name, far })
  }
  found.sort((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
  return found.slice(0, most).map((one) => one.name)
}

/** How many letters must be changed, put in or taken out. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
