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
    'sent back 1970-01-01 00:04:00 by eve: too hot',
    'blocker-6 decision a which kettle for eve 1970-01-01 00:05:00 1970-01-01 00:06:00 by eve: the red one',
    'a/2 by fable (acp, gpt-x)',
    '2 attempts, 2 min 10 s, 2000 tokens, $0.50',
    '2, 1 sent back bbbbbbbbbb 1970-01-01 00:09:00',
    `as ${commit('c')}`,
    'closed 1970-01-01 00:11:00: integrated',
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
  expect(text).toContain('Stands taken back from the base branch 1970-01-01 00:13:00 by eve, and closed')
  expect(text).toContain(`Taken back 1970-01-01 00:13:00 from refs/heads/main by eve: it leaks, as ${commit('d')}`)
})

it('given a revert that is decided and refused, then the page does not say that it is due or done', () => {
  const decided = of('reversion.decided', { item: 'wf', commit: commit('c'), why: 'it leaks', by: 'eve' })
  expect(words(told(...landedTwice, decided))).toContain(
    'To be taken back decided 1970-01-01 00:12:00 by eve: it leaks',
  )
  const refused = of('reversion.refused', { item: 'wf', kind: 'checks', why: 'tests fail' })
  expect(words(told(...landedTwice, decided, refused))).not.toMatch(/To be taken back|Taken back/u)
})

it('given an item that was opened again, then both integrations are there, and it stands open', () => {
  const again = of('item.reopened', { ...opened, branch: 'baton/wf-2', attempts: 2, why: 'it is wanted', by: 'ada' })
  const text = words(told(...landedTwice, again))
  expect(text).toContain('Opened again 1970-01-01 00:12:00 by ada: it is wanted')
  expect(text).toContain('Branch baton/wf-2 Plan')
  const mo = of('ownership.transferred', { item: 'wf', step: 'wf/a', from: '', to: 'mo', why: 'knows tea', by: 'eve' })
  const after = words(told(...landedTwice.slice(0, 11), mo, ...landedTwice.slice(11), again))
  expect(after).not.toContain('a Boil not begun belongs to mo')
  expect(after).toContain('a Boil not begun handed over')
  expect(after).toContain('from nobody to mo by eve: knows tea')
  expect(text).toContain('Stands open, 0 of 1 steps done')
  expect(text).toContain(commit('c'))
})

