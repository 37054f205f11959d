// The protocol over standard input and output: a child process, the official client, and whatever else may be written into it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Client, type ClientOptions } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, it, onTestFinished } from 'vitest'
import { until } from '../acceptance/until.ts'
import { hello, modern } from './mcp.stage.ts'

const child = join(import.meta.dirname, 'mcp.child.ts')

async function peer(options: ClientOptions = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, options)
  const transport = new StdioClientTransport({ command: process.execPath, args: [child], stderr: 'ignore' })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return client
}

it.each([{}, modern, { versionNegotiation: { mode: 'auto' } } as ClientOptions])(
  'serves the official client',
  async (options) => {
    const client = await peer(options)
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['run', 'plan_status', 'why']))
    expect(tools.map((tool) => tool.name)).not.toContain('answer_question')
    const good = await client.callTool({ name: 'plan_status', arguments: { item: '001-photo-albums' } })
    expect(good.structuredContent).toMatchObject({ id: '001-photo-albums' })
    const refused = await client.callTool({ name: 'answer_question', arguments: { gate: 'gate-1', answer: 'approve' } })
    expect(refused).toMatchObject({ isError: true, structuredContent: { refusal: { kind: 'auth' } } })
    expect((await client.listResources()).resources.length).toBe(4)
    expect((await client.readResource({ uri: 'baton://status' })).contents).toHaveLength(1)
  },
)

function started() {
  const process_ = spawn(process.execPath, [child], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  onTestFinished(() => void process_.kill('SIGKILL'))
  // A child that has ended takes nothing more, which is what some of these are about.
  process_.stdin.on('error', () => undefined)
  const said = { out: '', err: '' }
  process_.stdout.on('data', (more: Buffer) => (said.out += more.toString()))
  process_.stderr.on('data', (more: Buffer) => (said.err += more.toString()))
  const ended = new Promise<number | null>((resolve) => process_.on('close', resolve))
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by expecting it.
  const lines = (): any[] =>
    said.out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  const answer = (id: number) => until(`the answer to ${id}`, () => lines().find((one) => one.id === id))
  return {
    write: (text: string) => void process_.stdin.write(text),
    end: () => void process_.stdin.end(),
    said,
    ended,
    answer,
    lines,
  }
}

it('says nothing on standard output but the protocol, and ends when its input does', async () => {
  const one = started()
  one.write(`${JSON.stringify(hello('2025-06-18'))}\n`)
  expect(await one.answer(1)).toMatchObject({
    result: { protocolVersion: '2025-06-18', serverInfo: { name: 'baton' } },
  })
  one.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  one.end()
  expect(await one.ended).toBe(0)
  expect(one.lines()).toHaveLength(1)
  expect(one.said.err).toBe('ended\n')
})

it('ends with an input that never said anything', async () => {
  const one = started()
  one.end()
  expect(await one.ended).toBe(0)
  expect(one.said.out).toBe('')
})

it('goes on after whatever is written into it', async () => {
  const one = started()
  const call = (id: number, params: string) => `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`
  one.write(`${JSON.stringify(hello('2025-11-25'))}\n`)
  await one.answer(1)
  one.write('\n\u0000\u0001\nhello\n{\n[]\n42\n"x"\nnull\n{"jsonrpc":"1.0"}\n{"jsonrpc":"2.0","id":{},"method":"x"}\n')
  one.write(`${'['.repeat(100_000)}\n`)
  one.write(call(2, `{"name":"why","arguments":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}}`))
  one.write(call(3, '{"name":"plan_status","arguments":{"item":"a","__proto__":{"may":"all"}}}'))
  one.write(call(4, `{"name":"plan_status","arguments":{"item":"${'x'.repeat(65_536)}"}}`))
  one.write(call(5, '{"name":"plan_status","arguments":{"item":"001-photo-albums"}}'))
  for (const id of [2, 3, 4]) expect(await one.answer(id)).toMatchObject({ id, result: { isError: true } })
  expect(await one.answer(5)).toMatchObject({ result: { structuredContent: { total: 3 } } })
  one.end()
  expect(await one.ended).toBe(0)
  expect(one.said.err).toBe('ended\n')
})

it('ends when somebody writes a line that has no end', async () => {
  const one = started()
  one.write(`${JSON.stringify(hello('2025-11-25'))}\n`)
  await one.answer(1)
  one.write('x'.repeat(11 * 1024 * 1024))
  expect(await one.ended).toBe(0)
})
