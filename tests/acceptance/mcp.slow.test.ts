// `baton mcp` as an editor starts it: a plan is handed over, carried out and asked about through the official client.
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, it, onTestFinished } from 'vitest'
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

async function editor(made: Stage, ...options: string[]): Promise<Client> {
  const client = new Client({ name: 'editor', version: '1' })
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [main, 'mcp', ...options],
      cwd: made.path,
      env: { ...(process.env as Record<string, string>), BATON_HOME: made.home, NODE_NO_WARNINGS: '1' },
      stderr: 'ignore',
    }),
  )
  onTestFinished(() => client.close())
  return client
}

type Structured = Readonly<Record<string, unknown>>

async function use(client: Client, name: string, given: Structured): Promise<Structured> {
  return (await client.callTool({ name, arguments: given })).structuredContent as Structured
}

async function untilOver(client: Client, item: string): Promise<void> {
  for (;;) if ((await use(client, 'run_wait', { item })).over === true) return
}

it('given an editor that starts it, when its agent hands a plan over, then Baton carries it out and answers for it', async () => {
  const made = await play(stage(), {})
  const client = await editor(made)
  expect(await use(client, 'import_plan', { plan: 'wf.yaml' })).toBeDefined()
  expect(await use(client, 'run', { plan: 'wf.yaml' })).toMatchObject({ runs: [{ item: 'wf' }] })
  await untilOver(client, 'wf')
  expect(await use(client, 'plan_status', { item: 'wf' })).toMatchObject({ run: { outcome: 'complete' } })
  expect(await use(client, 'item_integrate', { item: 'wf' })).toMatchObject({ refusal: { kind: 'auth' } })
  await client.close()
  expect(made.at('baton/wf', 'out/a.txt')).toBe('Write a')
})

it('given a server on the home, when it goes while an editor is connected, then the editor goes on without it', async () => {
  const made = await play(stage(), {})
  const server = made.start('serve', '--port', '0')
  for (; !server.said().includes('serves this home'); ) await new Promise((resolve) => setTimeout(resolve, 50))
  const client = await editor(made, '--allow', 'approve')
  expect(await use(client, 'server_show', {})).toMatchObject({ urls: [expect.stringContaining('127.0.0.1')] })
  server.interrupt()
  await server.ended
  expect(await use(client, 'status_list', {})).toMatchObject({ items: [] })
  await use(client, 'run', { plan: 'wf.yaml' })
  await untilOver(client, 'wf')
  expect(await use(client, 'item_integrate', { item: 'wf' })).not.toHaveProperty('refusal')
})
