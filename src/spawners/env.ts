// Builds the environment of a child from an allow-list: what is not named here does not get in.

// Names that make other programs load code, or change what a tool believes about where it is.
const never =
  /^(NODE_OPTIONS|NODE_PATH|NODE_EXTRA_CA_CERTS|NODE_REPL_.*|LD_.*|DYLD_.*|SHELL|BASH_ENV|ENV|PS4|SHELLOPTS|BASHOPTS|IFS|CDPATH|GIT_.*|PERL5.*|PYTHONSTARTUP|PYTHONHOME|RUBYOPT|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|BATON_.*|SSH_.*|XDG_RUNTIME_DIR|DBUS_.*)$/
const passed = ['LANG', 'LC_ALL', 'LC_CTYPE', 'TERM', 'TZ']
const system = ['/usr/local/bin', '/usr/bin', '/bin']

export interface EnvironmentOrder {
  /** Folders of toolchains that trusted configuration names: their `bin` and they themselves come first on PATH. */
  readonly toolchains?: readonly string[]
  /** The profile's own variables, from trusted configuration. */
  readonly own?: Readonly<Record<string, string>>
  /** The environment that a few harmless variables are taken from. */
  readonly from?: Readonly<Record<string, string | undefined>>
  readonly home?: string
}

export interface Environment {
  readonly env: Readonly<Record<string, string>>
  /** What the profile asked for and did not get. */
  readonly refused: readonly string[]
}

export function environment(order: EnvironmentOrder = {}): Environment {
  const path = [...(order.toolchains ?? []).flatMap((folder) => [`${folder}/bin`, folder]), ...system]
  const env: Record<string, string> = {
    PATH: [...new Set(path)].join(':'),
    HOME: order.home ?? '/nonexistent',
    TMPDIR: '/tmp',
    CI: '1',
  }
  for (const name of passed) {
    const value = order.from?.[name]
    if (value !== undefined && value !== '') env[name] = value
  }
  env.LANG ??= 'C.UTF-8'
  env.TERM ??= 'dumb'
  const refused: string[] = []
  for (const [name, value] of Object.entries(order.own ?? {})) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || never.test(name) || name === 'PATH' || value.includes('\0'))
      refused.push(name)
    else env[name] = value
  }
  return { env, refused }
}
