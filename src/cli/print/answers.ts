// How a question is answered from a terminal: by one of its options, or in one's own words where it has none.

export function toAnswer(gate: string, options: readonly string[]): string {
  const words = options.map((option) => (/^[\w.-]+$/u.test(option) ? option : JSON.stringify(option)))
  return `baton gate ${gate} ${words.length === 0 ? '"<your answer>"' : words.join('|')}`
}
