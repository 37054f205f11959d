// Baton's own tools for an attempt, from the servers that it is given: asked over HTTP, with this attempt's key, and loaded when there are any.
import type { ToolServer, ToolSpec } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Ending } from '../model/ending.ts'

export interface BatonTools {
  readonly specs: readonly ToolSpec[]
  /** What could not be had, in sentences. */
  readonly troubles: readonly string[]
  call(name: string, given: Readonly<Record<string, unknown>>): Promise<{ readonly ok: boolean; readonly text: string }>
  close(): Promise<void>
}

const toolsAtMost = 40
const schemaLettersAtMost = 20_000
const answerLettersAtMost = 16_000
const openMs = 10_000
const callMs = 10 * 60_000

const nothing: BatonTools = {
  specs: [],
  troubles: [],
  call: async (name) => ({ ok: false, text: `There is no tool ${name}.` }),
  close: async () => undefined,
}

type Client = import('@modelcontextprotocol/client').Client

/** `taken`: names that are used already; ours are the nearer ones. */
export async function batonTools(
  servers: readonly ToolServer[],
  taken: readonly string[],
  ending: Ending,
): Promise<BatonTools> {
  if (servers.length === 0) return nothing
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
  const clients: Client[] = []
  const of = new Map<string, Client>()
  const specs: ToolSpec[] = []
  const troubles: string[] = []
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close().catch(() => undefined)))
  }
  for (const server of servers) {
    const client = new Client({ name: 'baton-agent', version: '1' })
    clients.push(client)
    try {
      const headers = { authorization: `Bearer ${server.token}` }
      const transport = new StreamableHTTPClientTransport(new URL(server.url), { requestInit: { headers } })
      await ending.race(client.connect(transport, { timeout: openMs }))
      const { tools } = await ending.race(client.listTools(undefined, { timeout: openMs }))
      for (const { name, description = '', inputSchema } of tools) {
        const odd = !/^[A-Za-z0-9_-]{1,64}$/.test(name) || JSON.stringify(inputSchema).length > schemaLettersAtMost
        if (odd || taken.includes(name) || of.has(name) || specs.length >= toolsAtMost) continue
        of.set(name, client)
        specs.push({ name, description: description.slice(0, 2_000), parameters: { ...inputSchema } })
      }
    } catch (error) {
      if (ending.outcome !== undefined) await close()
      ending.check()
      const why = quoted(error instanceof Error ? error.message : String(error), 200).replaceAll(server.token, '…')
      troubles.push(`The tools of ${quoted(server.name)} are not to be had: ${why}`)
      await client.close().catch(() => undefined)
    }
  }
  return {
    specs,
    troubles,
    call: (name, given) => callOne(of.get(name), name, given, ending),
    close,
  }
}

async function callOne(
  client: Client | undefined,
  name: string,
  given: Readonly<Record<string, unknown>>,
  ending: Ending,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  if (client === undefined) return nothing.call(name, given)
  try {
    const options = { timeout: callMs, signal: ending.signal }
    const { content, isError } = await ending.race(client.callTool({ name, arguments: { ...given } }, options))
    const texts = content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`))
    return { ok: isError !== true, text: texts.join('\n').slice(0, answerLettersAtMost) }
  } catch (error) {
    ending.check()
    return { ok: false, text: `${name} failed: ${quoted(error instanceof Error ? error.message : String(error), 500)}` }
  }
}
