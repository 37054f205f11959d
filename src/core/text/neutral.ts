// Makes text that strangers wrote safe to show: what a terminal would obey or hide is written out instead.

/** Controls, formats (bidi, zero-width, tags), lone surrogates, odd line ends, and everything a font leaves out. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u
const everyHidden =
  /\r\n|((?<=\p{Extended_Pictographic})\ufe0f|(?<=[#*0-9])\ufe0f(?=\u20e3))|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/gu

function written(found: string, emoji: string | undefined): string {
  if (emoji !== undefined) return emoji
  if (found === '\n' || found === '\r\n') return '\n'
  if (found === '\t') return found
  if (found === '\r') return '\\r'
  const code = found.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/**
 * Line feeds and tabs stay; everything that moves a cursor, turns the reading direction or cannot be seen becomes a visible escape.
 * Doing it twice changes nothing more.
 */
export function neutral(text: string): string {
  return hidden.test(text) ? text.replace(everyHidden, written) : text
}

/** The same on one line: line ends and runs of blanks become one space. */
export function singleLine(text: string): string {
  return neutral(text).replace(/\s+/g, ' ').trim()
}

/** At most `most` characters, the last one an ellipsis if something was left out; never half a character. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text
  let end = 0
  let count = 0
  let fits = 0
  for (const letter of text) {
    count += 1
    if (count > most) return `${text.slice(0, fits)}…`
    end += letter.length
    if (count < most) fits = end
  }
  return text
}

/** Text of a stranger as it may stand inside a sentence of ours. */
export function quoted(text: string, most = 80): string {
  return clip(singleLine(text), most)
}
