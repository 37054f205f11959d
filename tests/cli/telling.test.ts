// Every fact has one sentence, which every face uses, and one kind; none can be brought to throw or to move a cursor.
import { expect, it } from 'vitest'
import { entryLine } from '../../src/cli/print/entries.ts'
import type { FactType } from '../../src/core/facts.ts'
import { kindOf, kinds } from '../../src/core/telling/kinds.ts'
import { isTold, said, sentences, tell } from '../../src/core/telling/sentences.ts'
import { sourceAt } from '../house/sources.ts'

const body = /export interface Facts \{\n([\s\S]*?)\n\}/u.exec(sourceAt('src/core/facts.ts').text)?.[1] ?? ''
const types = [...body.matchAll(/^ {2}'([a-z]+\.[a-z-]+)':/gmu)].map(([, type]) => type ?? '')
const garbage = [undefined, null, 0, 'x', [], {}, { attempt: 3, step: {}, outcome: null, verdicts: 'x', files: [null] }]
const textOf = (line: ReturnType<typeof entryLine>) =>
  line?.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('')

it('given the list of facts, then each has a sentence, and none is told that is no fact', () => {
  expect(types.length).toBeGreaterThan(80)
  expect(Object.keys(sentences).sort()).toEqual([...types].sort())
})

it('given the list of facts, then each is of one kind, and each kind has some', () => {
  expect(types.filter((type) => kindOf(type) === undefined)).toEqual([])
  expect(kinds.filter((kind) => !types.some((type) => kindOf(type) === kind))).toEqual([])
  expect(kindOf('worker.joined')).toBeUndefined()
  expect([isTold({ type: 'attempt.began' }), isTold({ type: 'landing.done' }), isTold({ type: 'x' })]).toEqual([
    false,
    true,
    false,
  ])
})

it('given an entry that holds something else than its type says, then it is told on one line and nothing is thrown', () => {
  for (const type of [...types, 'worker.joined', 'toString', '__proto__'])
    for (const data of garbage) {
      const text = tell({ type, data })
      expect(text, type).not.toBe('')
      expect(text).not.toContain('\n')
      entryLine({ type, data })
    }
})

it('given hostile words, when they are told, then nothing in them moves a cursor, hides, or fills a screen', () => {
  const why = `\u001b[2J\n\u202e${'long '.repeat(500)}`
  const text = tell({ type: 'step.failed', data: { step: 'wf/a', reason: 'crashed', why } })
  expect(text).toMatch(/^a failed: \\x1b\[2J \\u\{202e\}long long/u)
  expect([...text].length).toBeLessThanOrEqual(400)
})

it.each([
  [
    'landing.done',
    { attempt: 'wf/a/1', ref: 'refs/heads/x', commit: 'a'.repeat(40) },
    `a/1 landed as ${'a'.repeat(10)}`,
  ],
  [
    'gate.answered',
    { gate: 'gate-4', review: { by: 'ada', at: 1, answer: 'reject', reasons: ['too big', 'no tests'] } },
    'gate-4 answered: reject by ada: too big; no tests',
  ],
  [
    'attempt.checked',
    { attempt: 'wf/a/2', passed: false, verdicts: [{ check: 'unit' }, { check: 'lint' }], commit: 'c' },
    'a/2 did not pass unit, lint',
  ],
  [
    'account.barred',
    { account: 'claude', kind: 'quota', why: 'limit', until: 0 },
    'claude cannot be used until 1970-01-01 00:00 UTC: limit',
  ],
] satisfies readonly [FactType, unknown, string][])(
  'given %s, then a watcher and a report read the same words',
  (type, data, words) => {
    expect(tell({ type, data })).toBe(words)
    const line = textOf(entryLine({ type, data }))
    if (type !== 'account.barred') expect(line).toBe(words)
    expect(said({ type, data }).some((piece) => typeof piece === 'object') || type === 'gate.answered').toBe(true)
  },
)

it('given a question, when somebody watches, then the command that answers it stands behind it', () => {
  const data = { gate: 'gate-7', kind: 'approval', item: 'wf', asks: 'Is it good?', options: ['approve', 'reject'] }
  expect(textOf(entryLine({ type: 'gate.opened', data }))).toBe('gate-7 Is it good? → baton gate gate-7 approve|reject')
  expect(entryLine({ type: 'decision.made', data: {} })).toBeUndefined()
})
