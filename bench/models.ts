// What asking a model through our client costs over a bare one that reads the same bytes: a call, and two hundred streams at once.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { ModelSpec } from '../src/core/nouns/model.ts'
import type { Models } from '../src/core/ports.ts'
import { createModels } from '../src/models/index.ts'
import { type Figure, median, report } from './figure.ts'

const calls = 400
const streams = 200
const rounds = 7
const tokens = 400

/** A server that answers at once, in a process of its own: one event for each token, as model servers write them. */
const served = `
const { createServer } = require('node:http')
const event = (delta, finish) => 'data: ' + JSON.stringify({
  id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'mouse-1',
  choices: [{ index: 0, delta, finish_reason: finish, logprobs: null }],
}) + '\\n\\n'
const usage = 'data: {"choices":[],"usage":{"prompt_tokens":2500,"completion_tokens":9}}\\n\\ndata: [DONE]\\n\\n'
const few = event({ content: 'Hello.' }, 'stop') + usage
const server = createServer((request, response) => {
  const many = request.url.startsWith('/many')
  request.resume().on('end', async () => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (!many) return response.end(few)
    for (let n = 0; n < ${tokens}; n += 1) {
      response.write(event({ content: ' token' + n }, null))
      if (n % 10 === 9) await new Promise(setImmediate)
    }
    response.end(event({}, 'stop') + usage)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => process.stdout.write(server.address().port + '\\n'))
`

const prompt = 'You are told what to do. '.repeat(400)

/** The least that a client can do: one request, its lines, and the JSON in them. */
function bare(agent: Agent, base: string): Promise<string> {
  const body = JSON.stringify({ model: 'mouse-1', stream: true, messages: [{ role: 'user', content: prompt }] })
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const answer = Promise.withResolvers<string>()
  const sent = request(`${base}/chat/completions`, { method: 'POST', agent, headers }, async (response) => {
    let [rest, text] = ['', '']
    response.setEncoding('utf8')
    for await (const piece of response) {
      const lines = (rest + piece).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        if (!line.startsWith('data: {')) continue
        const event = JSON.parse(line.slice(6)) as { choices: { delta: { content?: string } }[] }
        text += event.choices[0]?.delta.content ?? ''
      }
    }
    answer.resolve(text)
  })
  sent.on('error', answer.reject)
  sent.end(body)
  return answer.promise
}

async function ours(models: Models, base: string): Promise<string> {
  const model: ModelSpec = {
    name: 'mouse',
    id: 'mouse-1',
    provider: 'bench',
    endpoint: base,
    dialect: 'auto',
    tier: 'small',
    local: true,
    tools: 'native',
    account: 'bench',
  }
  let text = ''
  for await (const part of models.complete({ model, messages: [{ role: 'user', content: prompt }] }))
    if (part.kind === 'text') text += part.text
  return text
}

async function each(ask: () => Promise<string>): Promise<number> {
  const began = performance.now()
  for (let n = 0; n < calls; n += 1) await ask()
  return (performance.now() - began) / calls
}

/** Counted in this process's own time on a processor: a machine that does other things beside takes none of it. */
async function together(ask: () => Promise<string>): Promise<number> {
  const before = process.cpuUsage()
  const texts = await Promise.all(Array.from({ length: streams }, ask))
  if (texts.some((text) => !text.endsWith(` token${tokens - 1}`))) throw new Error('an answer is not whole')
  const { user, system } = process.cpuUsage(before)
  return (streams * tokens * 1e6) / (user + system)
}

export async function measure(): Promise<readonly Figure[]> {
  const child: ChildProcess = spawn(process.execPath, ['-e', served], { stdio: ['ignore', 'pipe', 'inherit'] })
  const models = createModels({ env: {}, key: async () => undefined })
  const agent = new Agent({ keepAlive: true })
  try {
    const [port] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    const base = `http://127.0.0.1:${port.toString().trim()}`
    const took = { one: [] as number[], bareOne: [] as number[], rate: [] as number[], bareRate: [] as number[] }
    for (let round = -1; round < rounds; round += 1) {
      const found = {
        bareOne: await each(() => bare(agent, `${base}/few`)),
        one: await each(() => ours(models, `${base}/few`)),
        bareRate: await together(() => bare(agent, `${base}/many`)),
        rate: await together(() => ours(models, `${base}/many`)),
      }
      if (round < 0) continue
      for (const name of ['one', 'bareOne', 'rate', 'bareRate'] as const) took[name].push(found[name])
    }
    const more = took.one.map((ms, at) => ms - (took.bareOne[at] ?? 0))
    const share = took.rate.map((rate, at) => rate / (took.bareRate[at] ?? rate))
    return figures(median(more), median(took.one), median(share), median(took.rate))
  } finally {
    await models.close()
    agent.destroy()
    child.kill('SIGKILL')
  }
}

/** Each round is compared with the bare client's beside it, so that a machine that is busy for a while changes neither. */
function figures(more: number, one: number, share: number, rate: number): Figure[] {
  return [
    {
      name: 'our own time in a call of a model',
      value: more,
      unit: 'ms',
      bar: '≤ 2 ms',
      met: more <= 2,
      note: `beside a bare client; a call takes ${one.toFixed(2)} ms`,
    },
    {
      name: `tokens a second of ${streams} streams at once, one core`,
      value: rate,
      unit: '/s',
      limit: rate / share,
      ratio: share,
      bar: '≥ 90 %',
      met: share >= 0.9,
      note: 'limit: a bare client that reads the same lines',
    },
  ]
}

if (import.meta.main) await report(measure)
