// Lists that people and programs read, on a house of paper: what is in them, what is not, in which order, and what is counted instead of told.
import { describe, expect, it } from 'vitest'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod } from '../../src/api/method.ts'
import { perform } from '../../src/api/perform.ts'
import { everything } from '../../src/api/scopes.ts'
import type { StepSpec } from '../../src/core/nouns/step.ts'
import type { House } from '../../src/core/ports/house.ts'
import { type Wish, wish } from '../../src/core/wishes.ts'
import { patternOf } from '../../src/core/workflows/pattern.ts'
import type { Json } from '../acceptance/ground.ts'
import { busyHouse, folder, type PaperHouse, paperHouse, spec } from '../cli/testing.ts'

const caller = { name: 'ann', folder, may: everything }

async function ask(house: House, name: string, params: object = {}) {
  const method = methods.find((one: AnyMethod) => one.name === name)
  if (method === undefined) throw new Error(`There is no method ${name}.`)
  const said = await perform(method, house, caller, params)
  return said.ok ? (JSON.parse(JSON.stringify(said.result)) as Json) : said.refusal
}

function say(house: PaperHouse, ...all: readonly Wish[]): void {
  for (const one of all) {
    const answer = house.say(one)
    if (!answer.ok) throw new Error(`${answer.refusal.what}: ${answer.refusal.why}`)
  }
}

const item = '001-photo-albums'
const criteria = { entryCriteria: [], exitCriteria: ['it is there'] }
const steps = (...keys: readonly string[]): StepSpec[] => keys.map((key, at) => ({ ...spec(key, at + 1), ...criteria }))
const publish = (version: string, why: string, keys: readonly string[], effectiveFrom?: number) =>
  wish('workflow.publish', 'ann', {
    ...{ name: 'wf', version, steps: steps(...keys).map(patternOf), why, impact: `${keys.length} steps` },
    ...(effectiveFrom === undefined ? {} : { effectiveFrom }),
  })
const plan = (id: string, workflow: string, keys: readonly string[]) =>
  wish('plan.import', 'ann', {
    ...{ workspace: folder, source: `${id}.yaml`, format: 'workflow', tickFile: '', base: 'b', tip: 'b' },
    item: {
      ...{ id, title: id, brief: '', priority: 1, policy: 'document', workflow },
      ...{ steps: steps(...keys), openChecklists: [] },
    },
  })

/** Two items under wf@1, one of them carried over to wf@2, which is then taken back; wf@3 holds from later on. */
function published(): PaperHouse {
  const house = paperHouse()
  say(
    house,
    wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }),
    publish('1', 'a beginning', ['A', 'B']),
    plan('one', 'wf@1', ['A', 'B']),
    plan('two', 'wf@1', ['A', 'B']),
    publish('2', 'we review', ['A', 'C']),
    wish('workflow.migrate', 'ann', {
      item: 'two',
      to: 'wf@2',
      mapping: [
        { from: 'A', to: 'A' },
        { from: 'B', to: 'C' },
      ],
      why: 'so agreed',
    }),
    wish('workflow.roll-back', 'eve', { name: 'wf', why: 'C is slow', impact: 'no C' }),
    publish('3', 'from next year', ['A'], 5000),
  )
  return house
}

