// Reads YAML or JSON that a stranger wrote: nesting and size are counted before anything recursive sees them.
import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
} from 'yaml'
import type { Place, PlanNote } from '../nouns/plan.ts'
import { quoted } from './neutral.ts'

const deepest = 64
const lettersAtMost = 1_048_576
const lexemesAtMost = 150_000
const findingsAtMost = 20
const tags: ReadonlySet<string> = new Set(
  ['map', 'seq', 'str', 'int', 'float', 'bool', 'null'].map((tag) => `tag:yaml.org,2002:${tag}`),
)
const poison: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export interface YamlRead {
  /** Plain objects, arrays, strings, numbers, booleans and null; undefined when there is an error among the notes. */
  readonly value: unknown
  readonly notes: readonly PlanNote[]
  /** Where the value under these keys and indices stands; the nearest enclosing one that is there. */
  at(path: readonly PropertyKey[]): Place
  /** The words as they were written, before `1.0` became a number. */
  written(path: readonly PropertyKey[]): string | undefined
}

class TooDeep extends Error {}
class TooMuch extends Error {}

function depthOf(stack: readonly CST.Token[]): number {
  return stack.filter(({ type }) => type === 'block-map' || type === 'block-seq' || type === 'flow-collection').length
}

/** The parser keeps its own stack and does not recurse while it grows, so this stops it before anything can overflow. */
function tokensOf(text: string, lines: LineCounter): CST.Token[] {
  const parser = new Parser(lines.addNewLine)
  const tokens: CST.Token[] = []
  let offset = 0
  let lexemes = 0
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1
    if (lexemes > lexemesAtMost) throw new TooMuch(String(offset))
    for (const token of parser.next(lexeme)) tokens.push(token)
    if (parser.stack.length > deepest && depthOf(parser.stack) > deepest) throw new TooDeep(String(offset))
    offset = parser.offset
  }
  for (const token of parser.end()) tokens.push(token)
  return tokens
}

interface Reading {
  readonly file: string
  readonly lines: LineCounter
  readonly notes: PlanNote[]
}

function placeOf(reading: Reading, offset: number): Place {
  const { line, col } = reading.lines.linePos(offset)
  return { file: reading.file, line: Math.max(line, 1), column: Math.max(col, 1) }
}

function refuse(reading: Reading, offset: number, kind: string, text: string, remedy: string): void {
  if (reading.notes.length < findingsAtMost) {
    reading.notes.push({ ...placeOf(reading, offset), level: 'error', kind, text, remedy })
  }
}

/** Own walk instead of `toJS`: no aliases, no merge keys, no tags, no key that reaches a prototype. */
function plain(reading: Reading, node: unknown, depth: number): unknown {
  if (node === null || node === undefined) return null
  const offset = (node as Node).range?.[0] ?? 0
  if (depth > deepest) {
    refuse(reading, offset, 'too-deep', `This is nested more than ${deepest} levels deep.`, 'Flatten it.')
    return null
  }
  if (isAlias(node) || (node as Node & { anchor?: string }).anchor !== undefined) {
    refuse(reading, offset, 'alias', 'Anchors (&) and aliases (*) are not read here.', 'Write the value out.')
    return null
  }
  const tag = (node as Node).tag
  if (tag !== undefined && !tags.has(tag)) {
    refuse(reading, offset, 'tag', `The tag ${quoted(tag)} is not read here.`, 'Leave the tag out.')
    return null
  }
  if (isScalar(node)) return node.value
  if (isSeq(node)) return node.items.map((item) => plain(reading, item, depth + 1))
  if (!isMap(node)) return null
  const value: Record<string, unknown> = {}
  for (const pair of node.items) {
    const at = (pair.key as Node | null)?.range?.[0] ?? offset
    const key = isScalar(pair.key) ? keyOf(pair.key) : undefined
    if (key === undefined || key === '<<' || poison.has(key)) {
      const what = key === undefined ? 'This key' : `The key "${quoted(key)}"`
      refuse(reading, at, 'key', `${what} cannot be used here.`, 'Use a plain word as the key.')
    } else if (Object.hasOwn(value, key)) {
      refuse(reading, at, 'key', `The key "${quoted(key)}" stands here a second time.`, 'Keep one of them.')
    } else value[key] = plain(reading, pair.value, depth + 1)
  }
  return value
}

function keyOf(key: { value: unknown; source?: string }): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

/** `text` is the whole file, already decoded. Never throws; gives the value only when nothing at all is wrong. */
export function readYaml(text: string, file: string): YamlRead {
  const reading: Reading = { file, lines: new LineCounter(), notes: [] }
  reading.lines.addNewLine(0)
  const document = documentOf(reading, text)
  const value = document === undefined ? undefined : plain(reading, document.contents, 0)
  const find = (path: readonly PropertyKey[]): Node | undefined => nodeAt(document, path)
  return {
    value: reading.notes.length === 0 ? value : undefined,
    notes: reading.notes,
    at: (path) => {
      for (let length = path.length; length > 0; length -= 1) {
        const node = find(path.slice(0, length))
        if (node?.range) return placeOf(reading, node.range[0])
      }
      return { file, line: 1, column: 1 }
    },
    written: (path) => {
      const node = find(path)
      return isScalar(node) ? (node.source ?? String(node.value)) : undefined
    },
  }
}

function nodeAt(document: Document | undefined, path: readonly PropertyKey[]): Node | undefined {
  let node: unknown = document?.contents
  for (const step of path) {
    if (isMap(node)) node = node.items.find((pair) => isScalar(pair.key) && keyOf(pair.key) === String(step))?.value
    else if (isSeq(node)) node = node.items[Number(step)]
    else return undefined
  }
  return (node ?? undefined) as Node | undefined
}

function documentOf(reading: Reading, text: string): Document | undefined {
  if (text.length > lettersAtMost) {
    refuse(reading, 0, 'too-large', `This file has ${text.length} characters, more than 1 MiB.`, 'Split it.')
    return undefined
  }
  try {
    // The library compares every key with every other; our own walk sees a double in one step.
    const composer = new Composer({
      uniqueKeys: false,
      merge: false,
      prettyErrors: false,
      logLevel: 'silent',
      strict: true,
    })
    const documents = [...composer.compose(tokensOf(text, reading.lines), true, text.length)] as Document[]
    const document = documents[0]
    for (const error of [...(document?.errors ?? []), ...(document?.warnings ?? [])].slice(0, findingsAtMost)) {
      refuse(reading, error.pos[0], 'yaml', `This is not valid YAML: ${quoted(error.message, 160)}`, 'Mend this line.')
    }
    if (documents.length > 1) {
      const offset = documents[1]?.range?.[0] ?? 0
      refuse(reading, offset, 'yaml', 'A second document begins here.', 'Keep one document in the file.')
    }
    return document
  } catch (error) {
    const at = error instanceof Error ? Number(error.message) : 0
    if (error instanceof TooDeep) {
      refuse(reading, at, 'too-deep', `From here on it is nested more than ${deepest} levels deep.`, 'Flatten it.')
    } else if (error instanceof TooMuch) {
      refuse(reading, at, 'too-large', 'This file holds too much to be read; it ends here.', 'Split it.')
    } else {
      refuse(reading, 0, 'yaml', `This cannot be read as YAML: ${quoted(String(error), 160)}`, 'Simplify the file.')
    }
    return undefined
  }
}
