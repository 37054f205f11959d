// What Task Master means by its ids, statuses and dependencies is what a plan says; what is written changes only that.
import { describe, expect, it } from 'vitest'
import { filesOf, filesWith } from '../../../tests/fixtures/plans/reading.ts'
import { tagged, untagged } from '../../../tests/fixtures/plans/taskmaster.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import { taskmaster } from './format.ts'

const home = '.taskmaster/tasks/tasks.json'
const files = filesOf({ [home]: tagged })
const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'baton' }

const stepsIn = async (text: string, path = home) => {
  const read = await taskmaster.read(filesOf({ [path]: text }), path)
  return {
    ...read,
    steps: read.items.flatMap(({ steps }) => steps),
    said: read.notes.map(({ kind, line }) => `${kind} ${line}`),
  }
}
const write = async (text: string, changes: readonly PlanChange[], path = home): Promise<string> => {
  const [written] = await taskmaster.write(filesOf({ [path]: text }), path, changes)
  return written === undefined ? text : Buffer.from(written.bytes).toString()
}

describe('detect', () => {
  it('finds the file from the project, the folder of Task Master, and its tasks', async () => {
    for (const path of ['', '.', '.taskmaster', '.taskmaster/', '.taskmaster/tasks', home, `./${home}`]) {
      expect(await taskmaster.detect(files, path)).toMatchObject({ sure: 0.97 })
      expect((await taskmaster.read(files, path)).tickFile).toBe(home)
    }
    expect(await taskmaster.detect(filesOf({ 'tasks/tasks.json': tagged }), 'tasks')).toMatchObject({ sure: 0.92 })
    expect(await taskmaster.detect(filesOf({ 'web/.taskmaster/tasks/tasks.json': tagged }), 'web')).toMatchObject({
      sure: 0.97,
    })
  })

  it('is not taken in by other JSON', async () => {
    for (const text of [
      '[]',
      '{}',
      '{"tasks":{}}',
      '{"tasks":[{"name":"x"}]}',
      '"tasks": [',
      '{"version":"2.0.0","tasks":[{"label":"build"}]}',
    ]) {
      expect(await taskmaster.detect(filesOf({ 'a/tasks.json': text }), 'a/tasks.json')).toBeUndefined()
    }
  })
})

