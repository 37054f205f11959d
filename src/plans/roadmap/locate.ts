// Finds the one entry of a large JSON list that holds an offset, without reading the others.

const [quote, back, openList, closeList, openObject, closeObject] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]

/** Offset behind a string that begins at `at`. */
function afterString(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end >= 0) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === back) slashes += 1
    if (slashes % 2 === 0) return end + 1
    end = text.indexOf('"', end + 1)
  }
  return text.length
}

/** The object directly in a list at the top that holds this offset; undefined when there is none, or the text is another. */
export function entryAround(
  text: string,
  offset: number,
): { readonly start: number; readonly end: number } | undefined {
  let depth = 0
  let start = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) at = afterString(text, at) - 1
    else if (code === openObject || code === openList) {
      if (depth === 0 && code === openObject) return undefined
      if (depth === 1) start = code === openObject ? at : -1
      depth += 1
    } else if (code === closeObject || code === closeList) {
      depth -= 1
      if (depth !== 1) continue
      if (start >= 0 && start <= offset && offset <= at) return { start, end: at + 1 }
      if (at >= offset) return undefined
    }
  }
  return undefined
}
