// The built-in agent in a real house: it carries out a plan of three steps in clones, and mends one in its session when the checks say no.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { createSpawner } from '../../src/spawners/index.ts'
import { type Asked, type Script, scriptedModel } from '../agents/model.ts'
import { type Json, stage } from './stage.ts'

const words: Readonly<Record<string, string>> = { one: 'alpha', two: 'beta', three: 'gamma' }
const lines = Object.entries(words).map(
  ([file, word], index) => `- [ ] T00${index + 1} Put the word ${word} into ${file}.txt`,
)
const tasks = `# Tasks\n\n## Phase 1: Words\n\n${lines.join('\n')}\n`
const check = `for pair in one:alpha two:beta three:gamma; do
  file="\${pair%%:*}.txt"; word="\${pair##*:}"
  test ! -e "$file" || test "$(cat "$file")" = "$word" || { echo "$file does not hold $word"; exit 1; }
done
`

const call = (name: string, given: unknown) => ({ toolCalls: [{ name, arguments: JSON.stringify(given) }] })

/** Writes the file of its step, but the second one wrongly until it is told; then it edits what it wrote. */
function script({ all, results }: Asked): ReturnType<Script> {
  if (results.length > 0) return { say: 'The file is written.' }
  const name = [...all.matchAll(/into (one|two|three)\.txt/g)].at(-1)?.[1] ?? 'nothing'
  const path = `${name}.txt`
  if (all.includes('two.txt does not hold beta')) return call('edit', { path, old: 'wrong', new: 'beta' })
  return call('write', { path, text: `${name === 'two' ? 'wrong' : words[name]}\n` })
}

let isolation: 'basic' | 'none' = 'none'
beforeAll(async () => {
  const home = mkdtempSync(join(tmpdir(), 'baton-probe-'))
  const spawner = await createSpawner({ home })
  isolation = (await spawner.probe('basic')).works ? 'basic' : 'none'
  await spawner.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

it('carries out three steps and mends one', async () => {
  const model = await scriptedModel(script)
  onTestFinished(() => model.stop())
  const made = stage({
    'baton.yaml':
      'agents:\n  worker: {executor: model, model: mock}\nchecks:\n  - {name: words, command: [sh, check.sh]}\n',
    'check.sh': check,
    'specs/001-words/tasks.md': tasks,
  })
  mkdirSync(made.home, { recursive: true, mode: 0o700 })
  const registry = `models: {mock: {id: mock-model, endpoint: "${model.url}", dialect: openai}}\n`
  writeFileSync(join(made.home, 'model_registry.yaml'), registry)
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
  expect(ended[2].session).toBe(ended[1].session)
  for (const { used } of ended) expect(used.tokensIn).toBeGreaterThan(0)
  expect((await made.baton('log', '001-words/T002/1')).out).toContain('two.txt')
})