describe('read', () => {
  it('gives each tag as an item, and each task without subtasks as a step', async () => {
    const { items, steps, said } = await stepsIn(tagged)
    expect(items.map(({ id, title, brief, policy }) => [id, title, brief, policy])).toEqual([
      ['taskmaster-master', 'master', 'Recipes for many guests', 'graph'],
      ['taskmaster-feature-pantry', 'feature/pantry', 'feature/pantry', 'graph'],
    ])
    expect(steps.map(({ key, ticked, status, mark, priority }) => [key, ticked, status, mark, priority])).toEqual([
      ['1', true, undefined, 'done', 2],
      ['2.1', true, undefined, 'done', undefined],
      ['2.2', false, undefined, 'pending', undefined],
      ['2.3', false, 'review', 'review', undefined],
      ['3', false, undefined, 'pending', 1],
      ['4', false, 'cancelled', 'cancelled', undefined],
      ['1', false, 'blocked', 'blocked', 4],
    ])
    expect(items[0]?.groups).toMatchObject([{ key: '2', title: 'Scale a recipe', ticked: false }])
    expect(said).toEqual(['dangling 66', 'empty 104'])
  })

  it('knows that 1 beside a subtask is its neighbour, and that all of a task comes before what waits for it', async () => {
    const { steps } = await stepsIn(tagged)
    expect(steps.slice(0, 6).map(({ key, after }) => [key, after.map((edge) => edge.key)])).toEqual([
      ['1', []],
      ['2.1', ['1']],
      ['2.2', ['1', '2.1']],
      ['2.3', ['1', '2.1', '2.2']],
      ['3', ['2.1', '2.2', '2.3']],
      ['4', []],
    ])
    expect(steps[2]?.after[1]?.at).toEqual({ file: home, line: 41, column: 15 })
  })

  it('tells the agent everything, and nothing of how far it is', async () => {
    const { steps } = await stepsIn(tagged)
    expect(steps[0]?.brief).toBe(
      'Keep recipes in a file\n\nA recipe has a name, ingredients and steps.\n\n## Details\n\nWrite src/recipes/file.ts.\n\n<info added on 2026-01-02T03:04:05.000Z>\nYAML it is.\n</info added on 2026-01-02T03:04:05.000Z>\n\n## Test strategy\n\nRead back what was written.',
    )
    expect(steps[0]?.writes).toEqual(['src/recipes/file.ts'])
    expect(steps[0]?.exitCriteria).toEqual(['Read back what was written.'])
    expect(steps[2]?.exitCriteria).toEqual(['3/4 × 2 is 1 1/2'])
    expect(steps[2]?.brief).toContain('Part of 2: Scale a recipe')
    expect(steps[2]?.brief).toContain('Complexity: 6 of 10')
    expect(steps[4]).toMatchObject({ labels: ['paper'], owner: 'maya' })
    const before = (await stepsIn(tagged)).steps.map(({ brief }) => brief)
    const after = (
      await stepsIn(await write(tagged, [{ kind: 'tick', item: 'taskmaster-master', key: '2.2', upward: true }]))
    ).steps
    expect(after.map(({ brief }) => brief)).toEqual(before)
  })

  it('reads what people have edited by hand, and says what is odd in it', async () => {
    const { items, steps, said } = await stepsIn(untagged)
    expect(items.map(({ id, title }) => [id, title])).toEqual([['Garten-Gro', 'Garten Groß']])
    expect(steps.map(({ key, title, mark, after }) => [key, title, mark, after.map((edge) => edge.key)])).toEqual([
      ['1.10', 'A bed', '', []],
      ['1.2', 'Two beds', 'done', ['1.10']],
      ['02b', 'Sow 🌱 seeds', 'null', ['1.10', '1.2']],
      ['3', '3', '', []],
      ['4', 'Wait', 'someday', []],
    ])
    expect(said).toEqual(['odd-status 5', 'odd-status 6', 'odd-priority 6'])
  })

  it('says ids that stand twice or are missing, and circles, unless everything in them is done', async () => {
    const task = (id: unknown, more: object = {}): object => ({
      id,
      title: `Task ${id}`,
      status: 'pending',
      dependencies: [],
      ...more,
    })
    const text = (...tasks: object[]): string =>
      `{"tasks":[\n${tasks.map((one) => JSON.stringify(one)).join(',\n')}\n]}`
    expect((await stepsIn(text(task(1), task('1'), { title: 'x' }))).said).toEqual(['duplicate 3', 'no-id 4'])
    const circle = await stepsIn(text(task(1, { dependencies: [2] }), task(2, { dependencies: [1] })))
    expect(circle.notes[0]).toMatchObject({ level: 'error', kind: 'cycle', text: expect.stringContaining('1 → 2 → 1') })
    const done = { status: 'done' }
    const past = await stepsIn(
      text(
        task(1, { ...done, dependencies: [2] }),
        task(2, { ...done, dependencies: [3] }),
        task(3, { ...done, dependencies: [1] }),
      ),
    )
    expect(past.notes).toMatchObject([{ level: 'warning', kind: 'cycle' }])
  })

  it('refuses what is no JSON, where it stands', async () => {
    expect((await stepsIn('{"tasks": [\n{"id": 1,}\n]}')).said).toEqual(['syntax 2'])
    expect((await stepsIn('{"tasks": [{"id": 1, "id": 2}]}')).said).toEqual(['key 1'])
    expect((await stepsIn('{"tasks": []}')).said).toEqual(['empty 1', 'empty 1'])
    expect((await stepsIn('<<<<<<< ours\n{}')).said).toEqual(['syntax 1'])
  })
})

