// An agent that says ten thousand lines a second, plainly or in the agent client protocol, and the least that can carry its words to a reader.
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { appendFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** In each tenth line: when it was written, in microseconds of the machine's monotonic clock. */
export const mark = '@@'
export const markDigits = 16
export const apart = 10

export const micros = (): number => Number(process.hrtime.bigint() / 1000n)

interface Flood {
  readonly seconds: number
  /** Lines a second; 0: as many as are taken. */
  readonly rate: number
  say(lines: readonly string[]): Promise<void>
}

/** Something to land; outside a clone there is nothing to do. */
const work = (): void => {
  if (process.cwd().includes('baton-bench-')) writeFileSync(`said-${process.pid}.txt`, 'all\n')
}

/** Begins when the file is there that FLOOD_GO names. Its own pipe holds it back, as it does every program; then it says less. */
async function flood({ seconds, rate, say }: Flood): Promise<number> {
  while (!existsSync(process.env.FLOOD_GO ?? '/')) await new Promise((done) => setTimeout(done, 20))
  const began = performance.now()
  let said = 0
  for (let ms = 0; ms < seconds * 1000; ms = performance.now() - began) {
    const due = rate === 0 ? said + 200 : Math.min((ms * rate) / 1000, said + rate / 5)
    const lines: string[] = []
    while (said < due) {
      const when = said % apart === 0 ? mark + String(micros()).padStart(markDigits, '0') : 'compiling'
      lines.push(`n=${said} ${when} src/some/module/of/the/project.ts`)
      said += 1
    }
    if (lines.length > 0) await say(lines)
    await (rate === 0 ? new Promise(setImmediate) : new Promise((done) => setTimeout(done, 5)))
  }
  return said
}

const write = (text: string): Promise<void> => new Promise((done) => process.stdout.write(text, () => done()))

async function plainly(seconds: number, rate: number): Promise<void> {
  const said = await flood({ seconds, rate, say: (lines) => write(lines.map((line) => `${line}\n`).join('')) })
  await write(`said ${said}\n`)
  work()
}

/** One update a line, as agents tell their words. */
async function protocol(seconds: number, rate: number, tools: boolean): Promise<void> {
  const tell = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`
  const used = (rawOutput: string): string =>
    tell({
      method: 'session/update',
      params: { sessionId: 's', update: { sessionUpdate: 'tool_call_update', toolCallId: 't', rawOutput } },
    })
  const update = (text: string): string =>
    tell({
      method: 'session/update',
      params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } },
    })
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method } = JSON.parse(line) as { id?: number; method?: string }
    if (method === 'initialize') await write(tell({ id, result: { protocolVersion: 1, agentCapabilities: {} } }))
    else if (method === 'session/new') await write(tell({ id, result: { sessionId: 's' } }))
    else if (method === 'session/prompt') {
      const say = (lines: readonly string[]) =>
        write(lines.map((one) => (tools ? used(one) : update(`${one}\n`))).join(''))
      const said = await flood({ seconds, rate, say })
      work()
      await write(update(`said ${said}\n`) + tell({ id, result: { stopReason: 'end_turn' } }))
    } else if (id !== undefined) await write(tell({ id, error: { code: -32601, message: 'no' } }))
  }
}

/** Starts such agents, and gives every byte to a file and to whoever connects: nothing can do less. */
function bare(count: number, seconds: number, rate: number, file: string): void {
  let reader: Socket | undefined
  const server = createServer((socket) => {
    reader = socket.setNoDelay(true).on('error', () => undefined)
    for (let at = 0; at < count; at += 1) {
      const argv = [import.meta.filename, 'plain', String(seconds), String(rate)]
      const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
      child.stdout.on('data', (bytes: Buffer) => {
        child.stdout.pause()
        const text = new TextDecoder().decode(bytes)
        void appendFile(file, text).then(() => {
          reader?.write(text)
          child.stdout.resume()
        })
      })
    }
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    process.stdout.write(`${typeof address === 'object' ? address?.port : 0}\n`)
  })
}

if (import.meta.main) {
  process.stdout.on('error', () => process.exit(1))
  const [how, ...rest] = process.argv.slice(2)
  const [one = 0, two = 0, three = 0] = rest.map(Number)
  if (how === 'plain') await plainly(one, two)
  else if (how === 'acp' || how === 'tools') await protocol(one, two, how === 'tools')
  else bare(one, two, three, rest[3] ?? '/dev/null')
}
