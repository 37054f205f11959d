// A board that vibe-kanban exports is read in either shape, and the column of a card is all that is written.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kanbanCsv, kanbanTasks } from '../../../tests/fixtures/plans/boards.ts'
import { filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import { csvField, readCsv } from './csv.ts'
import { vibeKanban } from './format.ts'

const look = async (text: string, path = 'board.json') => {
  const read = await vibeKanban.read(filesOf({ [path]: text }), path)
  return {
    ...read,
    steps: read.items.flatMap((item) => item.steps),
    kinds: read.notes.map(({ kind, level }) => `${level} ${kind}`),
  }
}
const write = async (text: string, changes: readonly PlanChange[], path = 'board.json'): Promise<string> => {
  const [written] = await vibeKanban.write(filesOf({ [path]: text }), path, changes)
  return written === undefined ? text : Buffer.from(written.bytes).toString()
}
const two = '22222222-2222-4222-8222-222222222222'
const three = '33333333-3333-4333-8333-333333333333'
const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'baton' }

describe('detect', () => {
  it('knows both exports, and the folder that the second was unpacked in', async () => {
    const sure = async (path: string, text: string, name = path) =>
      (await vibeKanban.detect(filesOf({ [name]: text }), path))?.sure
    expect(await sure('board.json', kanbanTasks)).toBe(0.93)
    expect(await sure('export', kanbanCsv, 'export/issues.csv')).toBe(0.95)
    expect(await sure('a.json', '[{"id":"1","title":"a","status":"inreview"}]')).toBe(0.85)
    expect(await sure('a.json', '[{"id":"1","title":"a","status":"todo"}]')).toBe(0.5)
    expect(await sure('a.json', '[{"id":"1","title":"a","status":"open"}]')).toBeUndefined()
    expect(await sure('a.csv', 'id,title,status\n')).toBeUndefined()
  })
})

describe('read', () => {
  it('gives the tasks of the local board, a parent as a group', async () => {
    const { items, steps, kinds } = await look(kanbanTasks)
    expect(items.map(({ id, title, policy }) => [id, title, policy])).toEqual([
      ['vibe-kanban', 'Board of vibe-kanban', 'document'],
    ])
    expect(items[0]?.groups).toMatchObject([{ key: two, title: 'Move the pieces' }])
    expect(steps.map(({ title, ticked, status, mark, parent }) => [title, ticked, status, mark, parent])).toEqual([
      ['Draw the board', true, undefined, 'done', undefined],
      ['Castle', false, undefined, 'todo', two],
      ['Clocks', false, 'cancelled', 'cancelled', undefined],
    ])
    expect(steps[0]?.writes).toEqual(['src/board.ts'])
    expect(kinds).toEqual([])
  })

  it('gives each project of the cloud as an item', async () => {
    const { items, steps, kinds } = await look(kanbanCsv, 'issues.csv')
    expect(items.map(({ id, title }) => [id, title])).toEqual([
      ['vibe-kanban-Chess', 'Chess'],
      ['vibe-kanban-Go', 'Go'],
    ])
    expect(
      steps.map(({ key, ticked, status, mark, priority, owner, parent, place }) => [
        key,
        ticked,
        status,
        mark,
        priority,
        owner,
        parent,
        place?.line,
      ]),
    ).toEqual([
      ['CH-1', true, undefined, 'Done', 2, 'Ines B', undefined, 2],
      ['CH-3', false, undefined, 'To do', 3, undefined, 'CH-2', 5],
      ['GO-1', false, 'deferred', 'Backlog', undefined, undefined, undefined, 6],
      ['GO-2', false, undefined, '', 4, undefined, undefined, 7],
    ])
    expect(steps[0]?.brief).toBe('Draw the board\n\n8 × 8, in `src/board.ts`\nwith "letters"')
    expect(kinds).toEqual([])
  })

  it('knows a parent in the cloud by its long number', async () => {
    const { steps } = await look(
      '[{"id":"u-1","simple_id":"VK-1","title":"a","status":"To do"},{"id":"u-2","simple_id":"VK-2","title":"b","status":"In review","parent_issue_id":"u-1"}]',
    )
    expect(steps.map(({ key, parent, status }) => [key, parent, status])).toEqual([['VK-2', 'VK-1', 'review']])
  })

  it('says what is odd', async () => {
    expect((await look('[{"id":"1","title":"a","status":"simmering"},{"title":"b"},7]')).kinds).toEqual([
      'warning odd-status',
      'error no-id',
      'warning shape',
    ])
    expect((await look('[{"id":"1"},{"id":1}]')).kinds).toEqual(['error duplicate'])
    expect((await look('{"tasks":[]}')).kinds).toEqual(['error empty'])
    expect((await look('Issue ID,Title,Status,Parent Issue\nA,"b,c\n', 'issues.csv')).notes).toMatchObject([
      { kind: 'syntax', line: 2, column: 3 },
    ])
  })
})