describe('workflows', () => {
  it('are listed with what holds, what comes, what was taken back, and how many items go by each', async () => {
    const { workflows } = await ask(published(), 'workflow/list')
    expect(workflows.map(({ name }: { name: string }) => name)).toEqual(['direct', 'speckit', 'wf'])
    expect(workflows.at(-1)).toEqual({
      name: 'wf',
      current: '1',
      versions: [
        { version: '1', standing: 'current', effectiveFrom: 1000, steps: 2, inFlight: 1 },
        { version: '2', standing: 'withdrawn', effectiveFrom: 1000, steps: 2, inFlight: 1 },
        { version: '3', standing: 'coming', effectiveFrom: 5000, steps: 1, inFlight: 0 },
      ],
    })
    expect(workflows[0]).toMatchObject({
      current: '1',
      versions: [{ version: '1', standing: 'built-in', inFlight: 0 }],
    })
  })

  it('are listed when only an item names them, and built-in ones with whoever goes by them', async () => {
    const house = paperHouse()
    say(house, wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }), plan('odd', 'mine@7', ['A']))
    say(house, plan('plain', 'direct@1', ['A']))
    const { workflows } = await ask(house, 'workflow/list')
    expect(workflows.at(-1)).toEqual({
      name: 'mine',
      versions: [{ version: '7', standing: 'unpublished', inFlight: 1 }],
    })
    expect(workflows[0].versions).toMatchObject([{ standing: 'built-in', inFlight: 1 }])
    expect((await ask(house, 'workflow/show', { name: 'direct' })).versions).toMatchObject([{ items: ['plain'] }])
    expect(await ask(house, 'workflow/show', { name: 'mine' })).toMatchObject({ kind: 'not-found' })
  })

  it('are shown with who published and who took back each, newest first, and which items go by it', async () => {
    const said = await ask(published(), 'workflow/show', { name: 'wf' })
    expect(said).toMatchObject({ name: 'wf', current: '1', more: 0 })
    expect(said.versions).toMatchObject([
      { version: '3', standing: 'coming', items: [] },
      {
        ...{ version: '2', standing: 'withdrawn', items: ['two'] },
        published: { by: 'ann', why: 'we review', impact: '2 steps' },
        withdrawn: { by: 'eve', why: 'C is slow', impact: 'no C' },
      },
      { version: '1', standing: 'current', items: ['one'], steps: [{ key: 'A' }, { key: 'B' }] },
    ])
    expect(said.versions[2]).not.toHaveProperty('withdrawn')
    const newest = await ask(published(), 'workflow/show', { name: 'wf', limit: 1 })
    expect([newest.versions.length, newest.versions[0].version, newest.more]).toEqual([1, '3', 2])
  })

  it('have a change log of everything, or of one; of more than is asked for the newest, the others counted', async () => {
    const house = busyHouse()
    say(house, publish('1', 'a beginning', ['A']))
    const all = await ask(house, 'workflow/changes')
    expect(all.changes).toMatchObject([
      { kind: 'policy', of: folder, to: 'd', by: 'ann', why: 'no reason was given', impact: '' },
      { kind: 'published', of: 'wf@1', by: 'ann', why: 'a beginning', impact: '1 steps' },
    ])
    expect(all.more).toBe(0)
    expect((await ask(house, 'workflow/changes', { name: 'wf' })).changes).toMatchObject([{ kind: 'published' }])
    expect((await ask(house, 'workflow/changes', { name: 'direct' })).changes).toEqual([])
    const { changes } = await ask(published(), 'workflow/changes', { name: 'wf' })
    expect(changes).toMatchObject([
      { kind: 'published', of: 'wf@1' },
      { kind: 'published', of: 'wf@2' },
      {
        ...{ kind: 'migrated', of: 'wf@1', to: 'wf@2', item: 'two', by: 'ann', why: 'so agreed', impact: '' },
        mapping: [
          { from: 'A', to: 'A' },
          { from: 'B', to: 'C' },
        ],
      },
      { kind: 'rolled-back', of: 'wf@2', to: 'wf@1', by: 'eve', why: 'C is slow', impact: 'no C' },
      { kind: 'published', of: 'wf@3' },
    ])
    const last = await ask(published(), 'workflow/changes', { limit: 2 })
    expect([last.more, last.changes.map(({ of }: { of: string }) => of)]).toEqual([3, ['wf@2', 'wf@3']])
  })

  it('answer what was published, taken back, or would become of an item, and a dry run changes nothing', async () => {
    const house = published()
    const mapping = [
      { from: 'A', to: 'A' },
      { from: 'C', to: 'B' },
    ]
    const head = house.state.seq
    const would = await ask(house, 'workflow/migrate', { item: 'two', to: 'wf@1', mapping, why: 'back', dryRun: true })
    expect(would).toEqual({
      ...{ seq: head, item: 'two', from: 'wf@2', to: 'wf@1', dryRun: true },
      moves: [
        { kind: 'kept', from: 'A', to: 'A', phase: 'waiting' },
        { kind: 'carried', from: 'C', to: 'B', phase: 'waiting' },
      ],
    })
    const done = await ask(house, 'workflow/migrate', { item: 'two', to: 'wf@1', mapping, why: 'back' })
    expect(done).toEqual({ ...would, seq: house.state.seq, dryRun: false })
    expect(done.seq).toBeGreaterThan(head)
    const back = { name: 'wf', why: 'no', impact: 'none' }
    expect(await ask(house, 'workflow/rollback', back)).toMatchObject({ name: 'wf', version: '1' })
    expect(await ask(house, 'workflow/rollback', back)).toMatchObject({ kind: 'conflict' })
    const two = published()
    say(two, publish('4', 'now', ['A']))
    expect(await ask(two, 'workflow/rollback', back)).toMatchObject({ version: '4', current: '1' })
  })
})

