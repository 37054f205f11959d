// A backlog is read as its own tool means it, and its task files change in place and come back.
import { describe, expect, it } from 'vitest'
import { filesIn, filesOf, filesWith } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange, PlanItem, Stamp } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { backlog } from './format.ts'

const tram = filesIn('backlog')
const path = 'backlog'
const stamp: Stamp = { at: '2026-03-04T05:06:07.000-01:00', by: 'codex' }
const file = {
  board: 'backlog/tasks/tram-2 - Show-the-next-tram.md',
  delays: 'backlog/tasks/tram-2.01 - Delays.md',
  gone: 'backlog/tasks/tram-2.02 - Cancelled-trams.md',
  wait: 'backlog/tasks/tram-10 - Wait-for-a-word.md',
}

async function itemOf(files: Files, at = path): Promise<PlanItem> {
  const [item] = (await backlog.read(files, at)).items
  if (item === undefined) throw new Error('no item')
  return item
}
const stepOf = async (files: Files, key: string) => (await itemOf(files)).steps.find((step) => step.key === key)
const textOf = async (files: Files, name: string): Promise<string> =>
  Buffer.from((await files.read(name)) ?? []).toString()
async function written(files: Files, ...changes: readonly PlanChange[]): Promise<Files> {
  return filesWith(files, await backlog.write(files, path, changes))
}
async function added(before: Files, after: Files, name: string): Promise<string[]> {
  const known = (await textOf(before, name)).split('\n')
  return (await textOf(after, name)).split('\n').filter((line) => !known.includes(line))
}
const task = (id: string, ...more: readonly string[]): Record<string, string> => ({
  [`backlog/tasks/${id.toLowerCase()} - x.md`]: [
    '---',
    `id: ${id}`,
    `title: ${id}`,
    ...more,
    '---',
    '',
    'Words.',
    '',
  ].join('\n'),
})
const notesOf = async (...tasks: readonly Record<string, string>[]): Promise<string[]> => {
  const config = { 'backlog/config.yml': 'project_name: "X"\nstatuses: ["To Do", "Done"]\n' }
  const { notes } = await backlog.read(filesOf(Object.assign(config, ...tasks)), path)
  return notes.map((note) => `${note.level} ${note.kind} ${note.file.split('/').at(-1)}:${note.line}`)
}

describe('detecting', () => {
  it('finds the backlog from every path that people give', async () => {
    for (const one of [path, 'backlog/', './backlog', 'backlog/config.yml', 'backlog/tasks', file.wait]) {
      const answer = await backlog.detect(tram, one)
      expect(answer, one).toMatchObject({ sure: 0.95 })
      expect((await backlog.read(tram, one)).tickFile).toBe('backlog/tasks/')
    }
    expect((await backlog.detect(tram, ''))?.sure).toBe(0.7)
    expect((await backlog.detect(tram, file.wait))?.why).toContain(file.wait)
  })

  it('takes the folder that a configuration beside it names', async () => {
    const files = filesOf({
      'app/backlog.config.yml': 'project_name: "App"\nbacklog_directory: "docs/work"\n',
      'app/docs/work/tasks/task-1 - A.md': '---\nid: task-1\ntitle: A\nstatus: To Do\n---\n',
    })
    const read = await backlog.read(files, 'app')
    expect(read).toMatchObject({ tickFile: 'app/docs/work/tasks/', items: [{ id: 'App' }] })
    const out = filesOf({ 'app/backlog.config.yml': 'project_name: "App"\nbacklog_directory: "../../etc"\n' })
    expect((await backlog.read(out, 'app')).items).toEqual([])
    const inside = 'app/docs/work/tasks/task-1 - A.md'
    expect((await backlog.read(files, inside)).files).toEqual(['app/backlog.config.yml', inside])
  })

  it('is not sure of Markdown that only lies in a folder of that name', async () => {
    const files = filesOf({ 'backlog/tasks/a.md': '# A\n\n- [ ] do it\n', 'tasks/b.md': '---\ntitle: B\n---\n' })
    expect(await backlog.detect(files, 'backlog')).toBeUndefined()
    expect(await backlog.detect(files, 'tasks/b.md')).toBeUndefined()
  })
})

