// Whether an agent's program is here and may ask its models, by looking only: nothing is started.
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import type { AgentProfile } from '../../core/nouns/agent.ts'
import type { Availability } from '../../core/ports.ts'
import type { FindOptions } from './find.ts'
import { findProgram, programOf } from './known.ts'
import type { Program } from './program.ts'

export interface AvailableOptions {
  readonly find?: FindOptions
  readonly person?: string
  key?(name: string): Promise<string | undefined>
}

/** `native`: the program is driven itself, and not through what speaks a protocol for it. */
export async function available(agent: AgentProfile, options: AvailableOptions, native = false): Promise<Availability> {
  if (agent.argv.length > 0) return { ok: true, why: `it is started as ${agent.argv[0]}` }
  const own = programOf(agent.program ?? '')
  if (own === undefined) return { ok: false, why: `no program is known as "${agent.program ?? ''}"` }
  const program = native || own.adapter === undefined ? own : (programOf(own.adapter) ?? own)
  const versions: string[] = []
  for (const name of [program.name, ...(program.needs ?? [])]) {
    const found = findProgram(name, options.find)
    if (found === undefined) return { ok: false, why: missingProgram(name) }
    versions.push(`${name} ${found.version ?? 'of an unknown version'}`)
  }
  // Which server its model is at is not known here: only a program left to its vendor needs a login.
  if (agent.model === undefined && !(await mayAsk(agent, program, options))) {
    const keys = program.keys?.join(' or ')
    return {
      ok: false,
      why: `${versions.join(', ')}: nobody is logged in; log in with ${own.commands.at(-1)}, or set ${keys}`,
    }
  }
  return { ok: true, why: versions.join(', ') }
}

export function missingProgram(name: string): string {
  const program = programOf(name)
  const command = program?.commands.at(-1) ?? name
  return `the program ${command} was not found; get it with: ${program?.install ?? command}`
}

async function mayAsk(agent: AgentProfile, { keys, logins }: Program, options: AvailableOptions): Promise<boolean> {
  if (keys === undefined || keys.length === 0) return true
  for (const name of keys) {
    if (Object.hasOwn(agent.env, name)) return true
    const key = await options.key?.(name).catch(() => undefined)
    if (key !== undefined && key !== '') return true
  }
  for (const path of logins ?? []) {
    const there = await access(join(options.person ?? '/nonexistent', path)).then(
      () => true,
      () => false,
    )
    if (there) return true
  }
  return false
}
