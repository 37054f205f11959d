// Runs git plumbing through the spawner, in folders that no agent has written, with no configuration but what we give.
import type { Spawner } from '../core/ports.ts'

const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.quotePath=false',
  'core.checkStat=minimal',
  'core.trustctime=false',
  'protocol.allow=never',
  'protocol.file.allow=always',
  'gc.auto=0',
  'maintenance.auto=false',
  'submodule.recurse=false',
  'safe.directory=*',
]

const env = {
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
}

export interface GitOrder {
  /** A git folder of ours. */
  readonly gitDir: string
  readonly workTree?: string
  readonly args: readonly string[]
  readonly input?: string | Uint8Array
  /** Instead of the index in the git folder. */
  readonly index?: string
  /** Paths are read as pathspecs: for a command that cannot take them literally, and begins each with `./`. */
  readonly pathspecs?: true
  /** Exit codes that are answers; 0 always is. */
  readonly codes?: readonly number[]
}

/** What git printed. Rejects with git's own words when it fails. */
export async function git(spawner: Spawner, order: GitOrder): Promise<Buffer> {
  const at = [`--git-dir=${order.gitDir}`, ...(order.workTree === undefined ? [] : [`--work-tree=${order.workTree}`])]
  const child = await spawner.start({
    argv: ['git', ...at, ...settings.flatMap((setting) => ['-c', setting]), ...order.args],
    folder: order.workTree ?? '/',
    env: {
      ...env,
      PATH: process.env.PATH ?? '/usr/bin:/bin',
      ...(order.index === undefined ? {} : { GIT_INDEX_FILE: order.index }),
      ...(order.pathspecs === true ? {} : { GIT_LITERAL_PATHSPECS: '1' }),
    },
    isolation: 'none',
    network: 'none',
    readOnly: [],
    marker: 'baton-git',
    tool: true,
    stdin: typeof order.input === 'object' ? order.input : Buffer.from(order.input ?? ''),
    outputCap: 1024 * 1024 * 1024,
  })
  const out: Uint8Array[] = []
  let words = ''
  for await (const { from, bytes } of child.output) {
    if (from === 'out') out.push(bytes)
    else words = (words + Buffer.from(bytes).toString()).slice(-2_000)
  }
  const { code, signal } = await child.ended
  if (code !== null && (code === 0 || order.codes?.includes(code))) return Buffer.concat(out)
  throw new Error(`git ${order.args[0]} failed (${signal ?? code}): ${words.trim() || 'it said nothing'}`)
}

/** Refuses what is not a full commit id before it gets near a command line. */
export function checkCommit(id: string): void {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id))
    throw new Error(`${JSON.stringify(id)} is not a full commit id of 40 or 64 hex digits.`)
}
