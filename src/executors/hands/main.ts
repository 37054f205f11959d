// The hands: a small program in the agent's folder that lists, reads, searches, edits, writes and runs, as it is told on its input.
import { realpathSync } from 'node:fs'
import { edit, write } from './change.ts'
import { list, read } from './look.ts'
import { run } from './run.ts'
import { search } from './search.ts'
import {
  cut,
  type FromHands,
  type HandAnswer,
  lettersAtMost,
  lineLettersAtMost,
  plain,
  Refused,
  type ToHands,
} from './words.ts'

const root = realpathSync(process.cwd())
/** May look and nothing else, whatever it is told. */
const looksOnly = process.argv.includes('--look')

function say(answer: FromHands): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

async function act(told: ToHands): Promise<Omit<HandAnswer, 'id'>> {
  const call = { ...told, most: Math.min(lettersAtMost, Math.max(500, told.most)) }
  if (looksOnly && (call.do === 'edit' || call.do === 'write' || call.do === 'run'))
    throw new Refused('Nothing may be changed or run here: only looking is allowed.')
  switch (call.do) {
    case 'list':
      return { ok: true, text: list(root, call) }
    case 'read':
      return { ok: true, text: read(root, call) }
    case 'search':
      return { ok: true, text: search(root, call) }
    case 'edit':
      return { ok: true, ...edit(root, call) }
    case 'write':
      return { ok: true, ...write(root, call) }
    case 'run':
      return run(root, call, (more) => say({ id: call.id, more }))
  }
}

function whyOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') return 'It may not be touched: the system does not allow it.'
  if (code === 'ENOSPC') return 'There is no room left on the disk.'
  if (code === 'ENOTDIR' || code === 'ENOENT' || code === 'ELOOP')
    return 'It changed while it was looked at. Try again.'
  return `It could not be done: ${plain(String(message), 300)}`
}

async function answer(line: string): Promise<void> {
  const told = JSON.parse(line) as ToHands
  try {
    const done = await act(told)
    say({ id: told.id, ...done, text: cut(done.text, lettersAtMost) })
  } catch (error) {
    say({ id: told.id, ok: false, text: cut(whyOf(error), lettersAtMost) })
  }
}

// One after another, in the order they were told; the input's end is ours.
let held = ''
let turn: Promise<void> = Promise.resolve()
process.stdin.setEncoding('utf8')
for await (const chunk of process.stdin) {
  held += String(chunk)
  if (held.length > lineLettersAtMost) throw new Error('A line is too long.')
  const lines = held.split('\n')
  held = lines.pop() ?? ''
  for (const line of lines) turn = turn.then(() => answer(line))
}
await turn
