// Prints for programs: one JSON text, in which whatever a terminal might obey is escaped and nothing is lost.

const obeyed = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(obeyed, escaped)
}

function escaped(found: string): string {
  let text = ''
  for (let at = 0; at < found.length; at += 1) text += `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`
  return text
}