describe('reading', () => {
  it('gives tasks as steps, parents as groups, and what is completed as done', async () => {
    const item = await itemOf(tram)
    expect(item).toMatchObject({ id: 'Tram-Times', title: 'Tram Times', policy: 'graph' })
    expect(item.groups?.map(({ key, ticked }) => [key, ticked])).toEqual([['TRAM-2', false]])
    expect(item.steps.map(({ key, parent, ticked, status, group }) => [key, parent, ticked, status, group])).toEqual([
      ['TRAM-1', undefined, true, undefined, ''],
      ['TRAM-2.02', 'TRAM-2', false, undefined, 'Board: show the next tram'],
      ['TRAM-2.01', 'TRAM-2', false, undefined, 'Winter Timetable'],
      ['TRAM-10', undefined, false, 'blocked', ''],
    ])
  })

  it('gives what is said of a task, each with its place', async () => {
    expect(await stepOf(tram, 'TRAM-10')).toMatchObject({
      title: 'Ask the city for the winter timetable and for whoever answers the phone on Sundays',
      owner: 'otto',
      labels: ['phone', 'city hall'],
      mark: 'Blocked (never updated)',
      place: { file: file.wait, line: 2, column: 5 },
    })
    const gone = await stepOf(tram, 'TRAM-2.02')
    expect(gone).toMatchObject({ priority: 4, mark: "To Do (updated '2026-01-04')" })
    expect(gone?.after).toEqual([
      { key: 'TRAM-1', source: 'stated', at: { file: file.board, line: 15, column: 5 } },
      { key: 'TRAM-2.01', source: 'stated', at: { file: file.gone, line: 10, column: 5 } },
    ])
    expect(gone?.brief).toContain(
      'Part of TRAM-2: Board: show the next tram\n## Description\n\nShow when the next tram',
    )
    expect(gone?.brief).toContain('- https://city.example/feed (the part about delays, which is longer than it looks)')
    const delays = await stepOf(tram, 'TRAM-2.01')
    expect(delays).toMatchObject({
      exitCriteria: ['A late tram shows its minutes', 'A tram on time shows none', 'npm test passes'],
    })
    expect(delays?.writes).toEqual(['src/board/delay.ts'])
    expect(delays?.brief).not.toMatch(/<!--|-->/)
  })

  it('runs nothing that a configuration names', async () => {
    expect(JSON.stringify(await backlog.read(tram, path))).not.toContain('pwned')
  })

  it('says what is odd', async () => {
    const open = 'status: To Do'
    expect(await notesOf(task('X-1', open), task('X-01', open))).toEqual(['error duplicate x-1 - x.md:2'])
    expect(
      await notesOf(task('X-1', open, 'dependencies:', '  - X-2'), task('X-2', open, 'dependencies: [X-1]')),
    ).toEqual(['error cycle x-1 - x.md:6'])
    expect(await notesOf(task('X-1', open, 'dependencies:', '  - X-9', '  - task-1'))).toEqual([
      'warning dangling x-1 - x.md:6',
      'warning old-prefix x-1 - x.md:7',
      'error cycle x-1 - x.md:7',
    ])
    expect(await notesOf(task('X-1', 'status: Somewhere', 'priority: soon'))).toEqual([
      'warning odd-status x-1 - x.md:4',
      'warning odd-priority x-1 - x.md:5',
    ])
    const away = { 'backlog/archive/tasks/x-3 - x.md': '', 'backlog/drafts/draft-1 - x.md': '' }
    expect(await notesOf(task('X-1', open, 'dependencies: [X-3, draft-1]'), away)).toEqual([
      'warning dangling x-1 - x.md:5',
      'warning dangling x-1 - x.md:5',
    ])
    expect(await notesOf(task('X-1', open), { 'backlog/tasks/x-2 - x.md': 'no top\n' })).toEqual([
      'error no-id x-2 - x.md:1',
    ])
    expect(await notesOf(task('X-1', open, 'labels: {'))).toContain('error yaml x-1 - x.md:6')
    expect(await notesOf(task('X-1', open), task('X-1.1', 'status: Done', 'parent_task_id: X-1'))).toEqual([
      'warning ticked-under-open x-1 - x.md:2',
    ])
    expect(await notesOf(task('X-1', 'status: >-', '  To Do'))).toEqual(['warning odd-status x-1 - x.md:4'])
  })

  it('takes names without quotes, as the tool does, however the rest is written', async () => {
    const top = ['status: To Do', 'assignee: [@ada, @bo]', 'labels: ["a\\u0020b"]']
    const [step] = (await itemOf(filesOf(task('X-1', ...top)))).steps
    expect(step).toMatchObject({ owner: 'ada', labels: ['a b'] })
  })

  it('orders as the board does: by ordinal, then by number', async () => {
    const open = 'status: To Do'
    const files = filesOf({
      ...task('X-10', open),
      ...task('X-9', open),
      ...task('X-30', open, 'ordinal: 2000'),
      ...task('X-31', open, 'ordinal: 1000.5'),
    })
    expect((await itemOf(files)).steps.map(({ key }) => key)).toEqual(['X-31', 'X-30', 'X-9', 'X-10'])
  })
})

