// Puts a word into a cell of a table so that its column stays aligned, and so that the first bytes can come back.

/** Code points: what most editors align by. */
function width(text: string): number {
  return [...text].length
}

/** Blanks before and behind what a cell says; an empty one keeps its first blank before the word. */
function parts(raw: string): { readonly lead: string; readonly trail: string } {
  const words = raw.trim()
  if (words === '') return { lead: raw.slice(0, 1), trail: raw.slice(1) }
  const lead = raw.slice(0, raw.length - raw.trimStart().length)
  return { lead, trail: raw.slice(lead.length + words.length) }
}

/** A cell that is as wide as its column stays so while there is room; any other keeps its blanks. */
export function rendered(raw: string, words: string, column: number): string {
  const { lead, trail } = parts(raw)
  const room = column - width(lead) - width(words)
  const fits = width(raw) === column && /^ *$/.test(trail) && room >= (trail === '' ? 0 : 1)
  return fits ? `${lead}${words}${' '.repeat(room)}` : `${lead}${words}${trail}`
}

/** The first of these words that can be taken back, byte for byte. */
export function chosen(raw: string, words: readonly string[], column: number): string | undefined {
  const before = raw.trim()
  return words.find((word) => rendered(rendered(raw, word.replaceAll('|', '\\|'), column), before, column) === raw)
}
