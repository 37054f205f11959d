// Reads and writes roadmaps: phases, lists, tables kept aligned, and the JSON list of entries.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filesIn, filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { chooseFormat, planFormats } from '../index.ts'
import { rendered } from './cells.ts'
import { roadmap } from './format.ts'
import { statusOf, urgencyOf } from './words.ts'

const path = 'ROADMAP.md'
const readText = (text: string, file = path): Promise<PlanRead> => roadmap.read(filesOf({ [file]: text }), file)
const stepsOf = (read: PlanRead): readonly StepSpec[] => read.items[0]?.steps ?? []
const keysOf = async (text: string): Promise<string[]> => stepsOf(await readText(text)).map(({ key }) => key)
const waits = (read: PlanRead): Record<string, string> =>
  Object.fromEntries(
    stepsOf(read).map(({ key, after }) => [key, after.map((edge) => edge.key + edge.source[0]).join(' ')]),
  )

async function written(text: string, file: string, ...changes: PlanChange[]): Promise<string> {
  const [found] = await roadmap.write(filesOf({ [file]: text }), file, changes)
  return Buffer.from(found?.bytes ?? text).toString()
}

const tick = (key: string): PlanChange => ({ kind: 'tick', key })
const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'x' }

describe('a roadmap in Markdown', () => {
  it('gives its lists, tables and boxes as entries of their phases', async () => {
    const read = await roadmap.read(filesIn('roadmap'), 'ROADMAP.md')
    expect(read.notes).toEqual([])
    expect(read.items[0]).toMatchObject({ id: 'ROADMAP', title: 'Roadmap of the photo shop', policy: 'graph' })
    expect(
      stepsOf(read).map(({ key, group, ticked, status, priority }) => [key, group, ticked, status, priority]),
    ).toEqual([
      ['fast-start', 'Phase 1: Foundation', false, undefined, 2],
      ['backups', 'Phase 1: Foundation', false, 'doing', 2],
      ['accounts', 'Phase 1: Foundation', true, undefined, 2],
      ['write-the-manual', 'Phase 1: Foundation', false, undefined, 2],
      ['SH-1', 'Phase 2: Sharing', false, undefined, 1],
      ['SH-2', 'Phase 2: Sharing', false, 'doing', 2],
      ['SH-3', 'Phase 2: Sharing', false, 'cancelled', 3],
      ['SH-4', 'Phase 2: Sharing', true, undefined, 2],
      ['find-them', 'Later', false, undefined, undefined],
      ['name-them', 'Later', false, undefined, undefined],
      ['maps', 'Later', true, undefined, undefined],
    ])
    expect(stepsOf(read)[5]).toMatchObject({
      title: 'Comments | hearts',
      brief: 'Comments | hearts\nDepends on: SH-1, accounts\nPriority: P2',
      place: { line: 29, column: 11 },
    })
    expect(waits(read)).toMatchObject({
      backups: '',
      'SH-1': 'fast-starts backupsp accountsp write-the-manualp',
      'SH-4': 'fast-starts backupss accountss write-the-manuals',
      maps: 'SH-1p SH-2p SH-3p SH-4p',
    })
    expect(stepsOf(read)[0]?.brief).toContain('- measured on a phone')
  })

  it('keeps to its order when nothing is stated, phase by phase', async () => {
    const read = await readText('# R\n## Phase 2: B\n- c\n## Phase 1: A\n- a\n- b\n')
    expect(read.items[0]?.policy).toBe('document')
    expect(waits(read)).toEqual({ a: '', b: '', c: 'ap bp' })
    expect(stepsOf(read).every(({ parallel }) => !parallel)).toBe(true)
  })

  it.each([
    ['## Phase 1\n- a\n\n**Goals:**\n\n- no\n\nFeatures:\n- b\n', ['a', 'b']],
    ['## Phase 1\n- a\n### Success metrics\n- no\n### Risks\n- no\n### Backend\n- b\n', ['a', 'b']],
    ['## Phase 1\n- [ ] a\n\nMore:\n\n- no\n## Phase 2\n- b\n', ['a', 'b']],
    ['## Vision\n- no\n## In Progress\n- a\n## Planned\n- b\n## Completed\n- c\n', ['a', 'b', 'c']],
    ['# Roadmap\n- a\n- b\n', ['a', 'b']],
    ['## Q3 2026\n1. a\n2. b\n', ['a', 'b']],
    ['## v1.2\n* **auth**: a\n* **Auth**: b\n', ['auth', 'auth-b']],
  ])('%j', async (text, keys) => {
    expect(await keysOf(text)).toEqual(keys)
  })

  it('takes the state of an entry from its sign or its heading', async () => {
    const read = await readText(
      '## Now\n- 🚧 a\n- ✅ b\n- c (completed)\n## Shipped\n- d\n## Icebox\n- e\n## Not planned\n- f\n',
    )
    expect(stepsOf(read).map(({ key, ticked, status }) => [key, ticked, status])).toEqual([
      ['a', false, 'doing'],
      ['b', true, undefined],
      ['c', true, undefined],
      ['d', true, undefined],
      ['e', false, 'deferred'],
      ['f', false, 'cancelled'],
    ])
  })
})