describe('handoffs', () => {
  const written = (of: number, step: string) => ({
    ...{ of, event: 'attempt-completed', path: `handoff/${of}.json`, digest: 'd' },
    attempt: `${item}/${step}/1`,
  })
  const house = (): House => {
    const paper = busyHouse()
    const files = [1, 2, 3, 4, 5].map((of) => written(of, of === 3 ? 'T002' : 'T001'))
    const seq = paper.state.seq
    const entry = { stream: item, at: 1, by: 'baton', because: '', version: 1, prev: '' }
    const more = files.map((file, at) => ({
      ...{ ...entry, seq: seq + at + 1, type: 'handoff.written' },
      data: { item, commit: 'c', files: [file] },
    }))
    paper.state.seq += more.length
    const open = paper.state.items.get(item)
    if (open === undefined) throw new Error('There is no item.')
    const owes = (of: number, step: string) => ({
      ...{ of, at: 1, event: 'attempt-failed' as const, actor: 'sh', outcome: 'x' },
      ...{ step: `${item}/${step}`, attempt: `${item}/${step}/1` },
    })
    open.owes = [owes(90, 'T001'), owes(91, 'T002')]
    open.unwritten = 'the disk is full'
    const read: House['read'] = async (after, limit, stream) =>
      [...paper.entries, ...more]
        .filter((one) => one.seq > after && (stream ?? one.stream) === one.stream)
        .slice(0, limit)
    return { ...paper, read }
  }
  const told = async (params: object) => {
    const { handoffs, more, owed } = await ask(house(), 'handoff/list', params)
    const of = (all: readonly { of: number }[]): number[] => all.map((one) => one.of)
    return { handoffs: of(handoffs), more, owed: of(owed) }
  }

  it('are listed in their order, of an item, of a step, or all; those that are owed say why they are', async () => {
    expect(await told({})).toEqual({ handoffs: [1, 2, 3, 4, 5], more: 0, owed: [90, 91] })
    expect(await told({ item })).toEqual({ handoffs: [1, 2, 3, 4, 5], more: 0, owed: [90, 91] })
    expect(await told({ step: `${item}/T002` })).toEqual({ handoffs: [3], more: 0, owed: [91] })
    expect((await ask(house(), 'handoff/list')).owed[0]).toEqual({
      ...{ item, of: 90, event: 'attempt-failed', attempt: `${item}/T001/1`, why: 'the disk is full' },
    })
  })

  it('are the newest of more than is asked for, with the others counted, and of a name that there is', async () => {
    expect(await told({ limit: 1 })).toEqual({ handoffs: [5], more: 4, owed: [90] })
    expect(await told({ limit: 2 })).toEqual({ handoffs: [4, 5], more: 3, owed: [90, 91] })
    expect(await told({ limit: 4 })).toEqual({ handoffs: [2, 3, 4, 5], more: 1, owed: [90, 91] })
    expect(await ask(house(), 'handoff/list', { item: 'none' })).toMatchObject({ kind: 'not-found', what: 'item none' })
  })
})

