// An agent in this process that is given Baton's tools for its attempt, and does with them what a test says.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { nothingUsed } from '../../src/core/nouns/attempt.ts'
import type { Assignment, Executor, Report, Run } from '../../src/core/ports.ts'

export interface Talking {
  readonly assignment: Assignment
  readonly url: string
  readonly token: string
  readonly client: Client
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by expecting it.
  call(name: string, given?: object): Promise<any>
}

export type Part = (talking: Talking) => Promise<void>

/** By the key of its step, each attempt plays its part, writes `out/<key>.txt` unless it only reads, and ends well. */
export function talker(parts: Readonly<Record<string, Part>>): Executor {
  return {
    name: 'talker',
    start: (assignment): Run => ({
      reports: played(assignment, parts[assignment.step.key] ?? (async () => undefined)),
      answer: () => undefined,
      stop: async () => undefined,
    }),
  }
}

async function* played(assignment: Assignment, part: Part): AsyncGenerator<Report, void, undefined> {
  yield { kind: 'began' }
  const talking = await connect(assignment)
  try {
    await part(talking)
    if (!assignment.readsOnly) {
      mkdirSync(join(assignment.folder, 'out'), { recursive: true })
      writeFileSync(join(assignment.folder, 'out', `${assignment.step.key}.txt`), assignment.attempt)
    }
    yield { kind: 'ended', outcome: { kind: 'succeeded', why: 'it talked' }, used: nothingUsed }
  } catch (error) {
    yield { kind: 'ended', outcome: { kind: 'failed', reason: 'crashed', why: String(error) }, used: nothingUsed }
  } finally {
    await talking.client.close()
  }
}

async function connect(assignment: Assignment): Promise<Talking> {
  const [server] = assignment.tools
  if (server === undefined) throw new Error(`${assignment.attempt} was given no tools`)
  const client = await clientOf(server.url, server.token)
  return {
    assignment,
    url: server.url,
    token: server.token,
    client,
    call: async (name, given = {}) => client.callTool({ name, arguments: given as Record<string, unknown> }),
  }
}

export async function clientOf(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'talker', version: '1' })
  const requestInit = { headers: { authorization: `Bearer ${token}` } }
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }))
  return client
}
