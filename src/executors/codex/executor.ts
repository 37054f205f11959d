// The native driver of Codex: `codex exec --json`, one turn a process, its own sandbox only where there is none of ours.
import type { Assignment, Executor } from '../../core/ports.ts'
import { turn } from '../../core/prompt.ts'
import type { AcpOptions } from '../acp/options.ts'
import { configuration, keyVariable } from '../programs/codex.ts'
import { available, type Furnishing, type Seat } from '../programs/index.ts'
import { type Native, StreamRun } from '../streams/run.ts'
import { CodexDialogue, type Tokens } from './dialogue.ts'

const sessionsAtMost = 1000
const setting = /^[a-z_][a-z0-9_.-]*$/i
/** Names of options that mean the same for every agent, as Codex calls them. */
const spoken: Readonly<Record<string, string>> = { effort: 'model_reasoning_effort', mode: 'sandbox_mode' }

/** What a configuration file would say, as `-c` takes it; JSON's strings, numbers and booleans are also TOML's. */
export function flattened(table: Readonly<Record<string, unknown>>, path = ''): string[] {
  return Object.entries(table).flatMap(([name, value]) => {
    const here = path === '' ? name : `${path}.${name}`
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return flattened(value as Record<string, unknown>, here)
    return [`${here}=${JSON.stringify(value)}`]
  })
}

/** Its sandbox cannot be set up inside ours; where there is none of ours, its own is kept. */
function sandboxOf({ isolation, readsOnly, agent }: Assignment): Record<string, unknown> {
  if (isolation !== 'none') return { sandbox_mode: 'danger-full-access' }
  if (readsOnly) return { sandbox_mode: 'read-only' }
  return { sandbox_mode: 'workspace-write', sandbox_workspace_write: { network_access: agent.network === 'all' } }
}

const tokenVariable = (index: number): string => `BATON_TOOLS_TOKEN_${index + 1}`

function toolsOf({ tools }: Assignment): Record<string, unknown> {
  const servers = tools.map(({ name, url }, index) => [name, { url, bearer_token_env_var: tokenVariable(index) }])
  return servers.length === 0 ? {} : { mcp_servers: Object.fromEntries(servers) }
}

function chosenBy({ agent }: Assignment): Record<string, unknown> {
  const own = Object.entries(agent.options ?? {}).filter(([name]) => setting.test(name))
  return Object.fromEntries(own.map(([name, value]) => [spoken[name] ?? name, value]))
}

export function furnish(seat: Seat, resume: string | undefined): Furnishing {
  const { assignment, server } = seat
  const settings = {
    ...configuration(seat),
    ...sandboxOf(assignment),
    ...toolsOf(assignment),
    ...chosenBy(assignment),
    approval_policy: 'never',
  }
  const plain = ['--json', '--skip-git-repo-check', '--ignore-user-config', '--ignore-rules', '--color', 'never']
  const goesOn = resume === undefined ? [] : ['resume', resume]
  return {
    args: ['exec', ...plain, ...flattened(settings).flatMap((one) => ['-c', one]), ...goesOn, '-'],
    env: {
      NO_BROWSER: '1',
      ...(server === undefined ? {} : { [keyVariable]: server.key }),
      ...Object.fromEntries(assignment.tools.map(({ token }, index) => [tokenVariable(index), token])),
    },
  }
}

export function codexExecutor(options: AcpOptions): Executor {
  const sessions = new Map<string, Tokens>()
  const native = (agent: string): Native => {
    let dialogue: CodexDialogue | undefined
    return {
      furnish,
      opening: (assignment, resume) => turn(assignment, resume !== undefined),
      converses: false,
      dialogue: (_assignment, resume) => {
        dialogue = new Remembering(agent, sessions, resume)
        return dialogue
      },
    }
  }
  return {
    name: 'codex',
    keepsHome: true,
    start: (assignment) => new StreamRun(options, assignment, native(assignment.agent.name)),
    available: (agent) => available(agent, options, true),
  }
}

/** Remembers what a session has used: Codex tells only the sum. What this process never saw is counted again rather than forgotten. */
class Remembering extends CodexDialogue {
  readonly #sessions: Map<string, Tokens>

  constructor(agent: string, sessions: Map<string, Tokens>, resume: string | undefined) {
    super(agent, resume === undefined ? undefined : sessions.get(resume))
    this.#sessions = sessions
  }

  override hear(event: Readonly<Record<string, unknown>>): ReturnType<CodexDialogue['hear']> {
    const effects = super.hear(event)
    if (event.type !== 'turn.completed' || this.session === undefined) return effects
    this.#sessions.delete(this.session)
    this.#sessions.set(this.session, this.total)
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > sessionsAtMost && oldest !== undefined) this.#sessions.delete(oldest)
    return effects
  }
}
