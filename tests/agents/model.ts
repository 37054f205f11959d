// A scripted model for real agents, on every wire that they speak: it runs the command that its last order holds, then says that it is done.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ChatCompletionRequest, type ChatMessage, type FixtureResponse, LLMock } from '@copilotkit/aimock'

export interface Asked {
  readonly model: string
  /** What the agent's user said last. */
  readonly order: string
  readonly tools: readonly string[]
  /** Results of tools since then. */
  readonly results: readonly string[]
  readonly all: string
}

export interface ScriptedModel {
  readonly url: string
  readonly asked: Asked[]
  /** Answers requests below a path itself, as long as it says that it did: for what the double cannot say. */
  mount(path: string, answer: Raw): void
  stop(): Promise<void>
}

export type Raw = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

/** What the model does with an order: a command for the shell, words, or anything that the double can say. */
type Act = { readonly run: string } | { readonly say: string } | FixtureResponse
export type Script = (asked: Asked) => Act | Promise<Act>

/** The tools by which each agent runs a command, and what they take. */
const shells: Readonly<Record<string, (command: string) => Record<string, unknown>>> = {
  exec_command: (cmd) => ({ cmd }),
  shell_command: (command) => ({ command }),
  Bash: (command) => ({ command, description: 'Does the step' }),
  bash: (command) => ({ command, description: 'Does the step', mode: 'sync', initial_wait: 30 }),
  run_shell_command: (command) => ({ command, description: 'Does the step', is_background: false }),
  run_commands: (command) => ({ commands: [command] }),
}

const used = {
  usage: {
    prompt_tokens: 1200,
    completion_tokens: 34,
    total_tokens: 1234,
    input_tokens: 1200,
    output_tokens: 34,
    promptTokenCount: 1200,
    candidatesTokenCount: 34,
    totalTokenCount: 1234,
  },
}

function text({ content }: ChatMessage): string {
  if (typeof content === 'string') return content
  return (content ?? []).map((part) => part.text ?? '').join('\n')
}

function read(request: ChatCompletionRequest): Asked {
  const { messages } = request
  const last = messages.map(({ role }) => role).lastIndexOf('user')
  const turn = messages.slice(last + 1)
  return {
    model: request.model,
    order: last === -1 ? '' : text(messages[last] as ChatMessage),
    tools: (request.tools ?? []).map((tool) => tool.function.name),
    results: turn.filter(({ role }) => role === 'tool').map(text),
    all: messages.map(text).join('\n'),
  }
}

export async function scriptedModel(script: Script): Promise<ScriptedModel> {
  const asked: Asked[] = []
  const server = new LLMock({ port: 0, host: '127.0.0.1', strict: true })
  server.on({ predicate: () => true }, async (request) => {
    const heard = read(request)
    asked.push(heard)
    // Titles and the like are asked for without tools.
    if (heard.tools.length === 0) return { content: 'A title.', ...used }
    const act = await script(heard)
    if ('say' in act) return { content: act.say, ...used }
    if (!('run' in act)) return act
    const name = Object.keys(shells).find((one) => heard.tools.includes(one))
    if (name === undefined) return { content: `No shell among ${heard.tools.join(', ')}.`, ...used }
    const args = JSON.stringify(shells[name]?.(act.run))
    return { content: 'I work on it.', toolCalls: [{ name, arguments: args }], ...used }
  })
  await server.start()
  const mount: ScriptedModel['mount'] = (path, answer) => void server.mount(path, { handleRequest: answer })
  return { url: `${server.url}/v1`, asked, mount, stop: () => server.stop() }
}
