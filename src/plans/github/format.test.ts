// Issues say what they wait for and are made of in many ways; all of them are edges and groups, and closing writes one word.
import { describe, expect, it } from 'vitest'
import { ghIssues, restIssues } from '../../../tests/fixtures/plans/boards.ts'
import { filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import { saidIn } from './body.ts'
import { githubIssues } from './format.ts'
import { priorityOf } from './issue.ts'

const file = 'issues.json'
const look = async (text: string) => {
  const read = await githubIssues.read(filesOf({ [file]: text }), file)
  const steps = read.items.flatMap((item) => item.steps)
  const edges = Object.fromEntries(steps.map(({ key, after }) => [key, after.map((edge) => edge.key)]))
  return { ...read, steps, edges, said: read.notes.map(({ kind, text: words }) => `${kind} ${words}`) }
}
const write = async (text: string, changes: readonly PlanChange[]): Promise<string> => {
  const [written] = await githubIssues.write(filesOf({ [file]: text }), file, changes)
  return written === undefined ? text : Buffer.from(written.bytes).toString()
}
const issues = (...list: object[]): string =>
  JSON.stringify(
    list.map((one, at) => ({ number: at + 1, title: `Issue ${at + 1}`, state: 'OPEN', body: '', labels: [], ...one })),
  )
const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'baton' }

describe('detect', () => {
  it('knows what gh and the REST API print, and not every list with titles', async () => {
    const sure = async (text: string) => (await githubIssues.detect(filesOf({ 'x/a.json': text }), 'x/a.json'))?.sure
    expect(await sure(ghIssues)).toBe(0.95)
    expect(await sure(restIssues)).toBe(0.95)
    expect(await sure(issues({}))).toBe(0.9)
    expect(await sure('[{"number":1,"title":"a","body":"","labels":[]}]')).toBe(0.6)
    expect(await sure('[{"number":1,"title":"a"}]')).toBeUndefined()
    expect(await sure('[{"id":1,"title":"a","state":"open","labels":[],"body":""}]')).toBeUndefined()
  })
})

