// An agent of our own that speaks the agent client protocol, and does what its prompt says; it stands in for all real ones.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { type AgentContext, agent, ndJsonStream, RequestError } from '@agentclientprotocol/sdk/unstable'

const home = process.env.HOME ?? ''
const sessions = join(home, 'sessions.txt')
const rest = process.argv.slice(2)
const how = (name: string): boolean => rest.includes(name)

let cancelled: () => void = () => undefined
let folder = process.cwd()
const modes = {
  currentModeId: 'plain',
  availableModes: [
    { id: 'plain', name: 'Plain' },
    { id: 'https://x.invalid/modes#careful', name: 'Careful' },
  ],
}
const configOptions = [
  {
    id: 'mode-of-work',
    name: 'Mode',
    category: 'mode',
    type: 'select' as const,
    currentValue: 'fast',
    options: [
      { value: 'fast', name: 'Fast' },
      { value: 'slow', name: 'Slow' },
    ],
  },
  { id: 'auto', name: 'Auto', type: 'boolean' as const, currentValue: true },
]

interface Turn {
  readonly client: AgentContext
  readonly sessionId: string
}

const update = ({ client, sessionId }: Turn, told: Record<string, unknown>): Promise<void> =>
  client.notify('session/update', { sessionId, update: told } as never)
const say = (turn: Turn, text: string) =>
  update(turn, { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })

async function ask(turn: Turn, id: string): Promise<string> {
  const { outcome } = await turn.client.request('session/request_permission', {
    sessionId: turn.sessionId,
    toolCall: { toolCallId: id, kind: 'execute', title: 'rm -rf build', rawInput: { command: 'rm -rf build' } },
    options: [
      { optionId: 'yes-77', name: 'Yes', kind: 'allow_once' },
      { optionId: 'no-78', name: 'No', kind: 'reject_once' },
    ],
  })
  return outcome.outcome === 'selected' ? outcome.optionId : outcome.outcome
}

type Play = (turn: Turn) => Promise<{ stopReason: string; usage?: unknown }>
const done = { stopReason: 'end_turn' }

