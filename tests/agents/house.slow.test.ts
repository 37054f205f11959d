// Real agents in a real house: each carries out a plan of three steps in clones, is told what the checks said of one, and mends it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished, type TestContext, vi } from 'vitest'
import { findProgram, programOf } from '../../src/executors/programs/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { type Json, stage } from '../acceptance/stage.ts'
import { type Asked, scriptedModel } from './model.ts'

vi.setConfig({ testTimeout: 180_000 })

const words: Readonly<Record<string, string>> = { one: 'alpha', two: 'beta', three: 'gamma' }
const tasks = `# Tasks

## Phase 1: Words

- [ ] T001 Put the word alpha into one.txt
- [ ] T002 Put the word beta into two.txt
- [ ] T003 Put the word gamma into three.txt
`
const check = `for pair in one:alpha two:beta three:gamma; do
  file="\${pair%%:*}.txt"; word="\${pair##*:}"
  test ! -e "$file" || test "$(cat "$file")" = "$word" || { echo "$file does not hold $word"; exit 1; }
done
`

/** Does what the step says, but the second one wrongly until it is told. */
function script({ all, results }: Asked): { run: string } | { say: string } {
  if (results.length > 0) return { say: 'The file is written.' }
  const name = [...all.matchAll(/into (one|two|three)\.txt/g)].at(-1)?.[1] ?? 'nothing'
  const wrong = name === 'two' && !all.includes('two.txt does not hold beta')
  return { run: `printf '%s\\n' ${wrong ? 'wrong' : words[name]} > ${name}.txt` }
}

/** The strongest that holds here; its model is reached by the bridge then. */
let isolation: 'strict' | 'basic' | 'none' = 'none'
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'baton-probe-'))
  const spawner = await createSpawner({ home })
  for (const level of ['strict', 'basic'] as const)
    if (isolation === 'none' && (await spawner.probe(level)).works) isolation = level
  await spawner.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

interface Case {
  readonly program: string
  readonly executor: 'acp' | 'codex' | 'claude'
  readonly id: string
  /** Whether it goes on in its session to mend. */
  readonly resumes: boolean
}

const cases: readonly Case[] = [
  { program: 'codex', executor: 'codex', id: 'mock-model', resumes: true },
  { program: 'codex', executor: 'acp', id: 'mock-model', resumes: true },
  { program: 'claude', executor: 'claude', id: 'claude-sonnet-4-5', resumes: true },
  { program: 'claude', executor: 'acp', id: 'claude-sonnet-4-5', resumes: true },
  { program: 'copilot', executor: 'acp', id: 'mock-model', resumes: true },
  { program: 'gemini', executor: 'acp', id: 'gemini-2.5-pro', resumes: false },
  { program: 'opencode', executor: 'acp', id: 'mock-model', resumes: true },
  { program: 'qwen', executor: 'acp', id: 'mock-model', resumes: true },
  { program: 'cline', executor: 'acp', id: 'mock-model', resumes: false },
  { program: 'pi', executor: 'acp', id: 'mock-model', resumes: false },
]

async function carriesOut({ program, executor, id, resumes }: Case, ctx: TestContext): Promise<void> {
  const driven = executor === 'acp' ? (programOf(program)?.adapter ?? program) : program
  const missing = [driven, ...(programOf(driven)?.needs ?? [])].filter((name) => findProgram(name) === undefined)
  if (missing.length > 0)
    ctx.skip(`${missing.join(' and ')} is not installed: npm run agents:install ${missing.join(' ')}`)
  const model = await scriptedModel(script)
  onTestFinished(() => model.stop())
  const made = stage({
    'baton.yaml': `agents:
  worker: {program: ${program}, executor: ${executor}, model: mock}
checks:
  - {name: words, command: [sh, check.sh]}
`,
    'check.sh': check,
    'specs/001-words/tasks.md': tasks,
  })
  mkdirSync(made.home, { recursive: true, mode: 0o700 })
  writeFileSync(
    join(made.home, 'model_registry.yaml'),
    `models: {mock: {id: ${id}, endpoint: "${model.url}", dialect: openai}}\n`,
  )
  await made.ready(isolation)
  await made.must('run', 'specs/001-words')

  const tip = made.git('rev-parse', 'baton/001-words')
  for (const [file, word] of Object.entries(words)) expect(made.at(tip, `${file}.txt`)?.trim()).toBe(word)
  const ended: Json[] = (await made.facts('attempt.ended')).map(({ data }) => data)
  expect(ended.map(({ attempt, outcome }) => [attempt, outcome.kind])).toEqual([
    ['001-words/T001/1', 'succeeded'],
    ['001-words/T002/1', 'succeeded'],
    ['001-words/T002/2', 'succeeded'],
    ['001-words/T003/1', 'succeeded'],
  ])
  for (const { used } of ended)
    expect(used.tokensIn + used.tokensOut).toBeGreaterThan(['cline', 'pi'].includes(program) ? -1 : 0)
  const started: Json[] = (await made.facts('attempt.started')).map(({ data }) => data)
  expect(started[2]).toMatchObject({
    attempt: '001-words/T002/2',
    mends: { attempt: '001-words/T002/1', what: 'checks' },
  })
  expect(ended[2].session === ended[1].session).toBe(resumes)
  expect((await made.baton('log', '001-words/T002/1')).out).toContain('two.txt')
}

for (const one of cases)
  it(`${one.program} by ${one.executor} carries out three steps and mends one`, (ctx) => carriesOut(one, ctx))
