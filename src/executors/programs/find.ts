// Finds an agent's program: where `npm run agents:install` puts it, else on a person's PATH; and what a sandbox must show of it.
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, sep } from 'node:path'
import type { Program } from './program.ts'

export interface FindOptions {
  /** Where installed agents lie, each in a folder of its own; usually $BATON_AGENTS, else ~/.cache/baton/agents. */
  readonly agentsFolder?: string
  /** Folders to look in after that, as in PATH; usually PATH itself. */
  readonly path?: string
  /** What runs programs that are written in JavaScript; usually the Node that runs Baton. */
  readonly node?: string
}

export interface FoundProgram {
  /** How its command begins; what it is told comes after. */
  readonly argv: readonly [string, ...string[]]
  /** What a sandbox must show. */
  readonly readOnly: readonly string[]
  /** Folders that must come first on its PATH. */
  readonly path: readonly string[]
  /** Where its command lies under its own name, for programs that look for it on PATH. */
  readonly folder: string
  readonly version?: string
}

export function agentsFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env.BATON_AGENTS
  return named === undefined || named === '' ? join(homedir(), '.cache', 'baton', 'agents') : named
}

export function find(program: Program, options: FindOptions = {}): FoundProgram | undefined {
  const folder = join(options.agentsFolder ?? agentsFolder(), program.name)
  const path = (options.path ?? process.env.PATH ?? '').split(':').filter((place) => place.startsWith('/'))
  for (const place of [join(folder, 'node_modules', '.bin'), ...path]) {
    for (const command of program.commands) {
      const real = runnable(join(place, command))
      if (real !== undefined) return { ...described(real, program, options.node ?? process.execPath), folder: place }
    }
  }
  return undefined
}

/** The folder in which it was unpacked before: with the installed agents, or by the person who uses it. */
export function unpacked(program: Program, person: string | undefined, options: FindOptions = {}): string | undefined {
  if (program.unpacks === undefined) return undefined
  const own = join(options.agentsFolder ?? agentsFolder(), program.name, 'node_modules', '.unpacked')
  const theirs = person === undefined ? [] : [join(person, program.unpacks.folder)]
  return [own, ...theirs].find((folder) => existsSync(join(folder, 'pkg')))
}

/** Where it really lies; undefined when it is not there or may not be run. */
function runnable(file: string): string | undefined {
  try {
    const real = realpathSync(file)
    accessSync(real, constants.X_OK)
    return statSync(real).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

function described(real: string, program: Program, node: string): Omit<FoundProgram, 'folder'> {
  const version = versionOf(real, program.package)
  const readOnly = [shownFor(real)]
  const known = version === undefined ? {} : { version }
  if (!isScript(real)) return { argv: [real], readOnly, path: [], ...known }
  return { argv: [node, real], readOnly: [...readOnly, dirname(node)], path: [dirname(node)], ...known }
}

/** The outermost folder of packages that it lies in, because its parts may lie beside it; else the file alone. */
function shownFor(real: string): string {
  const parts = real.split(sep)
  const at = parts.indexOf('node_modules')
  return at > 1 ? parts.slice(0, at + 1).join(sep) : real
}

function isScript(file: string): boolean {
  const head = Buffer.alloc(64)
  const handle = openSync(file, 'r')
  try {
    readSync(handle, head, 0, head.length, 0)
  } finally {
    closeSync(handle)
  }
  return /^#!.*\bnode\b/.test(head.toString('latin1').split('\n')[0] ?? '')
}

/** By the manifest of the package that it lies in; a program that came another way has none. */
function versionOf(real: string, name: string): string | undefined {
  for (let folder = dirname(real); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const { name: own, version } = manifest as { name?: unknown; version?: unknown }
      // Some keep their program in a package of its own for each machine, named after theirs.
      const mine = typeof own === 'string' && (own === name || own.startsWith(`${name}-`))
      if (mine && typeof version === 'string') return version
    } catch {
      // No manifest here, or none that can be read: the next folder up may have it.
    }
    if (basename(folder) === 'node_modules') return undefined
  }
  return undefined
}
