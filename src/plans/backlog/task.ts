// Reads one task file of a backlog: what stands at its top, and the sections below.
import { quoted } from '../../core/text/neutral.ts'
import { bytesAtMost } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'
import { type Front, frontOf, type Listed } from './front.ts'

export interface Task {
  readonly file: string
  readonly id: string
  readonly line: number
  readonly column: number
  readonly title: string
  readonly front: Front
  readonly text: string
}

const wanted: ReadonlySet<string> = new Set(
  'id|title|status|assignee|updated_date|due_date|labels|milestone|dependencies|references|documentation|modified_files|parent_task_id|priority|type|ordinal'.split(
    '|',
  ),
)

/** Undefined for what is no task at all; what should be one and cannot be read is said. */
export function taskOf(bytes: Uint8Array, file: string, notes: Notes): Task | undefined {
  const at = { file, line: 1, column: 1 }
  if (bytes.length > bytesAtMost) {
    notes.error('too-large', at, `This file has ${bytes.length} bytes, more than 8 MiB.`, 'Split the task.')
    return undefined
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const front = frontOf(text, file, wanted, notes)
  const key = front?.keys.get('id')
  const id = key?.text ?? ''
  if (front === undefined || key === undefined || id === '') return undefined
  const title = quoted(front.keys.get('title')?.text ?? '', 200)
  return { file, id, line: key.line, column: key.from - key.start + 1, title, front, text }
}

export const textIn = ({ front }: Task, name: string): string => front.keys.get(name)?.text ?? ''

/** A list, or a single word in its place. */
export function listIn({ front }: Task, name: string): readonly Listed[] {
  const key = front.keys.get(name)
  if (key?.list !== undefined) return key.list.length === 0 ? none : key.list.filter(({ text }) => text !== '')
  if (key?.text === undefined || key.text === '') return none
  return [{ text: key.text, line: key.line, column: key.from - key.start + 1 }]
}

const none: readonly Listed[] = []
const lettersAtMost = 65_536
const box = /^[ \t]{0,8}[-*+][ \t]{1,4}\[[ xX]\][ \t]{1,4}(?:#\d{1,6}[ \t]{1,4})?(.{1,600})/
const criteria = /^##[ \t]{1,4}(?:acceptance criteria|definition of done)\b/i

export interface Body {
  readonly lines: readonly string[]
  readonly criteria: readonly string[]
}

/** What people see of it: the marks around sections, and every other comment, are left out. */
export function bodyOf({ text, front }: Task): Body {
  const words = Buffer.from(text.slice(front.body, front.body + lettersAtMost), 'latin1').toString('utf8')
  const lines: string[] = []
  const found: string[] = []
  let hidden = false
  let listing = false
  for (const raw of words.replaceAll('\0', '\ufffd').split(/\r?\n/)) {
    const line = raw.trimEnd()
    if (hidden) hidden = !line.includes('-->')
    else if (line.trimStart().startsWith('<!--')) hidden = !line.includes('-->')
    else {
      if (line.startsWith('##')) listing = criteria.test(line)
      const boxed = listing && found.length < 100 ? box.exec(line)?.[1] : undefined
      if (boxed !== undefined) found.push(boxed.trim())
      if (line !== '' || (lines.length > 0 && lines.at(-1) !== '')) lines.push(line)
    }
  }
  while (lines.at(-1) === '') lines.pop()
  return { lines, criteria: found }
}
