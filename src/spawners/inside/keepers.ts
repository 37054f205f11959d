// Shells that wait for a child to come, each the first process of a PID namespace made ahead of time.
import { type ChildProcess, spawn } from 'node:child_process'
import { statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import type { StartCall } from '../wire.ts'

export type KeeperCommand = readonly [string, ...string[]]

const mostWaiting = 8
/** Making one costs the processor what a starting agent needs more: it comes a moment later. */
const tendMs = 3

const plainName = /^[A-Za-z_][A-Za-z0-9_]*$/
// Names that one shell or another gives a meaning, refuses to set, or sets anew.
const ofShells =
  /^(_|IFS|PS[0-4]|OPTIND|OPTARG|OPTERR|PWD|OLDPWD|PPID|E?UID|SHLVL|LINENO|RANDOM|SRANDOM|SECONDS|EPOCH.*|HIST.*|GROUPS|DIRSTACK|FUNCNAME|PIPESTATUS|HOSTNAME|HOSTTYPE|MACHTYPE|OSTYPE|COMP_.*|POSIXLY_CORRECT|BASH.*|SHELLOPTS|MAIL.*|ENV|ATTY|CDPATH|GLOBIGNORE|TMOUT|IGNOREEOF|EXECIGNORE)$/

function quoted(word: string): string {
  if (word.includes('\0')) throw new Error('a word of its command or environment holds a NUL byte')
  return `'${word.replaceAll("'", `'\\''`)}'`
}

/**
 * What a keeper is told: to go to the folder, to take over the environment, and to wait for the child, whose end it then repeats. Its own words
 * are not the child's. The child's input is descriptor 3; the keeper's own brings this text.
 */
export function script(call: Pick<StartCall, 'argv' | 'env' | 'folder'>): string {
  const pairs = Object.entries(call.env)
  const own = pairs.filter(([name]) => plainName.test(name) && !ofShells.test(name))
  const odd = pairs.filter(([name]) => !plainName.test(name) || ofShells.test(name))
  const words = odd.length === 0 ? [] : ['/usr/bin/env', '--', ...odd.map(([name, value]) => `${name}=${value}`)]
  const command = [...words, ...call.argv].map(quoted).join(' ')
  return [
    'exec 4>&2 2>/dev/null',
    `cd -P -- ${quoted(call.folder)} || { echo 'The folder to work in cannot be entered.' >&4; exit 126; }`,
    'unset OLDPWD',
    ...own.map(([name, value]) => `export ${name}=${quoted(value)}`),
    `(exec ${command} <&3 2>&4 3<&- 4>&-); exit $?`,
    '',
  ].join('\n')
}

/** Keeps some waiting while children run, as many as run, and none soon after the last has ended. */
export class Keepers {
  readonly #running: () => number
  readonly #idleMs: number
  #command: KeeperCommand | undefined
  #waiting: ChildProcess[] = []
  #tending: NodeJS.Timeout | undefined

  constructor(running: () => number, idleMs = 5_000) {
    this.#running = running
    this.#idleMs = idleMs
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** A keeper that has been given the call, and the child's input. `pid` is undefined when none could be made; then 'error' tells why. */
  take(command: KeeperCommand, call: StartCall): { keeper: ChildProcess; input: Writable | null } {
    const text = script(call)
    if (!statSync(call.folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error('its folder is missing')
    if (this.#command?.join('\0') !== command.join('\0')) this.#dismiss()
    this.#command = command
    const keeper = this.#living() ?? make(command)
    keeper.stdin?.write(text)
    this.#tend(tendMs)
    return { keeper, input: (keeper.stdio[3] ?? null) as Writable | null }
  }

  #living(): ChildProcess | undefined {
    for (;;) {
      const keeper = this.#waiting.shift()
      if (keeper === undefined || (keeper.exitCode === null && keeper.signalCode === null)) return keeper
    }
  }

  #tend(ms: number): void {
    clearTimeout(this.#tending)
    this.#tending = setTimeout(() => {
      const wanted = Math.min(mostWaiting, this.#running())
      if (wanted === 0) this.#dismiss()
      else if (this.#waiting.length < wanted) this.#add()
      if (this.#waiting.length > 0) this.#tend(this.#waiting.length < wanted ? tendMs : this.#idleMs)
    }, ms)
    this.#tending.unref()
  }

  /** One that cannot be made ahead of time is made when it is needed, and what is wrong is told then. */
  #add(): void {
    if (this.#command === undefined) return
    try {
      const keeper = make(this.#command)
      if (keeper.pid !== undefined) this.#waiting.push(keeper)
    } catch {}
  }

  #dismiss(): void {
    for (const keeper of this.#waiting.splice(0)) keeper.stdin?.end()
  }
}

function make([program, ...rest]: KeeperCommand): ChildProcess {
  const keeper = spawn(program, rest, { cwd: '/', env: {}, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] })
  keeper.once('error', () => undefined)
  // One that ended tells so by its exit.
  for (const pipe of [keeper.stdin, keeper.stdio[3]]) pipe?.on('error', () => undefined)
  return keeper
}
