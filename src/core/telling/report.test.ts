// A whole report of an item to which everything happened, line by line, so that nothing falls out of it unseen.
import { expect, it } from 'vitest'
import { type Fact, type Facts, type FactType, fact } from '../facts.ts'
import { page } from './page.ts'
import { beginStory, type Story, take } from './story.ts'

const commit = (letter: string): string => letter.repeat(40)
const of = <K extends FactType>(type: K, data: Facts[K]): Fact => fact(type, 'wf', data)
const own = { group: '', after: [], parallel: false, writes: [], locks: [], role: '', ticked: false }
const spec = (key: string, title: string) => ({ ...own, key, title, brief: '', order: 1 })
const opened: Facts['item.opened'] = {
  ...{ id: 'wf', workspace: '/srv/tea', title: 'A tea book', brief: 'Every tea, and how.', owner: 'ada', priority: 1 },
  ...{ policy: 'document', workflow: 'wf@1.0', branch: 'baton/wf', base: '', source: 'wf.yaml', format: 'workflow' },
  tickFile: '',
}
const started = (step: string, number: number, by: Partial<Facts['attempt.started']> = {}): Fact =>
  of('attempt.started', {
    ...{ attempt: `wf/${step}/${number}`, step: `wf/${step}`, number, agent: 'fable', executor: 'acp', base: '' },
    ...{ because: '', ...by },
  })
const used = { tokensIn: 900, tokensOut: 100, cachedIn: 0, cost: 0.25, ms: 65_000 }
const verdict = { check: 'unit', digest: 'd'.repeat(64), passed: true, why: 'all 3 pass', ms: 5, evidence: '3 passed' }
const checked = (attempt: string, passed: boolean, verdicts: Facts['attempt.checked']['verdicts']): Fact =>
  of('attempt.checked', { attempt, commit: commit('e'), tree: commit('f'), tip: '', passed, verdicts, on: commit('a') })

/** Its first half is told at minute 0, 1, 2 and so on, each by who is named or by Baton. */
function told(facts: readonly (readonly [by: string, Fact])[]): Story {
  const story = beginStory('wf')
  facts.forEach(([by, { type, stream, data }], at) => {
    take(story, { ...{ seq: at + 5, stream, at: at * 60_000, by }, because: '', type, version: 1, data, prev: '' })
  })
  return story
}

