import { expect, it } from 'vitest'
import type { PlanItem } from '../nouns/plan.ts'
import { asked, given, itemOf, planOf, play, running, trusted, World } from '../testing.ts'

const read = (steps: string, changes: Partial<PlanItem> = {}) => planOf(itemOf(steps, changes))

it('opens an item at the tip of its branch, with its steps', () => {
  const world = given(trusted())
    .when('plan.import', read('A B<A C+'))
    .then(['item.opened', { id: 'i', branch: 'baton/i', base: 'tip' }], ['steps.added', { item: 'i' }])
  expect(world.phases()).toEqual({ A: 'waiting', B: 'waiting', C: 'skipped' })
  expect(world.tip()).toBe('tip')
  given(trusted())
    .when('plan.import', read('A', { branch: '001-albums' }))
    .then(['item.opened', { branch: '001-albums' }], 'steps.added')
})

it('says nothing when the same plan is read again', () => {
  const world = trusted()
  const plan = read('A*{src/a.ts}#db=5!ok B?<A C+ D^A', { brief: 'why', owner: 'eve', priority: 3 })
  world.ask('plan.import', plan)
  given(world).when('plan.import', plan).then()
  const moved = plan.item.steps.map((step) => ({ ...step, place: { file: 'tasks.md', line: 9 } }))
  given(world)
    .when('plan.import', { ...plan, item: { ...plan.item, steps: moved } })
    .then()
})

it('does not let another file take an item over', () => {
  const world = trusted()
  const plan = read('A B')
  world.ask('plan.import', plan)
  given(world)
    .when('plan.import', { ...read('Z'), tickFile: 'elsewhere/tasks.md' })
    .refused('conflict', /elsewhere\/tasks\.md names it too/)
  expect(world.phases()).toEqual({ A: 'waiting', B: 'waiting' })
})

it('adds, changes and retires by key', () => {
  const world = trusted()
  world.ask('plan.import', read('A B C'))
  given(world)
    .when('plan.import', read('A B<A D'))
    .then(
      ['step.changed', { step: 'i/B' }],
      ['step.retired', { step: 'i/C' }],
      ['steps.added', { steps: [{ key: 'D' }] }],
    )
  expect(world.step('C').retired).toBe(true)
})

it.each([
  ['title', { title: 'other' }],
  ['brief', { brief: 'other' }],
  ['group', { group: 'other' }],
  ['parallel', { parallel: true }],
  ['writes', { writes: ['b'] }],
  ['locks', { locks: ['b'] }],
  ['role', { role: 'tester' }],
  ['reads-only', { readsOnly: true }],
  ['gate', { gate: 'review' }],
  ['exit criteria', { exitCriteria: ['it works'] }],
  ['estimate', { estimateMs: 5 }],
  ['order', { order: 2 }],
])('takes a change of %s', (_, change) => {
  const world = trusted()
  const { item } = read('A')
  world.ask('plan.import', planOf(item))
  given(world)
    .when('plan.import', planOf({ ...item, steps: item.steps.map((step) => ({ ...step, ...change })) }))
    .then(['step.changed', { spec: change }])
})

it('takes a change of the item itself', () => {
  const world = trusted()
  world.ask('plan.import', read('A'))
  given(world)
    .when('plan.import', read('A', { brief: 'b', priority: 9, owner: 'eve', policy: 'document' }))
    .then(['item.changed', { id: 'i', brief: 'b', priority: 9, owner: 'eve', policy: 'document' }])
  expect(world.state.items.get('i')).toMatchObject({ brief: 'b', priority: 9, owner: 'eve', policy: 'document' })
})

it('keeps the launch policy that a live run was started with', () => {
  const world = running('A B', { policy: 'document' }, { policy: 'graph' })
  given(world)
    .when('plan.import', read('A B', { policy: 'document' }))
    .then()
  expect(world.tick()).toEqual(['A', 'B'])
})

it('takes a step back that the plan names again', () => {
  const world = trusted()
  world.ask('plan.import', read('A B'))
  world.ask('plan.import', read('A'))
  given(world)
    .when('plan.import', read('A B'))
    .then(['step.changed', { step: 'i/B' }])
  expect(world.step('B')).toMatchObject({ retired: false, why: '', phase: 'waiting' })
  given(world).when('plan.import', read('A B')).then()
})

