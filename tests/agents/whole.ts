// A whole house with real agents: real git, the command line, and a scripted model that the agents reach as they would reach any other.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'
import { findProgram, programOf } from '../../src/executors/programs/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { type Json, type Stage, stage } from '../acceptance/stage.ts'
import { type Asked, type Script, type ScriptedModel, scriptedModel } from './model.ts'

/** The names of models that each program takes for its own kind. */
const ids: Readonly<Record<string, string>> = { claude: 'claude-sonnet-4-5', gemini: 'gemini-2.5-pro' }

export const words: Readonly<Record<string, string>> = { one: 'alpha', two: 'beta', three: 'gamma' }

/** Does what the step says. */
export function usual({ all, results }: Asked): { run: string } | { say: string } {
  if (results.length > 0) return { say: 'The file is written.' }
  return { run: `printf '%s\\n' ${words[fileOf(all)]} > ${fileOf(all)}.txt` }
}

export function fileOf(all: string): string {
  return [...all.matchAll(/into (one|two|three)\.txt/g)].at(-1)?.[1] ?? 'nothing'
}

const check = `for pair in one:alpha two:beta three:gamma; do
  file="\${pair%%:*}.txt"; word="\${pair##*:}"
  test ! -e "$file" || test "$(cat "$file")" = "$word" || { echo "$file does not hold $word"; exit 1; }
done
`

export interface Setting {
  /** Agents by name: the lines below it in baton.yaml besides its program; by the program's own name. */
  readonly agents: Readonly<Record<string, string>>
  /** Whatever else baton.yaml says. */
  readonly more?: string
  /** How many of the steps one, two, three; those of one phase may run side by side. */
  readonly steps: number
  readonly parallel?: boolean
  readonly isolation?: 'strict' | 'basic' | 'none'
  readonly files?: Readonly<Record<string, string>>
  /** Lines below each model in the registry. */
  readonly model?: string
}

export interface Whole extends Pick<Stage, 'baton' | 'must' | 'go' | 'start' | 'git' | 'at' | 'facts'> {
  readonly model: ScriptedModel
  readonly plan: string
  readonly home: string
  /** Data of the facts of a type, oldest first. */
  data(type: string): Promise<Json[]>
  /** Empty while the plan has not been read yet. */
  why(step: string): Promise<Json>
  /** What the item's branch holds in a file. */
  landed(file: string): string | undefined
}

const patienceMs = 60_000

/** Waits for a condition; what agents do takes them seconds, and some ask a server again before they say that it refused. */
export async function soon<T>(what: string, holds: () => T | Promise<T>): Promise<NonNullable<T>> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await holds()
    if (found !== undefined && found !== null && found !== false) return found as NonNullable<T>
    if (performance.now() > deadline) throw new Error(`Waited in vain for ${what}.`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const levels = ['strict', 'basic', 'none'] as const
let strongest: Promise<(typeof levels)[number]> | undefined

async function probed(): Promise<(typeof levels)[number]> {
  const home = mkdtempSync(join(tmpdir(), 'baton-probe-'))
  const spawner = await createSpawner({ home })
  try {
    for (const level of ['strict', 'basic'] as const) if ((await spawner.probe(level)).works) return level
    return 'none'
  } finally {
    await spawner.close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** As strong as asked for, or as this machine can. */
async function isolationOf(asked: (typeof levels)[number]): Promise<(typeof levels)[number]> {
  strongest ??= probed()
  const most = await strongest
  return levels[Math.max(levels.indexOf(asked), levels.indexOf(most))] ?? 'none'
}

/** Skips the test, saying what is not installed. */
export function needs(ctx: TestContext, program: string, executor = driverOf(program)): void {
  const driven = executor === 'acp' ? (programOf(program)?.adapter ?? program) : program
  const missing = [driven, ...(programOf(driven)?.needs ?? [])].filter((name) => findProgram(name) === undefined)
  if (missing.length > 0)
    ctx.skip(`${missing.join(' and ')} is not installed: npm run agents:install ${missing.join(' ')}`)
}

export function driverOf(program: string): string {
  return program === 'codex' || program === 'claude' ? program : 'acp'
}

/** `agents` are named after their programs, or `name: program` says which it is. */
export async function whole(ctx: TestContext, setting: Setting, script: Script): Promise<Whole> {
  const named = Object.entries(setting.agents)
  const programs = named.map(([name, lines]) => /\bprogram: (\w+)/.exec(lines)?.[1] ?? name)
  for (const [at, program] of programs.entries())
    needs(ctx, program, /\bexecutor: (\w+)/.exec(named[at]?.[1] ?? '')?.[1])
  const model = await scriptedModel(script)
  onTestFinished(() => model.stop())
  const agents = named.map(([name, lines]) => `  ${name}: {model: of-${name}${lines === '' ? '' : `, ${lines}`}}`)
  const mark = setting.parallel === true ? '[P] ' : ''
  const tasks = Object.entries(words)
    .slice(0, setting.steps)
    .map(([file, word], at) => `- [ ] T00${at + 1} ${mark}Put the word ${word} into ${file}.txt`)
  const made = stage({
    'baton.yaml': `agents:\n${agents.join('\n')}\n${setting.more ?? ''}checks:\n  - {name: words, command: [sh, check.sh]}\n`,
    'check.sh': check,
    'specs/001-words/tasks.md': `# Tasks\n\n## Phase 1: Words\n\n${tasks.join('\n')}\n`,
    ...setting.files,
  })
  mkdirSync(made.home, { recursive: true, mode: 0o700 })
  const models = named.map(([name], at) => {
    const id = ids[programs[at] ?? ''] ?? `mock-${name}`
    return `  of-${name}: {id: ${id}, endpoint: "${model.url}", dialect: openai${setting.model ?? ''}}`
  })
  writeFileSync(join(made.home, 'model_registry.yaml'), `models:\n${models.join('\n')}\n`)
  await made.ready(await isolationOf(setting.isolation ?? 'basic'))
  return {
    ...bound(made),
    model,
    plan: 'specs/001-words',
    home: made.home,
    data: async (type) => (await made.facts(type)).map(({ data }) => data),
    why: async (step) => {
      const { code, json } = await made.baton('why', step, '--json')
      return code === 0 ? json : {}
    },
    landed: (file) => made.at('baton/001-words', file)?.trim(),
  }
}

function bound(made: Stage): Pick<Whole, 'baton' | 'must' | 'go' | 'start' | 'git' | 'at' | 'facts'> {
  return {
    baton: (...argv) => made.baton(...argv),
    must: (...argv) => made.must(...argv),
    go: (...argv) => made.go(...argv),
    start: (...argv) => made.start(...argv),
    git: (...argv) => made.git(...argv),
    at: (commit, path) => made.at(commit, path),
    facts: (type) => made.facts(type),
  }
}