/** One line for each row, heading and paragraph; what is marked as good, bad or by the way says so. */
const lines = (text: string): string[] =>
  (text.split('</style>')[1] ?? '')
    .replace(/<(?:span|p|div) class="(\w+)">/gu, '\n<$1>')
    .replace(/<\/?(?:tr|h1|h2|h3|dl|dt|p|pre|section|header|footer)>/gu, '\n')
    .replace(/<th class="(\w*)">/gu, ' $1:')
    .replace(/<td class="\w*">|<dd>/gu, ' | ')
    .replace(/<(?!(?:good|bad|dim|attempt)>)[^>]*>/gu, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const everything: readonly (readonly [string, Fact])[] = [
  ['ada', of('item.opened', opened)],
  ['baton', of('steps.added', { item: 'wf', steps: [spec('a', 'Boil'), spec('b', 'Brew'), spec('c', 'Serve')] })],
  ['ada', of('ownership.transferred', { item: 'wf', step: 'wf/b', from: 'ada', to: 'bob', why: 'away', by: 'ada' })],
  ['baton', started('a', 1, { model: 'gpt-x' })],
  [
    'baton',
    of('attempt.began', { attempt: 'wf/a/1', clone: '/c', session: '', isolation: 'none', inputs: commit('1') }),
  ],
  [
    'baton',
    of('attempt.ended', {
      ...{ attempt: 'wf/a/1', outcome: { kind: 'failed', reason: 'timeout', why: 'it boiled over' } },
      ...{ used, summary: 'sum1', transcript: commit('2') },
    }),
  ],
  ['baton', of('step.failed', { step: 'wf/a', reason: 'timeout', why: 'it boiled over' })],
  ['baton', started('b', 1, { agent: 'shell', executor: 'shell' })],
  [
    'baton',
    of('attempt.ended', {
      ...{ attempt: 'wf/b/1', outcome: { kind: 'succeeded', why: 'it said so' } },
      used: { ...used, unpriced: true },
    }),
  ],
  ['baton', checked('wf/b/1', false, [verdict, { ...verdict, check: 'lint', passed: false, why: 'x', evidence: '' }])],
  [
    'baton',
    of('gate.opened', {
      gate: 'gate-14',
      kind: 'approval',
      item: 'wf',
      step: 'wf/b',
      asks: 'Good?',
      options: [],
      usual: '',
    }),
  ],
  [
    'eve',
    of('gate.answered', {
      gate: 'gate-14',
      review: { by: 'eve', at: 660_000, answer: 'approve', reasons: ['it is', 'tea'] },
    }),
  ],
  ['baton', of('landing.done', { attempt: 'wf/b/1', ref: 'refs/heads/baton/wf', commit: commit('b') })],
  ['eve', of('blocker.raised', { blocker: 'blocker-18', item: 'wf', kind: 'external', owner: '', notes: 'no water' })],
  ['baton', of('gate.opened', { gate: 'gate-19', kind: 'release', item: 'wf', asks: 'Out?', options: [], usual: '' })],
  ['baton', started('c', 1)],
  ['eve', of('transcript.forgotten', { attempt: 'wf/a/1', why: 'a name was in it', by: 'eve' })],
  [
    'baton',
    of('handoff.written', {
      ...{ item: 'wf', commit: commit('9') },
      files: [{ of: 17, event: 'attempt-completed', attempt: 'wf/b/1', path: 'handoff/x.json', digest: commit('8') }],
    }),
  ],
]

it('given everything that may happen to an item, then its report says each in its place', () => {
  const summaries = new Map([
    ['wf/a/1', { gone: 'What it said was removed.' }],
    ['wf/b/1', { words: 'I brewed <it>.' }],
  ])
  expect(lines(page(told(everything), summaries, 99, { root: commit('7') }))).toEqual([
    '<dim>Report from the record, up to entry 99. Times are universal time.',
    'A tea book',
    'Item',
    '| wf',
    'Stands',
    '| open, 1 of 3 steps done',
    'Belongs to',
    '| ada',
    'Took part',
    '| ada, eve',
    'Worked on it',
    '| fable, shell',
    'Repository',
    '| /srv/tea',
    'Branch',
    '| baton/wf',
    'Plan',
    '| wf.yaml (workflow, wf@1.0)',
    'Opened',
    '| 1970-01-01 00:00:00 by ada',
    'Took',
    '| 3 attempts, 2 min 10 s, 2000 tokens, at least $0.50, for some of it has no known price',
    'Every tea, and how.',
    'Steps at a glance',
    ':Step p:Stands d:Tries d:Landed as w:When',
    '| a Boil |',
    '<bad>failed | 1 |  |',
    '| b Brew |',
    '<good>done | 1 | bbbbbbbbbb | 1970-01-01 00:12:00',
    '| c Serve |',
    '<dim>under way | 1 |  |',
    'Questions and answers',
    'd:Gate :Asked :Reviews',
    '| gate-14approvalb | Good? |',
    'approve by eve, 1970-01-01 00:11:00: it is; tea',
    '| gate-19release | Out? |',
    '<dim>not answered',
    'Obstacles',
    'd:Obstacle :What w:Since :Gone',
    '| blocker-18external | no water | 1970-01-01 00:13:00 |',
    '<bad>still there',
    'Steps and their evidence',
    'a Boil',
    '<bad>failed',
    '<attempt>',
    'a/1 by fable (acp, gpt-x), 1970-01-01 00:03:00 to 1970-01-01 00:05:00.',
    '<bad>failed. it boiled over',
    '<dim>No checks ran on it.',
    'Took',
    '| 1 min 5 s, 1000 tokens, $0.25',
    'Inputs',
    `| ${commit('1')}`,
    'Transcript',
    `| ${commit('2')}`,
    '<dim>What it said was removed.',
    '<bad>What was said in it was removed 1970-01-01 00:16:00 by eve: a name was in it',
    'failed: it boiled over',
    'b Brew',
    '<good>done',
    '<dim>belongs to bob',
    'handed over 1970-01-01 00:02:00 from ada to bob by ada: away',
    '<attempt>',
    'b/1 by shell, 1970-01-01 00:07:00 to 1970-01-01 00:08:00.',
    '<good>landed. it said so',
    'p:Check s:Verdict :Why',
    '| unit |',
    '<good>passed | all 3 pass',
    '3 passed',
    '| lint |',
    '<bad>failed | x',
    'Checked commit',
    `| ${commit('a')}`,
    'Landed as',
    `| ${commit('b')}`,
    'Took',
    '| 1 min 5 s, 1000 tokens, at least $0.25, for some of it has no known price',
    '<dim>The agent says:',
    'I brewed &lt;it&gt;.',
    'c Serve',
    '<dim>under way',
    '<attempt>',
    'c/1 by fable (acp), 1970-01-01 00:15:00.',
    '<dim>under way',
    '<dim>No checks ran on it.',
    'Handoffs on refs/baton/record',
    'n:Entry w:Event :File, and the SHA-256 of its bytes',
    '| 17 | attempt-completed | handoff/x.json',
    `<dim>${commit('8')}`,
    'What is gone',
    '<dim>What was said in these attempts was removed for good. That it was, by whom and why stays in the record.',
    'p:Attempt w:Removed p:By :Why',
    '| wf/a/1 | 1970-01-01 00:16:00 | eve | a name was in it',
    'Timeline',
    'n:Entry w:When p:Who :What',
    '| 5 | 1970-01-01 00:00:00 | ada | opened from wf.yaml: A tea book',
    '| 6 | 1970-01-01 00:01:00 | baton | 3 steps added: a, b, c',
    '| 7 | 1970-01-01 00:02:00 | ada | b belongs to bob now, and did to ada: away',
    '| 8 | 1970-01-01 00:03:00 | baton | a started by fable (attempt 1)',
    '| 10 | 1970-01-01 00:05:00 | baton | a/1 failed (timeout): it boiled over',
    '| 11 | 1970-01-01 00:06:00 | baton | a failed: it boiled over',
    '| 12 | 1970-01-01 00:07:00 | baton | b started by shell (attempt 1)',
    '| 13 | 1970-01-01 00:08:00 | baton | b/1 ended, now checked',
    '| 14 | 1970-01-01 00:09:00 | baton | b/1 did not pass lint; it passed unit, checked with what lands with it, on aaaaaaaaaa',
    '| 15 | 1970-01-01 00:10:00 | baton | gate-14 Good?',
    '| 16 | 1970-01-01 00:11:00 | eve | gate-14 answered: approve by eve: it is; tea',
    '| 17 | 1970-01-01 00:12:00 | baton | b/1 landed as bbbbbbbbbb',
    '| 18 | 1970-01-01 00:13:00 | eve | blocker-18 (external) holds all of it, for nobody by name: no water',
    '| 19 | 1970-01-01 00:14:00 | baton | gate-19 Out?',
    '| 20 | 1970-01-01 00:15:00 | baton | c started by fable (attempt 1)',
    '| 21 | 1970-01-01 00:16:00 | eve | what was said in a/1 was removed by eve: a name was in it',
    '| 22 | 1970-01-01 00:17:00 | baton | 1 handoff written: b/1 attempt-completed',
    '<dim>18 entries, 5 to 22. Each can be proved: baton audit prove &lt;seq&gt;; all of them: baton audit export wf.',
    `<dim>All 99 entries of the record were hashed again for this page; together they have the root ${commit('7')}. baton audit diff &lt;kept&gt; 99 --json proves that they grew out of a checkpoint that was kept elsewhere, and names the same root.`,
  ])
})

it('given an item of which nothing has come about yet, then its report has no empty sections', () => {
  const opened = everything.slice(0, 2)
  const [first, ...rest] = lines(page(told(opened), new Map(), 5))
  expect(first).toBe('<dim>Report from the record, up to entry 5. Times are universal time.')
  expect(rest.filter((line) => /^(Took|Questions|Obstacles|Handoffs|What is gone|Timeline)/u.test(line))).toEqual([
    'Took part',
    'Timeline',
  ])
  expect(rest.at(-1)).toMatch(/^<dim>2 entries, 5 to 6\./u)
})

it('given one attempt, then it is counted as one', () => {
  expect(lines(page(told([...everything.slice(0, 2), ['baton', started('a', 1)]]), new Map(), 7))).toContain(
    '| 1 attempt, under a second',
  )
})

it('given more people, lines and files than a page has room for, then it is bounded, and says what is left out', () => {
  const people = Array.from({ length: 101 }, (_, at) => [`p${at}`, of('item.changed', { id: 'wf' })] as const)
  expect(told(people).people.size).toBe(100)
  const story = told(Array.from({ length: 3002 }, () => ['baton', of('item.changed', { id: 'wf' })] as const))
  expect([story.timeline.length, story.more, story.entries]).toEqual([3000, 2, 3002])
  const file = { of: 1, event: 'attempt-completed' as const, path: 'handoff/x.json', digest: 'd' }
  const files = Array.from({ length: 1002 }, () => file)
  const text = lines(page(told([['baton', of('handoff.written', { item: 'wf', commit: 'c', files })]]), new Map(), 5))
  expect(text).toContain('<dim>2 more files are in the record.')
})