describe('writing', () => {
  it('sets the last status and the date as the tool does, and leaves the criteria to whoever checks them', async () => {
    const after = await written(tram, { kind: 'tick', key: 'TRAM-2.01', stamp })
    expect(await added(tram, after, file.delays)).toEqual(['status: Done', "updated_date: '2026-03-04 06:06'"])
    const lines = (await textOf(after, file.delays)).split('\n')
    expect(lines[6]).toBe("updated_date: '2026-03-04 06:06'")
    expect(lines).toContain('- [ ] #1 A late tram shows its minutes')
    expect(await backlog.write(after, path, [{ kind: 'tick', key: 'TRAM-2.01', stamp }])).toEqual([])
  })

  it('keeps quotes, blanks and remarks, and quotes what needs it', async () => {
    const config = { 'backlog/config.yml': 'project_name: "X"\nstatuses: ["To Do", "Done: yes"]\n' }
    const ticked = async (status: string): Promise<string> => {
      const files = filesOf({ ...config, ...task('X-1', status) })
      const after = await written(files, { kind: 'tick', key: 'X-1' })
      const [step] = (await itemOf(files)).steps
      const back = await written(after, { kind: 'untick', key: 'X-1', to: step?.mark ?? '' })
      expect(await textOf(back, 'backlog/tasks/x-1 - x.md')).toBe(await textOf(files, 'backlog/tasks/x-1 - x.md'))
      return (await textOf(after, 'backlog/tasks/x-1 - x.md')).split('\n')[3] ?? ''
    }
    expect(await ticked('status: To Do')).toBe("status: 'Done: yes'")
    expect(await ticked("status:   'To Do'  ")).toBe("status:   'Done: yes'  ")
    expect(await ticked('status: "To Do" # soon')).toBe('status: "Done: yes" # soon')
    expect(await ticked('status: To Do # soon')).toBe("status: 'Done: yes' # soon")
    expect(await ticked('labels: []')).toBe("status: 'Done: yes'")
  })

  it('closes the parent with its last part, wherever that lies, and opens it again', async () => {
    const one = await written(tram, { kind: 'tick', key: 'TRAM-2.01', upward: true, stamp })
    expect(await textOf(one, file.board)).toContain('status: In Progress')
    const both = await written(one, { kind: 'tick', key: 'TRAM-2.02', upward: true, stamp })
    expect(await textOf(both, file.board)).toContain('status: Done')
    const opened = await written(both, { kind: 'untick', key: 'TRAM-2.01', upward: true, stamp })
    expect(await textOf(opened, file.board)).toContain('status: To Do')
    expect(await textOf(opened, file.delays)).toContain('status: To Do')
    const elsewhere = filesWith(tram, [
      { path: 'backlog/tasks/tram-50 - x.md', bytes: Buffer.from('---\nid: TRAM-50\nparent_task_id: tram-2\n---\n') },
    ])
    const left = await written(
      elsewhere,
      ...['TRAM-2.01', 'TRAM-2.02'].map((key) => ({ kind: 'tick', key, upward: true }) as const),
    )
    expect(await textOf(left, file.board)).toContain('status: In Progress')
  })

  it('ends where parents are said in a circle', async () => {
    const files = filesOf({
      ...task('X-1', 'status: To Do', 'parent_task_id: X-2'),
      ...task('X-2', 'status: To Do', 'parent_task_id: X-1'),
    })
    await written(files, { kind: 'tick', key: 'X-1', upward: true }, { kind: 'untick', key: 'X-1', upward: true })
    expect(await backlog.write(files, path, [{ kind: 'untick', key: 'X-1', upward: true }])).toEqual([])
  })

  it('says a status where there is a column for it, and nothing where there is none', async () => {
    const review = await written(tram, { kind: 'status', key: 'TRAM-2.01', status: 'review', stamp })
    expect(await textOf(review, file.delays)).toContain('status: In Review')
    expect(await stepOf(review, 'TRAM-2.01')).toMatchObject({ status: 'review', ticked: false })
    expect(await backlog.write(tram, path, [{ kind: 'status', key: 'TRAM-2.01', status: 'cancelled', stamp }])).toEqual(
      [],
    )
    expect(await backlog.write(tram, path, [{ kind: 'status', key: 'TRAM-10', status: 'blocked', stamp }])).toEqual([])
  })

  it('appends notes inside the marks, in a section as it is, or in one of its own where the tool makes it', async () => {
    const note = (key: string, text: string): PlanChange => ({ kind: 'note', key, text, stamp })
    const after = await written(
      tram,
      note('TRAM-2.01', 'Minutes now.\n## x <!-- SECTION:NOTES:END -->'),
      note('TRAM-2.02', 'Hm.'),
    )
    expect(await textOf(after, file.delays)).toContain(
      [
        'The feed says seconds.',
        '',
        '2026-03-04 06:06 (codex): Minutes now. ## x &lt;!-- SECTION:NOTES:END -->',
        '<!-- SECTION:NOTES:END -->',
        '',
      ].join('\n'),
    )
    expect(await textOf(after, file.gone)).toContain(
      [
        'Strike out what does not come.',
        '',
        '## Implementation Notes',
        '',
        '<!-- SECTION:NOTES:BEGIN -->',
        '2026-03-04 06:06 (codex): Hm.',
        '<!-- SECTION:NOTES:END -->',
        '',
        '## Final Summary',
      ].join('\n'),
    )
    expect(await textOf(after, file.gone)).toContain("updated_date: '2026-03-04 06:06'")
    expect(await backlog.write(after, path, [note('TRAM-2.02', 'Hm.')])).toEqual([])
    const again = await textOf(await written(after, note('TRAM-2.02', 'Ha.')), file.gone)
    expect(again).toContain('(codex): Hm.\n\n2026-03-04 06:06 (codex): Ha.\n<!-- SECTION:NOTES:END -->')
  })

  it('notes what blocks, and moves the task where there is a column for it', async () => {
    const after = await written(tram, { kind: 'block', key: 'TRAM-2.01', text: 'The feed is down.', stamp })
    expect(await textOf(after, file.delays)).toContain('(codex): Blocked: The feed is down.\n')
    expect(await stepOf(after, 'TRAM-2.01')).toMatchObject({ status: 'blocked' })
  })

  it('leaves what is completed where it is', async () => {
    expect(await backlog.write(tram, path, [{ kind: 'untick', key: 'TRAM-1', stamp }])).toEqual([])
  })

  it('reads no more files than it must', async () => {
    const many = Object.assign({}, ...Array.from({ length: 500 }, (_, at) => task(`X-${at + 1}`, 'status: To Do')))
    const all = filesOf({ 'backlog/config.yml': 'project_name: X\n', ...many })
    let reads = 0
    const read = (name: string): Promise<Uint8Array | null> => {
      reads += 1
      return all.read(name)
    }
    const files: Files = { list: all.list, read }
    expect(await backlog.write(files, path, [{ kind: 'tick', key: 'X-77', upward: true, stamp }])).toHaveLength(1)
    expect(reads).toBeLessThanOrEqual(3)
  })
})

