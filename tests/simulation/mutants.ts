// Plants each bug in a copy of the house and shows that the simulation catches it: `node tests/simulation/mutants.ts [name …]`.
import { spawn } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { claiming } from './mutants/claiming.ts'
import { landing } from './mutants/landing.ts'
import { living } from './mutants/living.ts'
import { edited, type Mutant } from './mutants/mutant.ts'
import { outside } from './mutants/outside.ts'
import { recording } from './mutants/recording.ts'
import { writing } from './mutants/writing.ts'

export const mutants: readonly Mutant[] = [...writing, ...claiming, ...landing, ...living, ...recording, ...outside]

const root = join(import.meta.dirname, '..', '..')
const mostMs = 240_000

export interface Caught {
  readonly seed: number
  readonly mode: string
  readonly promise: string
  readonly how: string
}

/** Modules of a room, or the one that is named. */
function modulesAt(place: string): string[] {
  if (place.endsWith('.ts')) return [place]
  return globSync('**/*.ts', { cwd: join(root, place) })
    .filter((file) => !file.endsWith('.test.ts'))
    .sort()
    .map((file) => join(place, file))
}

/** Throws when the bug cannot be planted any more, because what it replaces has changed. */
export function planted(mutant: Mutant): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const textOf = (file: string): string => files.get(file) ?? readFileSync(join(root, file), 'utf8')
  for (const edit of mutant.edits) {
    const holding = modulesAt(edit.at).filter((file) => textOf(file).includes(edit.find))
    const [file] = holding
    if (file === undefined || holding.length > 1)
      throw new Error(`${holding.length} modules in ${edit.at} hold what a planted bug replaces: ${edit.find}`)
    files.set(file, edited(textOf(file), edit))
  }
  return files
}

/** Undefined when it was not caught within so many seeds. */
export async function caught(mutant: Mutant, seeds: number): Promise<Caught | undefined> {
  const copy = mkdtempSync(join(tmpdir(), 'baton-mutant-'))
  try {
    for (const part of ['src', 'tests/simulation', 'package.json'])
      cpSync(join(root, part), join(copy, part), { recursive: true })
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    for (const [file, text] of planted(mutant)) writeFileSync(join(copy, file), text)
    return await hunt(copy, seeds)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function hunt(copy: string, seeds: number): Promise<Caught | undefined> {
  const child = spawn(process.execPath, [join(copy, 'tests/simulation/mutants/hunt.ts'), '1', String(seeds)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), mostMs)
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes) => {
    out += bytes
  })
  child.stderr.on('data', (bytes) => {
    err += bytes
  })
  return new Promise((resolve, reject) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      if (signal !== null) return resolve(undefined)
      if (code !== 0) return reject(new Error(`The hunt ended with ${code}: ${err.slice(-500)}`))
      resolve((JSON.parse(out) as Caught | null) ?? undefined)
    })
  })
}

async function main(names: readonly string[], seeds: number): Promise<void> {
  const chosen = mutants.filter((one) => names.length === 0 || names.some((name) => one.name.includes(name)))
  const queue = [...chosen]
  let found = 0
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = await caught(next, seeds)
      if (result !== undefined) found += 1
      const told =
        result === undefined
          ? `NOT CAUGHT within ${seeds} seeds`
          : `caught by seed ${result.seed} (${result.mode}): "${result.promise}", ${result.how.slice(0, 120)}`
      process.stdout.write(`${next.name} [${next.promise}]: ${told}\n`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  process.stdout.write(`${found} of ${chosen.length} planted bugs caught\n`)
  process.exitCode = found === chosen.length ? 0 : 1
}

if (import.meta.main) await main(process.argv.slice(2), 300)
