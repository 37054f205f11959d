// Cuts what a plan calls its acceptance criteria or test strategy into one sentence or bullet each.
import { clip, singleLine } from '../../core/text/neutral.ts'

const criteriaAtMost = 100
const lettersAtMost = 2000
const bullet = /^(?:[-*+•]|\d{1,3}[.)])[ \t]{1,8}(?:\[[ xX]?\][ \t]{1,8})?/

/** One for each bullet, with what stands under it; a text without bullets is one. A line before the first that ends in a colon only leads in. */
export function criteriaIn(text: string): readonly string[] {
  if (text === '') return []
  const found: string[] = []
  let listed = false
  for (const raw of text.split(/\r\n|\n|\r/)) {
    const line = raw.trim()
    const mark = bullet.exec(line)?.[0]
    if (line === '') continue
    if (mark !== undefined) {
      if (!listed && found.at(-1)?.endsWith(':') === true) found.pop()
      listed = true
      if (found.push(line.slice(mark.length)) > criteriaAtMost) break
    } else if (found.length === 0) found.push(line)
    else found[found.length - 1] += `\n${line}`
  }
  return found.map((one) => clip(singleLine(one), lettersAtMost)).filter((one) => one !== '')
}