describe('read', () => {
  it('makes groups of task lists and edges of what bodies say', async () => {
    const { items, steps, edges, said } = await look(ghIssues)
    expect(items.map(({ id, title, policy }) => [id, title, policy])).toEqual([
      ['issues-teapot', 'Issues of acme/teapot', 'graph'],
    ])
    expect(items[0]?.groups).toMatchObject([{ key: '11', title: 'Make tea' }])
    expect(
      steps.map(({ key, ticked, parent, group, status, priority, owner }) => [
        key,
        ticked,
        parent,
        group,
        status,
        priority,
        owner,
      ]),
    ).toEqual([
      ['12', false, '11', 'First cup', 'blocked', 2, 'ines'],
      ['13', true, '11', 'Make tea', undefined, undefined, undefined],
      ['14', false, undefined, '', undefined, 2, undefined],
      ['15', false, undefined, 'First cup', undefined, undefined, undefined],
      ['3', true, undefined, '', undefined, undefined, undefined],
    ])
    expect(edges).toEqual({ '12': ['13', '14', '15'], '13': [], '14': [], '15': ['14'], '3': [] })
    expect(said).toEqual([
      'left-out 1 pull requests are left out.',
      'dangling 15 waits for acme/kitchen#7, which is not in this plan, so it holds nothing back.',
    ])
  })

  it('says where in the body each number stands', async () => {
    const { steps } = await look(ghIssues)
    const said = ({ line, column = 1 }: { line: number; column?: number }): string =>
      `${line} ${ghIssues.slice(column - 1, column + 12)}`
    const there = steps.flatMap(({ after }) => after.map(({ key, at }) => `${key} ${at === undefined ? '' : said(at)}`))
    expect(there).toEqual(['13 1 13, #14 and h', '14 1 14 and https:', '15 1 15.\\n\\n## Acc', '14 1 15","labels":'])
  })

  it('takes boxes and the list under "Acceptance criteria" for what must be true, and tells the agent everything', async () => {
    const { steps } = await look(ghIssues)
    expect(steps[0]?.exitCriteria).toEqual(['it whistles', 'in `src/kettle.ts`'])
    expect(steps[0]?.writes).toEqual(['src/kettle.ts'])
    expect(steps[0]?.brief).toContain('Issue #12: https://github.com/acme/teapot/issues/12')
    expect(steps[0]?.brief).toContain('Part of 11: Make tea')
    expect(saidIn('- [ ] one\n- [x] two\n* three\n```\n- [ ] four\n```', '').criteria).toEqual(['one', 'two'])
  })

  it('reads what was edited by hand', async () => {
    const { steps, edges, items, notes } = await look(restIssues)
    expect(items[0]?.groups).toMatchObject([{ key: '2', title: 'Warm "cups"' }])
    expect(
      steps.map(({ key, title, mark, status, priority, owner }) => [key, title, mark, status, priority, owner]),
    ).toEqual([
      ['1', 'Café', 'open', undefined, 1, 'jo'],
      ['5', 'Wash', 'null', 'doing', undefined, undefined],
    ])
    expect(edges).toEqual({ '1': [], '5': ['1'] })
    expect(notes.map(({ kind }) => kind)).toEqual(['left-out'])
  })

  it('reads what GitHub itself knows of parents and blockers', async () => {
    const { steps, edges } = await look(
      issues(
        { subIssues: [{ number: 2 }] },
        { blockedBy: { nodes: [{ number: 3 }] } },
        { blocking: [{ number: 4 }], parent: { number: 1 } },
        { state: 'OPEN' },
      ),
    )
    expect(steps.map(({ key, parent }) => [key, parent])).toEqual([
      ['2', '1'],
      ['3', '1'],
      ['4', undefined],
    ])
    expect(edges).toEqual({ '2': ['3'], '3': [], '4': ['3'] })
  })

  it('is not confused by issues that list each other, twins, circles and what is no issue', async () => {
    const kinds = async (text: string) => (await look(text)).notes.map(({ kind, level }) => `${level} ${kind}`)
    expect(await kinds(issues({ body: '- [ ] #2' }, { body: '- [ ] #1' }))).toEqual([])
    expect(await kinds(issues({ body: 'depends on #2' }, { body: 'depends on #1' }))).toEqual(['error cycle'])
    expect(await kinds(issues({}, { number: 1 }))).toEqual(['error duplicate'])
    expect(await kinds(issues({}, { number: 'x' }, { number: 2.5 }))).toEqual(['warning no-id', 'warning no-id'])
    expect(await kinds('[]')).toEqual(['error empty'])
    expect(await kinds('[{"number":1,}]')).toEqual(['error syntax'])
  })

  it('knows priorities by their labels', () => {
    const of = (...labels: string[]) => priorityOf(labels)
    expect([
      of('P0'),
      of('p4'),
      of('priority/p2'),
      of('prio: 3'),
      of('Priority: Critical'),
      of('high-priority'),
      of('urgent'),
    ]).toEqual([1, 5, 3, 4, 1, 2, 1])
    expect([of('low'), of('high'), of('bug'), of('3'), of()]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(of('P3', 'priority: high')).toBe(2)
  })
})

describe('write', () => {
  it('closes and opens in the letters of the file, the group with its last part', async () => {
    expect(await write(ghIssues, [{ kind: 'tick', key: '14', stamp }])).toBe(
      ghIssues.replace('"number":14,"state":"OPEN"', '"number":14,"state":"CLOSED"'),
    )
    const all = await write(ghIssues, [{ kind: 'tick', key: '12', upward: true, stamp }])
    expect(all.match(/CLOSED/g)?.length).toBe(4)
    expect(await write(all, [{ kind: 'untick', key: '12', upward: true, to: 'OPEN' }])).toBe(ghIssues)
    expect(await write(restIssues, [{ kind: 'tick', key: '1' }])).toBe(
      restIssues.replace('"state" :"open","closed":false', '"state" :"closed","closed":true'),
    )
    expect(await write(restIssues, [{ kind: 'status', key: '1', status: 'cancelled', stamp }])).toContain(
      '"state" :"closed"',
    )
    expect(await write(restIssues, [{ kind: 'status', key: '1', status: 'doing', stamp }])).toBe(restIssues)
  })

  it('leaves a group open while any of its parts is', async () => {
    const text = issues({ body: '- [ ] #2\n- [ ] #3' }, {}, {})
    const tick = (key: string): PlanChange => ({ kind: 'tick', key, upward: true, stamp })
    const states = async (changes: readonly PlanChange[]): Promise<string[]> =>
      JSON.parse(await write(text, changes)).map(({ state }: { state: string }) => state)
    expect(await states([tick('2')])).toEqual(['OPEN', 'CLOSED', 'OPEN'])
    expect(await states([tick('2'), tick('3')])).toEqual(['CLOSED', 'CLOSED', 'CLOSED'])
  })

  it('gives back null and nothing as they were', async () => {
    for (const key of ['2', '5']) {
      const { steps, items } = await look(restIssues)
      const ticked = await write(restIssues, [{ kind: 'tick', key }])
      expect(ticked).not.toBe(restIssues)
      const mark = steps.find((step) => step.key === key)?.mark ?? (items[0]?.groups?.length === 1 ? '' : 'none')
      expect(await write(ticked, [{ kind: 'untick', key, to: mark }])).toBe(restIssues)
    }
  })
})

describe('a hostile file', () => {
  it('takes no longer than a kind one', async () => {
    const bodies = [
      'depends on '.repeat(90_000),
      `depends on ${'#1, '.repeat(200_000)}`,
      '- [ ] #1\n'.repeat(100_000),
      `${'a'.repeat(500_000)}/${'b'.repeat(500_000)}#1`,
      '**'.repeat(500_000),
      'blocked by https://'.repeat(50_000),
    ]
    for (const body of bodies) {
      const began = performance.now()
      await look(issues({ body }, {}))
      await write(issues({ body }, {}), [{ kind: 'tick', key: '2', upward: true }])
      expect(performance.now() - began).toBeLessThan(4000)
    }
    const began = performance.now()
    await look(issues(...Array.from({ length: 10_000 }, (_, at) => ({ body: `- [ ] #${at + 2}\ndepends on #${at}` }))))
    expect(performance.now() - began).toBeLessThan(4000)
  })
})
