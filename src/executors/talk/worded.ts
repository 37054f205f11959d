// Finds the calls that a model wrote as words: because it was asked to, or because its server did not see that they were calls.
import type { ToolSpec } from '../../core/ports.ts'

export interface Worded {
  readonly name: string
  readonly arguments: string
}

/** `nothing`: no JSON at all, so it was meant as an answer; `broken`: it was meant as a call and cannot be read. */
export type Reading =
  | { readonly kind: 'call'; readonly say: string; readonly call: Worded }
  | { readonly kind: 'done'; readonly say: string }
  | { readonly kind: 'broken'; readonly why: string }

const scannedAtMost = 1_000_000
const objectsAtMost = 20

/** Where an object that begins at `from` ends; undefined when it never does. Texts inside it may hold braces. */
function endOf(text: string, from: number): number | undefined {
  let depth = 0
  let quoted = false
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at]
    if (quoted) {
      if (letter === '\\') at += 1
      else if (letter === '"') quoted = false
    } else if (letter === '"') quoted = true
    else if (letter === '{') depth += 1
    else if (letter === '}') {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

/** The first object in a text that is JSON, whatever stands around it. */
function objectIn(text: string): { readonly value: Record<string, unknown>; readonly at: number } | undefined {
  const scanned = text.slice(0, scannedAtMost)
  let tried = 0
  for (let at = scanned.indexOf('{'); at !== -1 && tried < objectsAtMost; at = scanned.indexOf('{', at + 1)) {
    tried += 1
    const end = endOf(scanned, at)
    if (end === undefined) continue
    try {
      return { value: JSON.parse(scanned.slice(at, end)) as Record<string, unknown>, at }
    } catch {
      // What is no JSON here may hold some further on.
    }
  }
  return undefined
}

function callIn(value: Record<string, unknown>, known: readonly string[]): Worded | undefined {
  const inner = typeof value.function === 'object' && value.function !== null ? value.function : value
  const { name, tool, arguments: given, parameters, args, input } = inner as Record<string, unknown>
  const called = [name, tool].find((one) => typeof one === 'string')
  if (typeof called !== 'string' || !known.includes(called)) return undefined
  const found = [given, parameters, args, input].find((one) => one !== undefined && one !== null) ?? {}
  return { name: called, arguments: typeof found === 'string' ? found : JSON.stringify(found) }
}

export const doneName = 'done'

/** An answer of a model that was told to answer with one object. */
export function readWorded(text: string, known: readonly string[]): Reading {
  const found = objectIn(text)
  if (found === undefined) {
    if (text.includes('{'))
      return { kind: 'broken', why: 'The JSON in it cannot be read: it is not whole, or not JSON.' }
    return { kind: 'broken', why: 'There is no JSON object in it.' }
  }
  const { value, at } = found
  const say =
    typeof value.say === 'string'
      ? value.say
      : text
          .slice(0, at)
          .replace(/```(?:json)?\s*$/, '')
          .trim()
  const call = callIn(value, [...known, doneName])
  if (call === undefined) {
    const named = typeof value.tool === 'string' ? value.tool : typeof value.name === 'string' ? value.name : ''
    if (named === '') return { kind: 'broken', why: 'It names no tool.' }
    return {
      kind: 'broken',
      why: `There is no tool "${named.slice(0, 60)}". There are: ${[...known, doneName].join(', ')}.`,
    }
  }
  if (call.name !== doneName) return { kind: 'call', say, call }
  const { summary } = (objectIn(call.arguments)?.value ?? {}) as { summary?: unknown }
  return { kind: 'done', say: typeof summary === 'string' && summary !== '' ? summary : say }
}

const marks: readonly (readonly [opens: string, closes: string])[] = [
  ['<tool_call>', '</tool_call>'],
  ['[TOOL_REQUEST]', '[END_TOOL_REQUEST]'],
]

/** What stands between marks; each letter is looked at once, however many marks there are. */
function between(text: string, opens: string, closes: string): string[] {
  const found: string[] = []
  for (let at = text.indexOf(opens); at !== -1 && found.length < objectsAtMost; ) {
    const end = text.indexOf(closes, at)
    if (end === -1) break
    found.push(text.slice(text.lastIndexOf(opens, end) + opens.length, end))
    at = text.indexOf(opens, end)
  }
  return found
}

/** Calls that a server gave as text, between marks that only calls have, or as nothing but one object. */
export function strayCalls(text: string, known: readonly string[]): readonly Worded[] {
  const marked = marks.flatMap(([opens, closes]) => between(text, opens, closes))
  const bare = text.trim()
  const texts = marked.length > 0 ? marked : bare.startsWith('{') && endOf(bare, 0) === bare.length ? [bare] : []
  return texts.flatMap((one) => {
    const found = objectIn(one)
    const call = found === undefined ? undefined : callIn(found.value, known)
    return call === undefined ? [] : [call]
  })
}

/** How a model without tools is told of them. */
export function wordedTools(tools: readonly ToolSpec[]): string {
  const lines = tools.map(
    ({ name, description, parameters }) => `- ${name}: ${description} ${JSON.stringify(parameters)}`,
  )
  return [
    'Answer with exactly one JSON object and nothing else, each time:',
    '{"say": "what you do and why, in a sentence", "tool": "the name of one tool", "arguments": {…}}',
    'You are then told what came of it. The tools, each with the JSON Schema of its arguments:',
    ...lines,
    `- ${doneName}: The step is done, or cannot be done. {"summary": "what you did, what you found, what is left"}`,
  ].join('\n')
}

export function wordedSchema(tools: readonly ToolSpec[]): Record<string, unknown> {
  const names = [...tools.map(({ name }) => name), doneName]
  return {
    type: 'object',
    properties: { say: { type: 'string' }, tool: { type: 'string', enum: names }, arguments: { type: 'object' } },
    required: ['tool', 'arguments'],
  }
}