const plays: Record<string, Play> = {
  succeed: async () => done,
  speak: async (turn) => {
    await say(turn, 'hé')
    await say(turn, 'llo')
    return done
  },
  fail: async () => {
    throw Object.assign(new Error('Internal error'), { code: -32603 })
  },
  broken: async () => {
    process.stderr.write('a last word\n')
    process.exit(3)
  },
  hang: async (turn) => {
    await say(turn, 'up')
    await new Promise<void>((stop) => {
      cancelled = stop
    })
    writeFileSync(join(folder, 'told-to-end'), '')
    return { stopReason: 'cancelled' }
  },
  deaf: async (turn) => {
    await say(turn, 'up')
    await new Promise(() => undefined)
    return done
  },
  flood: async (turn) => {
    for (let at = 0; at < 30_000; at += 1) await say(turn, 'x'.repeat(100))
    return done
  },
  work: async (turn) => {
    await say(turn, 'First I look.')
    await update(turn, { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Hm.' } })
    await update(turn, {
      sessionUpdate: 'plan',
      entries: [{ content: 'write it', status: 'in_progress', priority: 'high' }],
    })
    await update(turn, { sessionUpdate: 'tool_call_update', toolCallId: 't1', status: 'in_progress' })
    await update(turn, {
      sessionUpdate: 'tool_call',
      toolCallId: 't1',
      title: 'Write a.txt',
      kind: 'edit',
      status: 'pending',
      locations: [{ path: 'a.txt' }],
    })
    writeFileSync(join(folder, 'a.txt'), 'written\n')
    await update(turn, {
      sessionUpdate: 'tool_call_update',
      toolCallId: 't1',
      status: 'completed',
      content: [{ type: 'diff', path: 'a.txt', newText: 'written\n' }],
    })
    await update(turn, { sessionUpdate: 'usage_update', used: 10, size: 100, cost: { amount: 0.25, currency: 'USD' } })
    await update(turn, { sessionUpdate: 'dream', of: 'sheep' })
    await turn.client.notify('_private/thing', { a: 1 })
    process.stdout.write('not a message\n')
    await say(turn, 'I wrote a.txt.')
    return { ...done, usage: { totalTokens: 130, inputTokens: 100, outputTokens: 30, cachedReadTokens: 40 } }
  },
  ask: async (turn) => {
    await say(turn, `[${await ask(turn, 't1')}]`)
    return done
  },
  'ask often': async (turn) => {
    const asks = Array.from({ length: 40 }, async (_, at) => say(turn, `${await ask(turn, `t${at}`)} `))
    await Promise.all(asks)
    return done
  },
  reach: async (turn) => {
    const tries = ['fs/read_text_file', 'terminal/create', 'fs/write_text_file']
    for (const method of tries) {
      const answer = await turn.client
        .request(method, { sessionId: turn.sessionId, path: '/etc/passwd', content: '', command: 'id' })
        .then(
          () => 'allowed',
          (error: { code?: number }) => String(error.code),
        )
      await say(turn, `${method} ${answer}\n`)
    }
    return done
  },
  quota: async () => {
    throw Object.assign(new Error("You've hit your usage limit. Try again in 2 hours."), { code: -32603 })
  },
  long: async (turn) => {
    const content = { type: 'text', text: 'y'.repeat(34 * 1024 * 1024) }
    const params = { sessionId: turn.sessionId, update: { sessionUpdate: 'agent_message_chunk', content } }
    const line = JSON.stringify({ jsonrpc: '2.0', method: 'session/update', params })
    // What is written through the SDK while the pipe is full would be lost.
    await new Promise<unknown>((done) => process.stdout.write(`${line}\n`, done))
    await say(turn, 'after')
    return done
  },
  garbage: async (turn) => {
    for (const line of [
      '{"jsonrpc":"2.0","id":99,"result":{}}',
      '{"jsonrpc":"2.0"}',
      '[1,2]',
      '{"jsonrpc":"2.0","method":"session/update","params":null}',
      '{"jsonrpc":"2.0","id":{"a":1},"method":"x"}',
      '{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"tool_call","toolCallId":7,"content":"x"}}}',
      '"x"',
    ])
      process.stdout.write(`${line}\n`)
    await say(turn, 'still here')
    return done
  },
  refusal: async () => ({ stopReason: 'refusal' }),
  tokens: async () => ({ stopReason: 'max_tokens' }),
  dawn: async () => ({ stopReason: 'dawn' }),
  env: async (turn) => {
    await say(turn, JSON.stringify({ env: process.env, cwd: folder, kept: existsSync(join(home, 'kept')) }))
    writeFileSync(join(home, 'kept'), '')
    return done
  },
}

async function begin(session: string): Promise<void> {
  appendFileSync(sessions, `${session}\n`)
}

const app = agent({ name: 'stand-in' })
  .onRequest('initialize', async ({ params }) => {
    if (how('shows')) process.stderr.write(`offered: ${JSON.stringify(params.clientCapabilities)}\n`)
    if (how('slow')) await new Promise(() => undefined)
    return {
      protocolVersion: how('future') ? 2 : 1,
      agentCapabilities: { loadSession: true, mcpCapabilities: { http: !how('toolless') } },
    }
  })
  .onRequest('session/new', async ({ params, client }) => {
    if (how('closed')) throw RequestError.authRequired()
    folder = params.cwd
    const sessionId = `s${existsSync(sessions) ? readFileSync(sessions, 'utf8').split('\n').length : 1}`
    await begin(sessionId)
    await client.notify('session/update', {
      sessionId,
      update: { sessionUpdate: 'available_commands_update', availableCommands: [] },
    })
    if (params.mcpServers.length > 0) process.stderr.write(`tools: ${JSON.stringify(params.mcpServers)}\n`)
    return { sessionId, ...(how('modes') ? { modes } : {}), ...(how('options') ? { configOptions } : {}) } as never
  })
  .onRequest('session/load', async ({ params, client }) => {
    const known = existsSync(sessions) && readFileSync(sessions, 'utf8').includes(params.sessionId)
    if (!known) throw Object.assign(new Error('Resource not found'), { code: -32002 })
    folder = params.cwd
    await say({ client, sessionId: params.sessionId }, 'what I said before')
    return {}
  })
  .onRequest('session/set_mode', ({ params }) => {
    process.stderr.write(`mode: ${params.modeId}\n`)
    return {}
  })
  .onRequest('session/set_config_option', ({ params }) => {
    process.stderr.write(`option: ${params.configId} ${String(params.value)}\n`)
    const changed = configOptions.map((one) =>
      one.id === params.configId ? { ...one, currentValue: params.value } : one,
    )
    return { configOptions: changed } as never
  })
  .onRequest('session/prompt', ({ params, client }) => {
    const [first] = params.prompt
    const play = plays[first?.type === 'text' ? first.text : '']
    return (play ?? (async () => done))({ client, sessionId: params.sessionId }) as never
  })
  .onNotification('session/cancel', () => cancelled())

if (how('mute')) process.stdin.resume()
else {
  const stream = ndJsonStream(
    Writable.toWeb(process.stdout),
    Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>,
  )
  await app.connect(stream).closed
}