describe('a table', () => {
  const head = '| id | title | phase | status | depends |\n|----|-------|-------|--------|---------|\n'
  it('may have its columns in any order, with phases by number', async () => {
    const read = await readText(
      'phase|owner|depends on|feature|#|prio\n-|-|-|-|-|-\n10|a|2|Ten|1|low\n9|@b|-|Nine|2|P0\n',
    )
    expect(stepsOf(read)).toMatchObject([
      { key: '2', title: 'Nine', group: 'phase 9', owner: 'b', priority: 1 },
      { key: '1', title: 'Ten', group: 'phase 10', owner: 'a', priority: 5, after: [{ key: '2', source: 'stated' }] },
    ])
  })

  it('says what is odd, with its place', async () => {
    const rows = '| A | a | 1 | whatever | Z |\n| A | b | 1 | done | A |\n| C | c | 1 | | D |\n| D | d | 1 | | C |\n'
    const read = await readText(head + rows)
    expect(read.notes.map(({ kind, level, line }) => `${line} ${level} ${kind}`)).toEqual([
      '3 warning odd-status',
      '3 warning dangling',
      '4 error duplicate',
      '5 error cycle',
      '5 warning backward',
    ])
  })

  it('without a column for a status holds no progress, which is said', async () => {
    const text = '| title | priority |\n|---|---|\n| a | high |\n'
    expect((await readText(text)).notes).toMatchObject([{ kind: 'no-status', line: 1 }])
    expect(await written(text, path, tick('a'))).toBe(text)
  })

  it('of something else is none of its entries, and rows that a list names too are read once', async () => {
    const read = await readText(
      '## Phase 1\n- **AA-1**: a\n\n| id | title | status |\n|---|---|---|\n| AA-1 | a | open |\n\n| Risk | Impact |\n|---|---|\n| b | c |\n',
    )
    expect(stepsOf(read).map(({ key }) => key)).toEqual(['AA-1'])
    expect(read.notes).toMatchObject([{ kind: 'twice', line: 6 }])
  })

  it('stays aligned, in the words of its column', async () => {
    const text = `${head}| A  | a     | 1     | Todo   |         |\n| B  | b     | 1     | Shipped |         |\n`
    expect(await written(text, path, tick('A'))).toBe(text.replace('| Todo   |', '| Shipped   |'))
    const room = text.replace('Shipped |', 'Live   |')
    expect(await written(room, path, tick('A'))).toBe(room.replace('| Todo   |', '| Live   |'))
    expect(await written(room, path, { kind: 'status', key: 'A', status: 'doing', stamp })).toContain(
      '| In progress   |',
    )
    const done = await written(room, path, tick('A'))
    expect(await written(done, path, { kind: 'untick', key: 'A', to: 'Todo' })).toBe(room)
    expect(await written(done, path, { kind: 'untick', key: 'A', to: 'a | b\n' })).not.toContain('a | b')
  })

  it('gives the first bytes back, however its cells are spaced', async () => {
    const cell = fc.record({
      lead: fc.constantFrom('', ' ', '  '),
      words: fc.constantFrom('', '-', 'Todo', 'Planned', '📋 Planned', 'todo', 'a \\| b', 'WIP', 'Größe'),
      trail: fc.constantFrom('', ' ', '   ', '        '),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { minLength: 1, maxLength: 4 }), cell, async (cells, top) => {
        const lines = cells.map(({ lead, words, trail }, at) => `| K-${at} | a |${lead}${words}${trail}|`)
        const text = `| id | title |${top.lead}Status${top.trail}|\n|---|---|---|\n${lines.join('\r\n')}\n`
        for (const { key, mark, ticked } of stepsOf(await readText(text))) {
          const after = await written(text, path, tick(key))
          expect(after === text).toBe(ticked)
          const back = { kind: 'untick', key, ...(mark === undefined ? {} : { to: mark }) } as const
          if (!ticked) expect(await written(after, path, back)).toBe(text)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('keeps the width of a cell where there is room', () => {
    expect(rendered(' Planned  ', 'Done', 10)).toBe(' Done     ')
    expect(rendered(' - ', 'Done', 3)).toBe(' Done ')
    expect(rendered('   Todo   ', 'Done!', 10)).toBe('   Done!  ')
    expect(rendered('    ', 'Done', 4)).toBe(' Done   ')
  })
})

describe('a list', () => {
  const text = '## Phase 1\r\n- **fast**: a  \r\n* 🚧 b\r\n'
  it('gets a sign where it has no boxes, and loses it again', async () => {
    const ticked = await written(text, path, tick('fast'), tick('b'))
    expect(ticked).toBe('## Phase 1\r\n- ✅ **fast**: a  \r\n* ✅ b\r\n')
    expect(await keysOf(ticked)).toEqual(['fast', 'b'])
    const back: PlanChange[] = [
      { kind: 'untick', key: 'fast', to: '' },
      { kind: 'untick', key: 'b', to: '🚧' },
    ]
    expect(await written(ticked, path, ...back)).toBe(text)
    expect(await written(ticked, path, { kind: 'untick', key: 'b', to: 'evil' })).toContain('* b\r\n')
  })
})

describe('a list of entries in JSON', () => {
  it('is done phase by phase, one after another', async () => {
    const read = await roadmap.read(filesIn('roadmap'), 'roadmap.json')
    expect(read.notes).toEqual([])
    expect(read.items[0]).toMatchObject({ id: 'roadmap', policy: 'document' })
    expect(stepsOf(read)).toMatchObject([
      { key: 'fast-start', ticked: true, mark: 'done', group: 'Phase 1', priority: 1 },
      { key: 'backups', ticked: false, mark: 'planned', group: 'Phase 1', after: [] },
      { key: 'album-links', group: 'Phase 2', writes: ['src/share/links.ts'], place: { line: 3, column: 11 } },
    ])
    expect(waits(read)['album-links']).toBe('fast-startp backupsp')
    expect(stepsOf(read)[1]?.brief).toBe('Backups\n\nCopies on a second disk.\n\nComplexity: high')
  })

  it('draws more than five priorities together, and reads what others wait for', async () => {
    const entry = (id: string, more: object): object => ({ id, title: id, phase: 1, prompt: 'p', ...more })
    const list = [entry('a', { priority: 8 }), entry('b', { priority: 4, dependencies: ['a', 'x'] }), entry('c', {})]
    const read = await readText(JSON.stringify(list), 'a.json')
    expect(stepsOf(read).map(({ priority }) => priority)).toEqual([5, 3, undefined])
    expect(waits(read)).toEqual({ a: '', b: 'as', c: '' })
    expect(read.notes).toMatchObject([{ kind: 'dangling' }])
  })

  it('says what an entry is missing, and where', async () => {
    const read = await readText(
      '[\n{"id":"a","title":"A","phase":1},\n3,\n{"id":"a","title":"B","phase":1,"prompt":"p"}]',
      'a.json',
    )
    expect(read.notes).toMatchObject([
      { kind: 'missing-field', level: 'error', line: 2, text: 'a is missing "prompt".' },
      { kind: 'shape', level: 'error', line: 3 },
      { kind: 'duplicate', level: 'error', line: 4 },
    ])
    expect((await readText('{"a": 1}', 'a.json')).notes).toMatchObject([{ kind: 'shape' }])
    expect((await readText('[1,', 'a.json')).notes).toMatchObject([{ level: 'error' }])
  })

  it('gets a status as its neighbours are written, and loses it again', async () => {
    const text = '[\n  {\n    "id": "a",\n    "title": "A",\n    "phase": 1,\n    "prompt": "p"\n  }\n]\n'
    const ticked = await written(text, 'a.json', tick('a'))
    expect(ticked).toBe(text.replace('"prompt": "p"', '"prompt": "p",\n    "status": "done"'))
    expect(await written(ticked, 'a.json', { kind: 'untick', key: 'a' })).toBe(text)
    const put = text.replace('"p"', '"p", "status": "to\\u0064o"')
    const done = await written(put, 'a.json', tick('a'))
    expect(done).toContain('"status": "done"')
    expect(await written(done, 'a.json', { kind: 'untick', key: 'a', to: 'to\\u0064o' })).toBe(put)
    expect(await written(text, 'a.json', { kind: 'status', key: 'a', status: 'doing', stamp })).toContain(
      '"in-progress"',
    )
  })
})

it('finds an entry behind words that look like one', async () => {
  const list = [
    { id: 'x', title: '}]{[', phase: 1, prompt: 'a \\\\" "id": "a" {' },
    { id: 'a', title: 'A', phase: 1, prompt: '"id":"a"' },
  ]
  for (const key of ['x', 'a']) {
    const now = JSON.parse(await written(JSON.stringify(list), 'a.json', tick(key)))
    expect(now).toEqual(list.map((entry) => (entry.id === key ? { ...entry, status: 'done' } : entry)))
  }
})

describe('whose it is', () => {
  const named = async (file: string, text: string): Promise<string> => {
    const chosen = await chooseFormat(planFormats, filesOf({ [file]: text }), file)
    return chosen.format?.name ?? chosen.why
  }
  const boxes = '- [ ] a\n- [ ] b\n'

  it.each([
    ['ROADMAP.md', `# Plan\n${boxes}`, 'roadmap'],
    ['docs/plan.md', `# Our roadmap\n${boxes}`, 'roadmap'],
    ['docs/plan.md', '| Feature | Priority |\n|---|---|\n| a | high |\n', 'roadmap'],
    ['docs/next.json', '[{"id":"a","title":"A","phase":1,"prompt":"p"}]', 'roadmap'],
    ['TODO.md', `# List\n${boxes}`, 'checklist'],
    ['TODO.md', `# List\n## Phase 1\n${boxes}## Phase 2\n- [ ] c\n`, 'checklist'],
    ['tasks.md', `# List\n${boxes}`, 'checklist'],
    ['specs/001-x/tasks.md', '## Phase 1: A\n- [ ] T001 a\n## Phase 2: B\n- [ ] T002 b\n', 'speckit'],
    ['.kiro/specs/x/tasks.md', '- [ ] 1. a\n', 'kiro'],
    ['openspec/changes/x/tasks.md', '- [ ] 1.1 a\n', 'openspec'],
  ])('%s: %j', async (file, text, format) => {
    expect(await named(file, text)).toBe(format)
  })

  it('leaves prose alone', async () => {
    expect(await roadmap.detect(filesOf({ [path]: '# Roadmap\n\nLater.\n' }), path)).toBeUndefined()
    expect(await roadmap.detect(filesOf({ 'a.json': '{"phase": 1, "prompt": 2}' }), 'a.json')).toBeUndefined()
    expect((await readText('# Roadmap\n\nLater.\n')).notes).toMatchObject([{ kind: 'empty', level: 'error' }])
  })
})

it.each([
  ['✅ Done', 'done'],
  ['**In Progress**', 'doing'],
  ['Not started', 'open'],
  ['not done', 'open'],
  ['Blocked by legal', 'blocked'],
  ["Won't do", 'cancelled'],
  ['🚧', 'doing'],
  ['', 'open'],
  ['quux', undefined],
])('reads %j as %s', (text, status) => {
  expect(statusOf(text)).toBe(status)
})

it.each([
  ['P0', 0],
  ['High', 2],
  ['🔴 High', 2],
  ['must have', 1],
  ['3', 3],
  ['lowest', 5],
  ['soon', undefined],
])('reads %j as urgency %s', (text, level) => {
  expect(urgencyOf(text)?.level).toBe(level)
})

it('reads a megabyte of the worst line in no time', async () => {
  const head = '| id | title | status |\n|---|---|---|\n'
  for (const line of [
    '|'.repeat(60_000),
    `|${' '.repeat(30_000)}a${' '.repeat(30_000)}|`,
    '- '.repeat(30_000),
    `## Phase ${'1 '.repeat(30_000)}`,
    `|${'-|'.repeat(30_000)}`,
    `priority ${': '.repeat(30_000)}`,
  ]) {
    for (const before of ['', head]) {
      const began = performance.now()
      const text = before + `${line}\n`.repeat(Math.ceil(1_048_576 / line.length))
      await readText(text)
      await written(text, path, tick('a'))
      expect(performance.now() - began).toBeLessThan(4000)
    }
  }
}, 60_000)