describe('obstacles', () => {
  const two = (): PaperHouse => {
    const house = busyHouse()
    say(house, plan('other', 'direct', ['A', 'B']))
    return house
  }
  const raise = (on: string, kind: string) => ({ on, kind, owner: 'law', notes: 'may we?' })

  it('are declared by one who may, and the answer names each', async () => {
    const house = two()
    const said = await ask(house, 'blocker/raise', raise(`${item}/T003`, 'lawyers'))
    expect(said).toMatchObject({ blocker: `blocker-${house.state.seq}`, facts: ['blocker.raised'] })
    expect([...house.state.blockers.values()]).toMatchObject([
      { ...{ kind: 'lawyers', owner: 'law', notes: 'may we?' }, step: `${item}/T003`, item },
    ])
    expect(await ask(house, 'blocker/raise', raise('none', 'external'))).toMatchObject({ kind: 'not-found' })
  })

  it('are listed while they stand, of all or of one item, and those that are gone when they are asked for', async () => {
    const house = two()
    await ask(house, 'blocker/raise', raise(`${item}/T003`, 'lawyers'))
    await ask(house, 'blocker/raise', raise('other', 'external'))
    const [first] = [...house.state.blockers.keys()]
    const kinds = async (params: object) =>
      (await ask(house, 'blocker/list', params)).blockers.map(({ kind }: { kind: string }) => kind)
    expect(await kinds({})).toEqual(['lawyers', 'external'])
    expect(await kinds({ item: 'other' })).toEqual(['external'])
    expect(await ask(house, 'blocker/clear', { blocker: first, notes: 'we may' })).toMatchObject({
      facts: ['blocker.cleared'],
    })
    expect([await kinds({}), await kinds({ all: true })]).toEqual([['external'], ['lawyers', 'external']])
    expect(await kinds({ all: true, item })).toEqual(['lawyers'])
    expect((await ask(house, 'blocker/list', { all: true })).byKind).toEqual([{ kind: 'external', open: 1 }])
  })
})

describe('numbers', () => {
  it('are grouped by one thing and another, but not twice by the same, and the answer says by which', async () => {
    const house = busyHouse()
    say(house, plan('other', 'direct', ['A', 'B']))
    expect(await ask(house, 'metrics/show', { by: 'owner', splitBy: 'owner' })).toMatchObject({ what: 'splitBy' })
    const said = await ask(house, 'metrics/show', { by: 'workspace', splitBy: 'item' })
    expect(said).toMatchObject({ by: 'workspace', splitBy: 'item', more: 0, total: { items: 2, attempts: 1 } })
    expect(said.lines).toMatchObject([
      { key: folder, part: item },
      { key: folder, part: 'other' },
    ])
    const one = await ask(house, 'metrics/show', { limit: 1 })
    expect([one.more, one.lines.length, one.lines[0].key]).toEqual([1, 1, item])
    expect(one).not.toHaveProperty('splitBy')
    expect(one).not.toHaveProperty('item')
    expect((await ask(house, 'metrics/show', { item })).item).toMatchObject({ id: item, steps: [{ key: 'T001' }] })
    expect(await ask(house, 'metrics/show', { item: 'none' })).toMatchObject({ kind: 'not-found' })
    expect(await ask(house, 'metrics/show', { from: 9_000_000 })).toMatchObject({ kind: 'invalid', what: 'from' })
  })
})

describe('who it belongs to, and what may be the same', () => {
  it('is handed over, suspected and settled by methods that say what they did', async () => {
    const house = busyHouse()
    say(house, plan('other', 'direct', ['A', 'B']))
    expect(await ask(house, 'owner/transfer', { on: `${item}/T002`, to: 'bob', why: 'away' })).toMatchObject({
      facts: ['ownership.transferred'],
    })
    expect(house.state.items.get(item)?.steps[1]?.owner).toBe('bob')
    const { duplicate } = await ask(house, 'duplicate/suspect', { item: 'other', of: item, why: 'I think so' })
    expect(duplicate).toBe(`duplicate-${house.state.seq}`)
    expect((await ask(house, 'duplicate/list')).duplicates).toMatchObject([{ id: duplicate, item: 'other', of: item }])
    const settle = { duplicate, verdict: 'merged', into: item, rationale: 'one is enough' }
    expect(await ask(house, 'duplicate/settle', settle)).toMatchObject({ facts: ['duplicate.settled', 'item.closed'] })
    expect(house.state.closed.get('other')?.why).toBe(`merged into ${item}: one is enough`)
  })
})
