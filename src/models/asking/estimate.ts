// How many tokens a text roughly has, and how many it has at least; no tokenizer is asked.
import type { ModelRequest } from '../../core/ports.ts'

const bytesEach = 4
/** What a conversation costs apart from its words. */
const perMessage = 4

export const roughly = (text: string): number => Math.ceil(Buffer.byteLength(text) / bytesEach)

export function roughlyAsked({ messages, tools = [] }: ModelRequest): number {
  const said = messages.reduce((sum, { content, calls }) => {
    const made = calls === undefined ? 0 : roughly(JSON.stringify(calls))
    return sum + perMessage + roughly(content) + made
  }, 0)
  return tools.length === 0 ? said : said + roughly(JSON.stringify(tools))
}

/** No tokenizer takes two words for one: a text has at least as many tokens as runs of letters and digits. */
function atLeast(text: string): number {
  let [runs, inside] = [0, false]
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charCodeAt(at)
    const word = (letter >= 97 && letter <= 122) || (letter >= 48 && letter <= 57) || (letter >= 65 && letter <= 90)
    if (word && !inside) runs += 1
    inside = word
  }
  return runs
}

const smallest = 1000
const share = 0.7

/** Whether a server that says how much it read cannot have read all of it. */
export function wasCut({ messages }: ModelRequest, read: number): boolean {
  const letters = messages.reduce((sum, { content }) => sum + content.length, 0)
  // Most texts are told by their length alone.
  if (read === 0 || letters < smallest || read * 5 >= letters) return false
  const least = messages.reduce((sum, { content }) => sum + atLeast(content), 0)
  return least >= smallest && read < least * share
}