it('is quick with the worst of lines', async () => {
  const long = 1_000_000
  const worst = [
    `---\nid: X-1\ntitle: ${"'".repeat(90_000)}\n---\n`,
    `---\nid: X-1\n${'a'.repeat(90_000)}\n---\n`,
    `---\nid: X-1\nlabels: [${"','".repeat(30_000)}]\n---\n`,
    `---\nid: X-1\nstatus: ${' #'.repeat(40_000)}\n---\n`,
    `---\nid: X-1\n${'- '.repeat(40_000)}\n---\n`,
    `---\nid: X-1\nassignee: ${'@a,'.repeat(30_000)}\nlabels: {\n---\n`,
    `---\nid: X-1\n---\n${'<!--'.repeat(long / 4)}`,
    `---\nid: X-1\n---\n${'## Implementation Notes\n'.repeat(long / 24)}`,
    `---\nid: X-1\n---\n## Implementation Notes${' '.repeat(long)}`,
    `---\nid: X-1\n---\n${'\n'.repeat(long)}`,
    `---\n${'\n'.repeat(long)}`,
    `---\nid: ${'0'.repeat(90_000)}1\n---\n`,
  ]
  for (const text of worst) {
    const files = filesOf({ 'backlog/tasks/x-1 - a.md': text, 'backlog/config.yml': text })
    const began = performance.now()
    await backlog.detect(files, path)
    await backlog.read(files, path)
    await backlog.write(files, path, [
      { kind: 'tick', key: 'X-1', upward: true, stamp },
      { kind: 'block', key: 'X-1', text, stamp },
    ])
    expect(performance.now() - began, JSON.stringify(text.slice(0, 60))).toBeLessThan(4000)
  }
})