it('skips what a person ticked, also after it failed, and leaves work in flight alone', () => {
  const world = running('A B C')
  world.tick()
  play(world, 'A began')
  world.fail('B', 'defect')
  given(world)
    .when('plan.import', read('A+ B+ C'))
    .then(['step.skipped', { step: 'i/B' }])
  given(world)
    .when('plan.import', read('C'))
    .then(['gate.opened', { kind: 'plan', step: 'i/A' }], ['step.retired', { step: 'i/B' }])
  expect(world.phases()).toEqual({ A: 'running', B: 'skipped', C: 'running' })
})

it('refuses plans that cannot be told apart or carried out', () => {
  const world = given(trusted())
  for (const id of ['__proto__', '', 'a/b', '../x', '-x', 'a b', 'a\nb', 'x'.repeat(121)]) {
    world.when('plan.import', read('A', { id })).refused('invalid', /letters, digits/)
  }
  const [step] = itemOf('A').steps
  if (step === undefined) throw new Error('no step')
  for (const key of ['__proto__', '', 'a/b']) {
    const item = itemOf([{ ...step, key }])
    world.when('plan.import', planOf(item)).refused('invalid', /letters, digits/)
  }
  world.when('plan.import', read('A B A')).refused('invalid', /two steps have this key/)
  world.when('plan.import', read('A<C B<A C<B D')).refused('invalid', /A → C → B → A/)
  world.when('plan.import', read('A<A B<A')).then('item.opened', 'steps.added')
  given(new World())
    .when('plan.import', read('A'))
    .refused('not-found', /set up/)
})

it('finds a circle at the end of 100,000 steps without running out of stack', () => {
  const long = Array.from({ length: 100_000 }, (_, at) => `T${at}<T${at === 99_999 ? 0 : at + 1}`)
  given(trusted())
    .when('plan.import', read(long.join(' ')))
    .refused('invalid', /T0 → T1 → .* → … → T0/)
}, 60_000)

it('takes an id that every object has as a property', () => {
  const world = trusted()
  world.ask('plan.import', read('constructor toString<constructor', { id: 'hasOwnProperty' }))
  world.ask('run.start', { ...asked, item: 'hasOwnProperty' })
  expect(world.tick()).toEqual(['hasOwnProperty/constructor'])
})

it('refuses an item of another workspace, and one that is over', () => {
  const world = trusted()
  world.ask('plan.import', read('A'))
  world.ask('workspace.open', { path: '/other', baseBranch: 'main' })
  given(world)
    .when('plan.import', { ...read('A'), workspace: '/other' })
    .refused('conflict', /belongs to \/w/)
  world.tell({ type: 'item.closed', stream: 'i', data: { id: 'i', why: 'integrated into main' } })
  given(world)
    .when('plan.import', read('A'))
    .refused('conflict', /is over: integrated/)
})

it('asks about open checklists before anything starts, once for each state of them', () => {
  const lists = (open: number) => ({ openChecklists: [{ file: 'ux.md', open, of: 3 }] })
  const world = given(trusted())
    .when('plan.import', read('A', lists(2)))
    .then('item.opened', 'steps.added', ['gate.opened', { kind: 'intake', asks: /ux.md \(2 of 3\)/, usual: 'reject' }])
  world.ask('run.start', asked)
  expect(world.tick()).toEqual([])
  given(world)
    .when('plan.import', read('A', lists(2)))
    .then()
  given(world)
    .when('plan.import', read('A', lists(1)))
    .then('gate.mooted', ['gate.opened', { asks: /1 of 3/ }])
  const gate = [...world.state.gates.values()].at(-1)?.id ?? ''
  given(world).when('gate.answer', { gate, answer: 'approve', reasons: [] }).then('gate.answered')
  given(world)
    .when('plan.import', read('A', lists(1)))
    .then()
  expect(world.tick()).toEqual(['A'])
})

it('forgets the question when the last box is ticked, and ends the run when it is answered with no', () => {
  const lists = (open: number) => ({ openChecklists: [{ file: 'ux.md', open, of: 3 }] })
  const world = trusted()
  world.ask('plan.import', read('A', lists(2)))
  given(world)
    .when('plan.import', read('A', lists(0)))
    .then('gate.mooted')
  world.ask('plan.import', read('A', lists(2)))
  world.ask('run.start', asked)
  const gate = [...world.state.gates.values()].at(-1)?.id ?? ''
  given(world)
    .when('gate.answer', { gate, answer: 'reject', reasons: ['tick them first'] })
    .then('gate.answered', ['run.ended', { outcome: 'cancelled' }])
  expect(world.state.items.get('i')?.gates).toBe(0)
})