describe('write', () => {
  it('moves a card, and its parent with the last of its parts', async () => {
    expect(await write(kanbanTasks, [{ kind: 'tick', key: three, stamp }])).toBe(
      kanbanTasks.replace('"todo"', '"done"'),
    )
    const all = await write(kanbanTasks, [{ kind: 'tick', key: three, upward: true, stamp }])
    expect(all).toBe(kanbanTasks.replace('"todo"', '"done"').replace('"inprogress"', '"done"'))
    const csv = await write(
      kanbanCsv,
      [{ kind: 'tick', item: 'vibe-kanban-Chess', key: 'CH-3', upward: true, stamp }],
      'issues.csv',
    )
    expect(csv).toBe(kanbanCsv.replace('"To do"', '"Done"').replace('In progress', 'Done'))
    expect(
      await write(csv, [{ kind: 'untick', item: 'vibe-kanban-Chess', key: 'CH-3', to: 'To do' }], 'issues.csv'),
    ).toBe(kanbanCsv.replace('In progress', 'Done'))
  })

  it('writes only the states that a board has', async () => {
    const words = []
    for (const status of ['open', 'doing', 'review', 'done', 'cancelled', 'blocked', 'deferred'] as const) {
      words.push(
        JSON.parse(await write('[{"id":"1","status":"x"}]', [{ kind: 'status', key: '1', status, stamp }]))[0].status,
      )
    }
    expect(words).toEqual(['todo', 'inprogress', 'inreview', 'done', 'cancelled', 'x', 'x'])
    const set = (status: 'review' | 'deferred'): Promise<string> =>
      write(kanbanCsv, [{ kind: 'status', item: 'vibe-kanban-Go', key: 'GO-2', status, stamp }], 'issues.csv')
    expect(await set('review')).toBe(kanbanCsv.replace('Ko,,""', 'Ko,,"In review"'))
    expect(await set('deferred')).toContain('Ko,,"Backlog"')
  })
})

describe('comma-separated text', () => {
  it('is cut as it was joined', () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' '), maxLength: 8 })
    fc.assert(
      fc.property(fc.array(fc.tuple(field, field), { minLength: 1 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((row) => row.map(csvField).join()).join(end)
        const csv = readCsv(text)
        expect(csv.rows.map((row) => row.map((one) => one.text))).toEqual(rows)
        for (const [at, row] of csv.rows.entries()) {
          for (const [of, one] of row.entries())
            expect(text.slice(one.start, one.end)).toBe(csvField(rows[at]?.[of] ?? ''))
        }
      }),
    )
  })

  it('is cut in no more time when it is hostile', async () => {
    const began = performance.now()
    for (const text of [
      '"'.repeat(1_000_000),
      '"a"'.repeat(300_000),
      ','.repeat(1_000_000),
      '\r'.repeat(1_000_000),
      `"${'\r'.repeat(1_000_000)}"`,
    ])
      readCsv(text)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})
