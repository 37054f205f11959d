// Keys by name: from the environment, else from the keychain of the operating system; they are given, and never shown.
import { execFile } from 'node:child_process'

export interface KeyOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform?: NodeJS.Platform
  /** Asks a program; gives what it prints, and undefined when it is not there, fails, or takes too long. */
  readonly ask?: (argv: readonly [string, ...string[]]) => Promise<string | undefined>
  readonly now?: () => number
  /** Told of each key once, so that whoever writes down what agents say can leave it out. */
  readonly found?: (key: string) => void
}

export type Keys = (name: string) => Promise<string | undefined>

/** Under which a person puts keys there: `secret-tool store --label=Baton service baton key OPENAI_API_KEY`. */
const keeper = 'baton'
const names = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/
const remembersMs = 60_000
const askMs = 5000
const lettersAtMost = 16_384

/** A keychain is asked once a minute for a name at most; a name that could be an option of its program never is. */
export function keys(options: KeyOptions): Keys {
  const { env, platform = process.platform, ask = asked, now = () => performance.now() } = options
  const told = new Set<string>()
  const tell = (key: string): string => {
    if (!told.has(key)) options.found?.(key)
    told.add(key)
    return key
  }
  const known = new Map<string, { readonly at: number; readonly key: Promise<string | undefined> }>()
  return async (name) => {
    if (!names.test(name)) return undefined
    const own = Object.hasOwn(env, name) ? env[name]?.trim() : undefined
    if (own) return tell(own)
    const before = known.get(name)
    if (before !== undefined && now() - before.at < remembersMs) return before.key
    const argv = argvFor(platform, name)
    const key = (argv === undefined ? Promise.resolve(undefined) : ask(argv).then(keyIn)).then(
      (one) => one && tell(one),
    )
    known.set(name, { at: now(), key })
    return key
  }
}

function argvFor(platform: NodeJS.Platform, name: string): readonly [string, ...string[]] | undefined {
  if (platform === 'linux') return ['secret-tool', 'lookup', 'service', keeper, 'key', name]
  if (platform === 'darwin') return ['security', 'find-generic-password', '-s', keeper, '-a', name, '-w']
  return undefined
}

/** A key is one line without a blank in it; anything else is no answer to this question. */
function keyIn(text: string | undefined): string | undefined {
  const key = text?.trim() ?? ''
  return key !== '' && key.length <= lettersAtMost && /^[\x21-\x7e]+$/.test(key) ? key : undefined
}

/** What goes wrong is not told on: its words could hold what was looked for. */
function asked([program, ...rest]: readonly [string, ...string[]]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: askMs, maxBuffer: lettersAtMost, killSignal: 'SIGKILL', windowsHide: true } as const
    try {
      const child = execFile(program, rest, options, (error, out) => resolve(error === null ? out : undefined))
      child.stdin?.end()
    } catch {
      resolve(undefined)
    }
  })
}
