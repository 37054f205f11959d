// Where signed checkpoints are kept out of a home's reach: a file, a ref of a git repository, or whatever a command does with them.
import { spawn } from 'node:child_process'
import { open, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CheckpointPlace, Repository } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

/** A million notes are not as long. */
const mostBytes = 256 * 1024 * 1024

function notNotes(path: string, isFile: boolean): Refused {
  const why = isFile ? 'it is larger than 256 MiB' : 'it is no plain file'
  return new Refused(refuse('invalid', path, why, 'name the file in which checkpoints are kept'))
}

/** One note after another, each on the disk before the next; the file is made if its folder is there. */
export function filePlace(path: string): CheckpointPlace {
  const read = async (): Promise<string> => {
    try {
      const found = await stat(path)
      if (!found.isFile() || found.size > mostBytes) throw notNotes(path, found.isFile())
      return await readFile(path, 'utf8')
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return ''
      throw error
    }
  }
  const add = async (notes: string, after: string | undefined): Promise<void> => {
    const handle = await open(path, 'a', 0o644)
    try {
      const { size } = await handle.stat()
      if (size !== Buffer.byteLength(after ?? '')) throw new Error(`${path} has changed meanwhile`)
      await handle.appendFile(notes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (after === '') await flushFolder(dirname(path))
  }
  return { name: path, read, add }
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const [keysFile, noteFile] = ['keys', 'checkpoint']

/** Splits after the last empty line before the last note's text: the newest checkpoint, and all that came before it. */
function newest(notes: string): { readonly keys: string; readonly note: string } {
  const each = notes.split(/(?<=\n)\n(?=[^\n\u2014])/u).filter((part) => part.trim() !== '')
  const whole = each.map((part) => `${part.replace(/\n+$/u, '')}\n`)
  const keys = whole.filter((part) => part.startsWith('baton key'))
  return { keys: keys.map((part) => `${part}\n`).join(''), note: whole.at(-1) ?? '' }
}

/**
 * One commit for each checkpoint, moved by compare-and-swap: its tree holds the newest note and the keys up to it, its history all the
 * others. `name` is how a person wrote it.
 */
export function refPlace(
  name: string,
  repository: Pick<Repository, 'tip' | 'readFile' | 'writeTree' | 'commit' | 'moveRef'>,
  ref: string,
  now: () => number,
): CheckpointPlace {
  const textOf = async (commit: string, path: string): Promise<string> => {
    const bytes = await repository.readFile(commit, path)
    return bytes === null ? '' : new TextDecoder().decode(bytes)
  }
  let seen: { readonly text: string; readonly tip: string | null } | undefined
  const read = async (): Promise<string> => {
    const tip = await repository.tip(ref)
    const text = tip === null ? '' : (await textOf(tip, keysFile)) + (await textOf(tip, noteFile))
    seen = { text, tip }
    return text
  }
  const add = async (notes: string, after: string | undefined): Promise<void> => {
    if (seen === undefined || seen.text !== (after ?? '')) throw new Error(`${name} has changed meanwhile`)
    const { tip } = seen
    const before = tip === null ? '' : await textOf(tip, keysFile)
    const { keys, note } = newest(notes)
    const file = (path: string, text: string) => ({
      path,
      kind: 'added' as const,
      mode: '100644',
      content: Buffer.from(text),
    })
    const tree = await repository.writeTree('', [file(keysFile, before + keys), file(noteFile, note)])
    const size = note.split('\n')[1] ?? ''
    const commit = await repository.commit({
      tree,
      parents: tip === null ? [] : [tip],
      message: `Checkpoint over ${size} entries\n`,
      authorName: 'Baton',
      authorEmail: 'baton@baton.invalid',
      at: now(),
    })
    const moved = await repository.moveRef(ref, commit, tip, `checkpoint over ${size} entries`)
    if (moved.kind !== 'moved') throw new Error(`${name} was moved by somebody else meanwhile`)
  }
  return { name, read, add }
}

const commandMs = 15_000

/**
 * The notes come on standard input. The exit code says whether they were kept; what it says on standard error, why not. It is started
 * here and not by the spawner: in a namespace of its own, ssh would refuse files whose owner it does not see.
 */
export function commandPlace(name: string, argv: readonly [string, ...string[]], folder: string): CheckpointPlace {
  return { name, read: async () => undefined, add: (notes) => give(argv, folder, notes) }
}

function give([program, ...words]: readonly [string, ...string[]], cwd: string, notes: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { cwd, detached: true, stdio: ['pipe', 'ignore', 'pipe'] })
    const end = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    }
    const late = setTimeout(() => {
      end()
      reject(new Error(`${program} took longer than ${commandMs / 1000} s and was ended`))
    }, commandMs)
    let said = ''
    child.stderr.on('data', (bytes: Buffer) => {
      if (said.length < 400) said += bytes.toString('utf8')
    })
    child.stdin.on('error', () => undefined)
    child.on('error', (error) => {
      clearTimeout(late)
      reject(error)
    })
    child.on('close', (code, signal) => {
      clearTimeout(late)
      const why = said.trim() === '' ? '' : `: ${said.trim().slice(0, 400)}`
      if (code === 0) resolve()
      else reject(new Error(`${program} ended with ${code === null ? signal : `exit code ${code}`}${why}`))
    })
    child.stdin.end(notes)
  })
}
