// Keeps the conversation of an attempt in its home, which no agent's process sees, so that a later attempt can go on with it.
import { constants } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelMessage, ToolCall } from '../../core/ports.ts'
import type { Entry } from './history.ts'

const bytesAtMost = 64 * 1024 * 1024
const entriesAtMost = 20_000
const reading = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
const making = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

export const isSession = (id: string): boolean => /^baton-[a-z0-9]{8,40}$/.test(id)

const folderOf = (home: string): string => join(home, 'conversations')
const fileOf = (home: string, id: string): string => join(folderOf(home), `${id}.json`)

/** The whole of it, in the place of what was kept before. */
export async function keep(home: string, id: string, entries: readonly Entry[]): Promise<void> {
  await mkdir(folderOf(home), { recursive: true, mode: 0o700 })
  const file = fileOf(home, id)
  const fresh = `${file}.new`
  const handle = await open(fresh, making, 0o600)
  try {
    await handle.writeFile(JSON.stringify({ version: 1, entries }))
  } finally {
    await handle.close()
  }
  await rename(fresh, file)
}

export async function forget(home: string, id: string): Promise<void> {
  await rm(fileOf(home, id), { force: true })
}

export type Recalled =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly why: string }

/** What was kept, if all of it can be read; half a conversation is none. */
export async function recall(home: string, id: string): Promise<Recalled> {
  const no = (why: string): Recalled => ({ ok: false, why: `The conversation ${id} cannot be gone on with: ${why}` })
  if (!isSession(id)) return { ok: false, why: 'The session to go on with is none of this agent.' }
  try {
    const handle = await open(fileOf(home, id), reading)
    try {
      const { size } = await handle.stat()
      if (size > bytesAtMost) return no('it is too large.')
      const value = JSON.parse(await handle.readFile('utf8')) as { version?: unknown; entries?: unknown }
      const entries = value.version === 1 ? entriesOf(value.entries) : undefined
      return entries === undefined ? no('it is not as this version writes it.') : { ok: true, entries }
    } finally {
      await handle.close()
    }
  } catch (error) {
    return no(error instanceof Error ? error.message : String(error))
  }
}

const roles = ['system', 'user', 'assistant', 'tool'] as const

function entriesOf(value: unknown): readonly Entry[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > entriesAtMost) return undefined
  const entries = value.map(entryOf)
  return entries.every((entry) => entry !== undefined) ? entries : undefined
}

function entryOf(value: unknown): Entry | undefined {
  const { message, brief, turn } = (value ?? {}) as Record<string, unknown>
  const { role, content, call, calls } = (message ?? {}) as Record<string, unknown>
  const known = roles.find((one) => one === role)
  if (known === undefined || typeof content !== 'string' || typeof turn !== 'number') return undefined
  const made = calls === undefined ? undefined : callsOf(calls)
  if (calls !== undefined && made === undefined) return undefined
  const whole: ModelMessage = {
    role: known,
    content,
    ...(typeof call === 'string' ? { call } : {}),
    ...(made === undefined ? {} : { calls: made }),
  }
  return { message: whole, turn, ...(typeof brief === 'string' ? { brief } : {}) }
}

function callsOf(value: unknown): readonly ToolCall[] | undefined {
  if (!Array.isArray(value)) return undefined
  const calls = value.flatMap((one: unknown) => {
    const { id, name, arguments: given } = (one ?? {}) as Record<string, unknown>
    if (typeof id !== 'string' || typeof name !== 'string' || typeof given !== 'string') return []
    return [{ id, name, arguments: given }]
  })
  return calls.length === value.length ? calls : undefined
}