describe('write', () => {
  const master = { item: 'taskmaster-master', stamp }

  it('puts the word in place of the word, and ticks the task with its last subtask', async () => {
    expect(await write(tagged, [{ kind: 'tick', key: '3', ...master }])).toBe(
      tagged.replace(
        '"title": "Print a shopping list",\n        "status": "pending"',
        '"title": "Print a shopping list",\n        "status": "done"',
      ),
    )
    const half = await write(tagged, [{ kind: 'tick', key: '2.2', upward: true, ...master }])
    expect(half.match(/"in-progress"/g)?.length).toBe(1)
    const whole = await write(half, [{ kind: 'tick', key: '2.3', upward: true, ...master }])
    expect(whole).not.toContain('in-progress')
    expect(whole).toBe(
      tagged.replace('"pending"', '"done"').replace('"review"', '"done"').replace('"in-progress"', '"done"'),
    )
    expect(await write(whole, [{ kind: 'untick', key: '2.2', upward: true, to: 'pending', ...master }])).toContain(
      '"in-progress"',
    )
  })

  it('gives back what stood there, whatever it was', async () => {
    for (const key of ['1.10', '02b', '3', '4']) {
      const mark = (await stepsIn(untagged)).steps.find((step) => step.key === key)?.mark ?? 'none'
      const ticked = await write(untagged, [{ kind: 'tick', key }])
      expect((await stepsIn(ticked)).steps.find((step) => step.key === key)?.ticked).toBe(true)
      expect(ticked).not.toBe(untagged)
      expect(await write(ticked, [{ kind: 'untick', key, to: mark }])).toBe(untagged)
    }
    expect(await write('{"tasks":[{"id":1}]}', [{ kind: 'tick', key: '1' }])).toBe(
      '{"tasks":[{"id":1,"status":"done"}]}',
    )
    expect(await write('{"tasks":[{"id":1,"status":"done"}]}', [{ kind: 'untick', key: '1', to: '", "x": "' }])).toBe(
      '{"tasks":[{"id":1,"status":"\\", \\"x\\": \\""}]}',
    )
  })

  it('writes every state in the words of Task Master', async () => {
    const words = []
    for (const status of ['open', 'doing', 'review', 'blocked', 'deferred', 'done', 'cancelled'] as const) {
      words.push(
        (await write('{"tasks":[{"id":1,"status":""}]}', [{ kind: 'status', key: '1', status, stamp }])).split('"')[7],
      )
    }
    expect(words).toEqual(['pending', 'in-progress', 'review', 'blocked', 'deferred', 'done', 'cancelled'])
  })

  it('adds notes to the details as Task Master does, and leaves the escapes before them', async () => {
    const note = { kind: 'note', text: 'Use "grams".\n', stamp } as const
    const block =
      '<info added on 2026-03-04T05:06:07.000Z>\\nUse \\"grams\\". (baton)\\n</info added on 2026-03-04T05:06:07.000Z>'
    expect(await write(untagged, [{ ...note, key: '4' }])).toBe(untagged.replace('"ü\\/"', `"ü\\/\\n${block}"`))
    expect(await write(untagged, [{ ...note, key: '02b' }])).toBe(
      untagged.replace('"details":null', `"details":"${block}"`),
    )
    const blocked = await write(untagged, [
      { kind: 'block', key: '4', text: 'no soil', stamp },
      { ...note, key: '4' },
    ])
    expect(blocked).toContain('"status":"blocked"')
    expect(blocked).toContain('Blocked: no soil (baton)')
    expect(blocked).toContain('grams')
  })

  it('keeps every byte that is no UTF-8', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"tasks":[{"id":1,"title":"'),
      Buffer.from([0xff, 0xe9]),
      Buffer.from('","status":"pending"}]}'),
    ])
    const [written] = await taskmaster.write(filesOf({ [home]: bytes }), home, [{ kind: 'tick', key: '1' }])
    expect(Buffer.from(written?.bytes ?? []).toString('latin1')).toBe(
      bytes.toString('latin1').replace('pending', 'done'),
    )
  })

  it('comes to the same in one go and one by one', async () => {
    const changes: PlanChange[] = [
      { kind: 'tick', key: '2.2', ...master },
      { kind: 'tick', key: '2.3', upward: true, ...master },
      { kind: 'untick', key: '2.3', upward: true, to: 'review', ...master },
      { kind: 'note', key: '2', text: 'so far', ...master },
    ]
    let one = filesOf({ [home]: tagged })
    for (const change of changes) one = filesWith(one, await taskmaster.write(one, home, [change]))
    expect(Buffer.from((await one.read(home)) ?? []).toString()).toBe(await write(tagged, changes))
  })
})

describe('a hostile file', () => {
  it('takes no longer than a kind one', async () => {
    const texts = [
      `{"tasks":[${'{"id":1,"title":"x"},'.repeat(40_000)}{"id":2}]}`,
      `{"tasks":[{"id":1,"dependencies":[${'1,'.repeat(300_000)}1]}]}`,
      `{"tasks":[{"id":1,"testStrategy":${JSON.stringify('- \n'.repeat(300_000))},"title":${JSON.stringify(' ['.repeat(200_000))}}]}`,
      `{"tasks":[{"id":1,"subtasks":${'[{"id":1,"subtasks":'.repeat(30)}[]${'}]'.repeat(30)}}]}`,
      `{"tasks":${'['.repeat(500_000)}`,
    ]
    for (const text of texts) {
      const began = performance.now()
      const { notes } = await stepsIn(text)
      expect(performance.now() - began).toBeLessThan(4000)
      expect(notes.length).toBeLessThan(400)
    }
  })
})
