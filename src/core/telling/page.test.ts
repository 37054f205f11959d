import { expect, it } from 'vitest'
import { type Fact, type Facts, type FactType, fact } from '../facts.ts'
import { page } from './page.ts'
import { beginStory, type Story, take } from './story.ts'

const commit = (letter: string): string => letter.repeat(40)
const used = { tokensIn: 900, tokensOut: 100, cachedIn: 0, cost: 0.25, ms: 65_000 }
const of = <K extends FactType>(type: K, data: Facts[K]): Fact => fact(type, 'wf', data)
const spec = {
  brief: '',
  group: '',
  after: [],
  parallel: false,
  writes: [],
  locks: [],
  role: '',
  ticked: false,
  order: 1,
}
const opened: Facts['item.opened'] = {
  ...{ id: 'wf', workspace: '/srv/tea', title: 'A tea book', brief: 'A tea book', owner: 'ada', priority: 1 },
  ...{
    policy: 'document',
    workflow: 'wf@1.0',
    branch: 'baton/wf',
    base: '',
    source: 'wf.yaml',
    format: 'workflow',
    tickFile: '',
  },
}
const begun = (number: number): Facts['attempt.started'] => ({
  ...{
    attempt: `wf/a/${number}`,
    step: 'wf/a',
    number,
    agent: 'fable',
    executor: 'acp',
    model: 'gpt-x',
    base: '',
    because: '',
  },
})
const outcome = { kind: 'succeeded', why: 'it said so' } as const

function told(...facts: readonly Fact[]): Story {
  const story = beginStory('wf')
  for (const [at, { type, stream, data }] of facts.entries())
    take(story, {
      seq: at + 1,
      stream,
      at: at * 60_000,
      by: at === 0 ? 'ada' : 'baton',
      because: '',
      type,
      version: 1,
      data,
      prev: '',
    })
  return story
}

const landedTwice = [
  of('item.opened', opened),
  of('steps.added', { item: 'wf', steps: [{ ...spec, key: 'a', title: 'Boil' }] }),
  of('attempt.started', begun(1)),
  of('attempt.ended', { attempt: 'wf/a/1', outcome, used }),
  of('step.reworked', { step: 'wf/a', why: 'too hot', by: 'eve' }),
  of('blocker.raised', {
    blocker: 'blocker-6',
    item: 'wf',
    step: 'wf/a',
    kind: 'decision',
    owner: 'eve',
    notes: 'which kettle',
  }),
  of('blocker.cleared', { blocker: 'blocker-6', by: 'eve', notes: 'the red one' }),
  of('attempt.started', begun(2)),
  of('attempt.ended', { attempt: 'wf/a/2', outcome, used }),
  of('landing.done', { attempt: 'wf/a/2', ref: 'refs/heads/baton/wf', commit: commit('b') }),
  of('integration.done', { item: 'wf', ref: 'refs/heads/main', commit: commit('c'), by: 'ada' }),
  of('item.closed', { id: 'wf', why: 'integrated' }),
]
const words = (story: Story): string =>
  page(story, new Map(), 99)
    .replace(/<style>.*<\/style>/su, '')
    .replace(/<[^>]*>/gu, ' ')
    .replace(/\s+/gu, ' ')

it('given work that was sent back, held and landed, then the page says who, when, why, at what price, and as which commit', () => {
  const text = words(told(...landedTwice))
  for (const said of [
    'sent back 1970-01-01 00:04 by eve: too hot',
    'blocker-6 decision a which kettle for eve 1970-01-01 00:05 1970-01-01 00:06 by eve: the red one',
    'a/2 by fable (acp, gpt-x)',
    '2 attempts, 2 min 10 s, 2000 tokens, $0.50',
    '2, 1 sent back bbbbbbbbbb 1970-01-01 00:09',
    `as ${commit('c')}`,
    'closed 1970-01-01 00:11: integrated',
  ])
    expect(text).toContain(said)
  expect(text.match(/A tea book/gu)).toHaveLength(2)
})

it('given an integration that was taken back, then the page says so before all else, and by whom and why', () => {
  const text = words(
    told(
      ...landedTwice,
      of('reversion.decided', { item: 'wf', commit: commit('c'), why: 'it leaks', by: 'eve' }),
      of('integration.reverted', {
        item: 'wf',
        ref: 'refs/heads/main',
        commit: commit('d'),
        of: commit('c'),
        by: 'eve',
      }),
    ),
  )
  expect(text).toContain('Stands taken back from the base branch 1970-01-01 00:13 by eve, and closed')
  expect(text).toContain(`Taken back 1970-01-01 00:13 from refs/heads/main by eve: it leaks, as ${commit('d')}`)
})

it('given a revert that is decided and refused, then the page does not say that it is due or done', () => {
  const decided = of('reversion.decided', { item: 'wf', commit: commit('c'), why: 'it leaks', by: 'eve' })
  expect(words(told(...landedTwice, decided))).toContain('To be taken back decided 1970-01-01 00:12 by eve: it leaks')
  const refused = of('reversion.refused', { item: 'wf', kind: 'checks', why: 'tests fail' })
  expect(words(told(...landedTwice, decided, refused))).not.toMatch(/To be taken back|Taken back/u)
})

it('given an item that was opened again, then both integrations are there, and it stands open', () => {
  const again = of('item.reopened', { ...opened, branch: 'baton/wf-2', attempts: 2, why: 'it is wanted', by: 'ada' })
  const text = words(told(...landedTwice, again))
  expect(text).toContain('Opened again 1970-01-01 00:12 by ada: it is wanted')
  expect(text).toContain('Stands open, 0 of 1 steps done')
  expect(text).toContain(commit('c'))
})

it('given a plan that was renumbered, then what was done stands under the new key', () => {
  const story = told(
    ...landedTwice,
    of('steps.carried', { item: 'wf', carried: [{ from: 'a', to: 'b' }], renewed: [] }),
  )
  expect([...story.steps.keys()]).toEqual(['wf/b'])
  expect(words(story)).toContain('b Boil done 2, 1 sent back bbbbbbbbbb')
})

it('given steps without number, then the page is bounded and says how many are left out', () => {
  const many = Array.from({ length: 1200 }, (_, at) => ({ ...spec, key: `s${at}`, title: 'x' }))
  const text = words(told(of('item.opened', opened), of('steps.added', { item: 'wf', steps: many })))
  expect(text).toContain('200 more steps are in the record')
  expect(text).not.toContain('s1000 ')
})