it('given an item that came to the base branch twice, then the page tells it in the order in which it came about', () => {
  const reverted = { item: 'wf', ref: 'refs/heads/main', commit: commit('d'), of: commit('c'), by: 'eve' }
  const again = of('item.reopened', { ...opened, branch: 'baton/wf-2', attempts: 2, why: 'it is wanted', by: 'ada' })
  const integrated = of('integration.done', { item: 'wf', ref: 'refs/heads/main', commit: commit('e'), by: 'ada' })
  const migrated = { item: 'wf', from: 'wf@1.0', to: 'wf@2.0', mapping: [], why: 'agreed', by: 'eve' }
  const text = words(
    told(
      ...landedTwice,
      of('reversion.decided', { item: 'wf', commit: commit('c'), why: 'it leaks', by: 'eve' }),
      of('integration.reverted', reverted),
      ...[again, of('workflow.migrated', migrated), integrated],
    ),
  )
  const order = ['Integrated', 'Taken back', 'Opened again', 'Went over', 'Integrated'].join(' .* ')
  expect(text).toMatch(new RegExp(` ${order} .* Steps at a glance`, 'u'))
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

const checked = (passed: boolean): Fact =>
  of('attempt.checked', {
    attempt: 'wf/a/1',
    ...{ tip: '', tree: '', commit: commit('e'), passed },
    verdicts: [{ check: 'lint', passed, why: 'it said so', evidence: '', ms: 1 }],
  })
const gate: Facts['gate.opened'] = {
  ...{ gate: 'gate-6', kind: 'approval', item: 'wf', step: 'wf/a', asks: 'Land it?', options: [], usual: '' },
}
const tried = landedTwice.slice(0, 4)

it('given work that ended well, then the page says what became of it, and not that it succeeded', () => {
  expect(words(told(...tried))).toContain('a Boil to be checked 1')
  const refused = words(told(...tried, checked(false)))
  expect(refused).toContain('refused by its checks . it said so')
  expect(refused).toContain('a Boil refused by its checks 1')
  expect(refused).not.toContain('succeeded')
  const asked = words(told(...tried, checked(true), of('gate.opened', gate)))
  expect(asked).toContain('passed its checks . it said so')
  expect(asked).toContain('a Boil waits for gate-6 1')
  const moot = words(
    told(...tried, of('gate.opened', gate), of('gate.mooted', { gate: 'gate-6', why: 'the step is gone' })),
  )
  expect(moot).toContain('Land it? needs no answer any more, 1970-01-01 00:05:00: the step is gone')
  expect(moot).not.toContain('waits for gate-6')
  const held = words(
    told(...tried, of('landing.refused', { attempt: 'wf/a/1', kind: 'held', why: 'x is open', paths: [] })),
  )
  expect(held).toContain('could not land : x is open')
})

it('given work that was sent back, then the page says so between the attempts, and of the next one that it is under way', () => {
  const again = of('attempt.started', begun(2))
  const text = words(told(...tried, of('step.reworked', { step: 'wf/a', why: 'too hot', by: 'eve' }), again))
  expect(text).toMatch(
    /a\/1 by fable .* sent back \. it said so .* sent back 1970-01-01 00:04:00 by eve: too hot a\/2 by fable/u,
  )
  expect(text).toContain('a Boil under way 2, 1 sent back')
})

it('given an item that went over to another workflow, then its work stands under the new key in the words of the new version', () => {
  const wanted = { ...spec, key: 'b', title: 'Brew', exitCriteria: ['it steeps'] }
  const text = words(
    told(
      ...landedTwice.slice(0, 10),
      of('step.retired', { step: 'wf/a', why: 'it is b in wf@2.0' }),
      of('steps.added', { item: 'wf', steps: [wanted] }),
      of('steps.carried', { item: 'wf', carried: [{ from: 'a', to: 'b' }], renewed: [] }),
      of('workflow.migrated', { item: 'wf', from: 'wf@1.0', to: 'wf@2.0', mapping: [], why: 'agreed', by: 'eve' }),
    ),
  )
  expect(text).toContain('b Brew done 2, 1 sent back bbbbbbbbbb')
  expect(text).toContain('b Brew done Done when: it steeps a/1 by fable')
  expect(text).toContain('(workflow, wf@2.0)')
  expect(text).toContain('Went over 1970-01-01 00:13:00 from wf@1.0 to wf@2.0 by eve: agreed')
  expect(text).not.toContain('a Boil')
})

it('given a key that stands for other work now, then what was done before stays with its own work', () => {
  const story = told(
    ...landedTwice.slice(0, 10),
    of('steps.added', { item: 'wf', steps: [{ ...spec, key: 'b', title: 'Brew' }] }),
    of('step.changed', { step: 'wf/a', spec: { ...spec, key: 'a', title: 'Buy' } }),
    of('steps.carried', { item: 'wf', carried: [{ from: 'a', to: 'b' }], renewed: ['a'] }),
  )
  expect(words(story)).toContain('b Brew done 2, 1 sent back bbbbbbbbbb')
  expect(words(story)).toContain('a Buy not begun 0')
})

it('given people who had it one after another and took part before work, then each is there with time and reason', () => {
  const text = words(
    told(
      ...landedTwice.slice(0, 2),
      of('ownership.transferred', { item: 'wf', from: 'ada', to: 'grace', why: 'on leave', by: 'eve' }),
      of('ownership.transferred', { item: 'wf', step: 'wf/a', from: '', to: 'mo', why: 'knows tea', by: 'eve' }),
      of('intake.reviewed', { item: 'wf', by: 'eve', rationale: 'nothing like it', saw: [] }),
      of('duplicate.suspected', { duplicate: 'dup-6', item: 'wf', of: 'pot', why: 'both boil', likeness: 1, by: 'mo' }),
      of('duplicate.settled', { duplicate: 'dup-6', verdict: 'overturned', rationale: 'it is coffee', by: 'eve' }),
      of('attempt.started', { ...begun(1), agent: 'dave', executor: 'outside', outside: { displayName: 'Dave D.' } }),
      of('step.cancelled', { step: 'wf/a', why: 'no tea', by: 'eve' }),
    ),
  )
  for (const said of [
    'Belongs to grace Handed over 1970-01-01 00:02:00 from ada to grace by eve: on leave',
    'belongs to mo handed over 1970-01-01 00:03:00 from nobody to mo by eve: knows tea',
    'Reviewed 1970-01-01 00:04:00 by eve: nothing like it',
    'dup-6 as pot, says mo 1970-01-01 00:05:00: both boil; overturned 1970-01-01 00:06:00 by eve: it is coffee',
    'Worked on it dave (outside)',
    'a/1 by dave (Dave D., outside, gpt-x), 1970-01-01 00:07:00.',
    'cancelled: eve: no tea',
  ])
    expect(text).toContain(said)
})

it('given a record that was hashed again, then the page names its root, or warns before all else', () => {
  const story = told(...landedTwice)
  const whole = page(story, new Map(), 99, { root: commit('f') })
  expect(whole).toContain('All 99 entries')
  expect(whole).toContain(commit('f'))
  expect(whole).not.toContain('not whole')
  const broken = page(story, new Map(), 99, { broken: 'entry 3: it is missing' })
  expect(broken.slice(0, broken.indexOf('<h1>'))).toMatch(
    /not whole:<\/span> entry 3: it is missing\. Nothing vouches/u,
  )
  expect(page(story, new Map(), 99)).not.toMatch(/not whole:|hashed again/u)
})
