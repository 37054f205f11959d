// What is given to others as a fixed shape: handoffs by the schema that the manual prints, and a change log of workflows and policies.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { expect, it } from 'vitest'
import { play, policy, workflow } from './plans.ts'
import { built, type Json, type Stage } from './stage.ts'

const record = 'refs/baton/record'

/** By version, as `docs/handoffs.md` prints them. */
function schemas(): ReadonlyMap<string, ValidateFunction> {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'handoffs.md'), 'utf8')
  const ajv = new Ajv({ strict: true, validateFormats: false })
  const printed = [...page.matchAll(/```json\n(\{\n {2}"\$schema"[\s\S]*?)```/g)].map(([, text]) =>
    JSON.parse(text ?? ''),
  )
  return new Map(printed.map((schema) => [schema.properties.schemaVersion.const, ajv.compile(schema)]))
}

const handoffs = (made: Stage): Json[] => {
  const paths = made.git('ls-tree', '-r', '--name-only', record).split('\n')
  return paths.map((path) => JSON.parse(made.git('show', `${record}:${path}`)))
}

it('FR-014 every kind of handoff is valid by the schema as published, and each file is named by one entry with its digest', async () => {
  const made = await play(built(), {
    steps: [{ key: 'a', order: 1, gate: 'review' }],
    keys: {
      a: 'if [ "$TRY" = 1 ]; then exit 3; fi; if [ "$TRY" = 2 ]; then mkdir -p bad; echo x > bad/y; else rm -rf bad; write "$TRY"; fi',
    },
    policy: {
      checks: 'checks:\n  - {name: clean, command: ["sh", "-c", "test ! -e bad"]}\n',
      more: 'tries: 5\n',
    },
  })
  await made.baton('run', 'wf.yaml')
  await made.must('gate', (await made.must('gate')).gates[0].id, 'reject', '--reason', 'too short')
  await made.baton('run', 'wf.yaml')
  await made.must('gate', (await made.must('gate')).gates[0].id, 'approve', '--reason', 'long enough')
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'read it')
  await made.must('revert', 'wf', '--why', 'the tea is cold')
  const found = handoffs(made)
  expect([...new Set(found.map(({ eventType }) => eventType))].sort()).toEqual([
    'attempt-completed',
    'attempt-failed',
    'attempt-rejected',
    'baseline-integration',
    'baseline-reverted',
    'gate-approved',
    'gate-rejected',
  ])
  const known = schemas()
  expect([...known.keys()]).toEqual(['1.0', '1.1'])
  for (const one of found) {
    const valid = known.get(one.schemaVersion)
    expect([valid?.(one), valid?.errors ?? []]).toEqual([true, []])
    expect(one.schemaVersion).toBe(one.eventType === 'baseline-reverted' ? '1.1' : '1.0')
    expect(Number.isNaN(Date.parse(one.timestamp))).toBe(false)
  }
  const named = (await made.facts('handoff.written')).flatMap(({ data }) => (data as Json).files ?? [data])
  expect(named).toHaveLength(found.length)
  expect(await made.must('handoff', 'verify')).toMatchObject({ whole: true, counts: { whole: found.length } })
  expect((await made.must('audit', 'verify')).whole).toBe(true)
})

it('FR-022 the change log says of each edit of a workflow or of the policy who made it, when, why, and what it changes', async () => {
  const made = await play(built(), { steps: [{ key: 'a', order: 1 }] })
  const began = Date.now()
  await made.must('workflow', 'publish', 'wf.yaml', '--why', 'we agreed on it', '--impact', 'one step')
  made.commit({ 'baton.yaml': policy({ more: 'tries: 5\n' }) })
  const { digest } = await made.must('trust', '--show')
  await made.must('trust', '--digest', digest, '--why', 'the agent is new', '--impact', 'five tries, more money')
  made.commit({ 'wf.yaml': workflow('wf', [{ key: 'b', order: 1 }]).replace('"1.0"', '"2.0"') })
  await made.must('workflow', 'publish', 'wf.yaml', '--why', 'b is better', '--impact', 'a is no more')
  await made.must('workflow', 'rollback', 'wf', '--why', 'it was not', '--impact', 'a is back')
  const { changes } = await made.must('workflow', 'changes')
  expect(changes.slice(1).map(({ kind, why, impact }: Json) => [kind, why, impact])).toEqual([
    ['published', 'we agreed on it', 'one step'],
    ['policy', 'the agent is new', 'five tries, more money'],
    ['published', 'b is better', 'a is no more'],
    ['rolled-back', 'it was not', 'a is back'],
  ])
  for (const { by, at } of changes.slice(1)) expect([by === '', at >= began]).toEqual([false, true])
  const said = (await made.baton('workflow', 'changes')).out
  for (const words of ['the agent is new', 'changes: five tries, more money', 'it was not'])
    expect(said).toContain(words)
  expect(await made.baton('workflow', 'publish', 'wf.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--why'),
  })
})
