// The tools of the built-in agent: what each is called, takes and is good for, and what the hands are asked when it is used.
import type { ToolKind } from '../../core/nouns/update.ts'
import type { ToolSpec } from '../../core/ports.ts'
import { singleLine } from '../../core/text/neutral.ts'
import type { HandCall } from '../hands/words.ts'
import { type Field, type Fields, type Given, schemaOf } from './fields.ts'

/** A call that lacks what the loop knows: how much may come back, and how long a command may take. */
export type HandWish = HandCall extends infer C ? (C extends HandCall ? Omit<C, 'most' | 'ms'> : never) : never

export interface Tool {
  readonly name: string
  readonly kind: ToolKind
  readonly about: string
  readonly fields: Fields
  /** It may change something; agents that only look are not given it. */
  readonly changes: boolean
  title(given: Given): string
  /** Undefined: the loop does it itself. */
  readonly hand?: (given: Given) => HandWish
}

const text = (given: Given, name: string): string => String(given[name] ?? '')
const count = (given: Given, name: string): number => Number(given[name] ?? 0)
const flag = (given: Given, name: string): boolean => given[name] === true

const path = (about: string, otherwise?: string): Field => ({
  kind: 'text',
  about,
  ...(otherwise === undefined ? {} : { otherwise }),
})
const inFolder = 'A path inside the folder, such as src/a.ts.'

const looking: readonly Tool[] = [
  {
    name: 'plan',
    kind: 'think',
    about:
      'Say what you are going to do, and how far you are. Give the whole list each time; it replaces the one before.',
    fields: {
      steps: {
        kind: 'list',
        about: 'One line each; begin what is done with "[x] " and what you are doing with "[~] ".',
      },
    },
    changes: false,
    title: () => 'Plan',
  },
  {
    name: 'list',
    kind: 'read',
    about: 'List a folder.',
    fields: {
      path: path('A folder inside the folder; "." is all of it.', '.'),
      depth: { kind: 'count', about: 'How many levels, 1 to 5.', otherwise: 1 },
    },
    changes: false,
    title: (given) => `List ${text(given, 'path')}`,
    hand: (given) => ({ do: 'list', path: text(given, 'path'), depth: count(given, 'depth') }),
  },
  {
    name: 'read',
    kind: 'read',
    about: 'Read lines of a file. Each line is shown behind its number.',
    fields: {
      path: path(inFolder),
      from: { kind: 'count', about: 'The first line.', otherwise: 1 },
      lines: { kind: 'count', about: 'How many lines.', otherwise: 400 },
    },
    changes: false,
    title: (given) => `Read ${text(given, 'path')}`,
    hand: (given) => ({
      do: 'read',
      path: text(given, 'path'),
      from: count(given, 'from'),
      lines: count(given, 'lines'),
    }),
  },
  {
    name: 'search',
    kind: 'search',
    about: 'Find lines in files. Gives path, line number and line.',
    fields: {
      pattern: { kind: 'text', about: 'What to look for: plain text, or a regular expression if expression is true.' },
      path: path('Where: a folder or file inside the folder.', '.'),
      files: { kind: 'text', about: 'Only files like this: *.ts, or src/**/*.ts.', otherwise: '' },
      expression: { kind: 'flag', about: 'The pattern is a regular expression.', otherwise: false },
      any_case: { kind: 'flag', about: 'Capital or small letters, either.', otherwise: false },
    },
    changes: false,
    title: (given) => `Search for ${text(given, 'pattern')}`,
    hand: (given) => ({
      do: 'search',
      pattern: text(given, 'pattern'),
      path: text(given, 'path'),
      files: text(given, 'files'),
      expression: flag(given, 'expression'),
      anyCase: flag(given, 'any_case'),
    }),
  },
]

const changing: readonly Tool[] = [
  {
    name: 'edit',
    kind: 'edit',
    about: 'Replace a piece of a file. The old text must be in it exactly once, unless all is true.',
    fields: {
      path: path(inFolder),
      old: { kind: 'text', about: 'The text as it is in the file, without line numbers.' },
      new: { kind: 'text', about: 'What stands there afterwards; empty to remove it.' },
      all: { kind: 'flag', about: 'Replace every place.', otherwise: false },
    },
    changes: true,
    title: (given) => `Edit ${text(given, 'path')}`,
    hand: (given) => ({
      do: 'edit',
      path: text(given, 'path'),
      old: text(given, 'old'),
      new: text(given, 'new'),
      all: flag(given, 'all'),
    }),
  },
  {
    name: 'write',
    kind: 'edit',
    about: 'Write a whole file: a new one, or in the place of an old one. Folders on the way are made.',
    fields: { path: path(inFolder), text: { kind: 'text', about: 'All that the file will hold.' } },
    changes: true,
    title: (given) => `Write ${text(given, 'path')}`,
    hand: (given) => ({ do: 'write', path: text(given, 'path'), text: text(given, 'text') }),
  },
  {
    name: 'run',
    kind: 'execute',
    about: 'Run a shell command in the folder, without input. Whatever it leaves running is ended when it ends.',
    fields: {
      command: { kind: 'text', about: 'For /bin/sh.' },
      path: path('The folder to run it in.', '.'),
      seconds: { kind: 'count', about: 'How long it may take.', otherwise: 120 },
    },
    changes: true,
    title: (given) => text(given, 'command'),
    hand: (given) => ({ do: 'run', command: text(given, 'command'), path: text(given, 'path') }),
  },
]

const asking: Tool = {
  name: 'ask',
  kind: 'other',
  about: 'Ask a person, only where you cannot go on without an answer. It may take long.',
  fields: {
    question: { kind: 'text', about: 'One question, with what must be known to answer it.' },
    options: { kind: 'list', about: 'Answers to choose from, if there are such.', otherwise: '' },
  },
  changes: false,
  title: (given) => `Ask: ${text(given, 'question')}`,
}

export const lookers: readonly Tool[] = looking
export const readers: readonly Tool[] = [...looking, asking]
export const workers: readonly Tool[] = [...looking, ...changing, asking]

export function specOf(tool: Tool): ToolSpec {
  return { name: tool.name, description: tool.about, parameters: schemaOf(tool.fields) }
}

export function titleOf(tool: Tool, given: Given): string {
  return singleLine(tool.title(given)).slice(0, 200)
}
