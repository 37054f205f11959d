// What beads calls ready is what may begin here; closing writes one line, and reopening gives it back.
import { describe, expect, it } from 'vitest'
import { beside, exported, table } from '../../../tests/fixtures/plans/beads.ts'
import { filesOf, filesWith } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import { beads } from './format.ts'

const home = '.beads/issues.jsonl'
const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'baton' }
const filesFor = (text: string): ReturnType<typeof filesOf> => filesOf({ [home]: text })
const tables = filesOf({
  'export/issues.jsonl': table,
  'export/dependencies.jsonl': beside.dependencies,
  'export/labels.jsonl': beside.labels,
  'export/comments.jsonl': beside.comments,
})

const look = async (files: ReturnType<typeof filesOf>, path: string) => {
  const read = await beads.read(files, path)
  const steps = read.items.flatMap((item) => item.steps)
  const edges = Object.fromEntries(steps.map(({ key, after }) => [key, after.map((edge) => edge.key)]))
  return { ...read, steps, edges, said: read.notes.map(({ kind, line, text }) => `${line} ${kind} ${text}`) }
}
const write = async (text: string, changes: readonly PlanChange[]): Promise<string> => {
  const [written] = await beads.write(filesFor(text), home, changes)
  return written === undefined ? text : Buffer.from(written.bytes).toString()
}
const rows = (text: string): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const row = (text: string, id: string): Record<string, unknown> | undefined => rows(text).find((one) => one.id === id)
const issue = (id: string, more: object = {}): string =>
  JSON.stringify({
    id,
    title: `Issue ${id}`,
    status: 'open',
    priority: 2,
    issue_type: 'task',
    created_at: 'c',
    updated_at: 'u',
    ...more,
  })
const needs = (...ids: string[]): object => ({
  dependencies: ids.map((depends_on_id) => ({ issue_id: 'x', depends_on_id, type: 'blocks' })),
})
const within = (id: string, type = 'parent-child'): object => ({
  dependencies: [{ issue_id: 'x', depends_on_id: id, type }],
})

describe('detect', () => {
  it('finds the file from the project, the folder, and an export of any name', async () => {
    for (const path of ['', '.beads', '.beads/', home]) {
      expect(await beads.detect(filesFor(exported), path)).toMatchObject({
        sure: 0.95,
        why: expect.stringContaining(home),
      })
    }
    expect(await beads.detect(filesOf({ 'out/all.jsonl': exported }), 'out/all.jsonl')).toMatchObject({ sure: 0.95 })
    expect(await beads.detect(tables, 'export')).toMatchObject({ sure: 0.95 })
  })

  it('is not taken in by other lines of JSON', async () => {
    for (const text of ['', '{}\n', '{"id":"a","title":"b"}\n', '{"role":"user","content":"\\"id\\": \\"x\\""}\n']) {
      expect(await beads.detect(filesOf({ 'a.jsonl': text }), 'a.jsonl')).toBeUndefined()
    }
  })
})

describe('read', () => {
  it('gives open issues as steps, epics as groups, and what is closed in an epic as done', async () => {
    const { items, steps, edges, said } = await look(filesFor(exported), '.beads')
    expect(items.map(({ id, policy }) => [id, policy])).toEqual([['beads', 'graph']])
    expect(items[0]?.groups).toMatchObject([{ key: 'bd-e1', title: 'Lend books', ticked: false }])
    expect(steps.map(({ key, ticked, status, priority, parent }) => [key, ticked, status, priority, parent])).toEqual([
      ['bd-e1.1', true, undefined, 3, 'bd-e1'],
      ['bd-e1.2', false, 'doing', 1, 'bd-e1'],
      ['bd-7', false, 'blocked', 5, undefined],
    ])
    expect(edges).toEqual({ 'bd-e1.1': [], 'bd-e1.2': ['bd-e1.1'], 'bd-7': ['bd-e1.1', 'bd-e1.2'] })
    expect(said).toEqual([
      '1 left-out 1 closed issues are left out: nothing open waits for them, and no open epic holds them.',
      '1 left-out Records that are no work are left out: 1 deleted, 1 no issue.',
      '4 dangling bd-7 waits for ext-1, which is not in this plan, so it holds nothing back.',
    ])
  })

  it('tells the agent everything', async () => {
    const { steps } = await look(filesFor(exported), home)
    expect(steps[1]).toMatchObject({
      exitCriteria: ['nobody has two copies', 'the list says since when'],
      labels: ['feature', 'shelf'],
      owner: 'ines',
      estimateMs: 5_400_000,
    })
    expect(steps[1]?.brief).toBe(
      [
        'Remember who has what',
        'A book is with one person at most.',
        '## Design',
        'One table.',
        '## Acceptance criteria',
        '- [ ] nobody has two copies\n- [ ] the list says since when',
        '## Notes',
        'Ask Ines.',
        '## See also',
        '- bd-9 (related)',
        '## Comments',
        'ines:',
        'Since when is a date.',
        'Part of bd-e1: Lend books\nLend books',
        'To neighbours.',
      ].join('\n\n'),
    )
  })

  it('reads dependencies, labels and comments that lie beside it', async () => {
    const { files, tickFile, steps, edges, said, items } = await look(tables, 'export')
    expect(tickFile).toBe('export/issues.jsonl')
    expect(files).toEqual(['issues', 'dependencies', 'labels', 'comments'].map((name) => `export/${name}.jsonl`))
    expect(items[0]?.id).toBe('beads-export')
    expect(edges).toEqual({ 'gt-a1': ['gt-b2'], 'gt-b2': ['gt-d4'], 'gt-d4': [], 'gt--': [] })
    expect(steps[0]?.after[0]?.at).toEqual({ file: 'export/dependencies.jsonl', line: 2, column: 1 })
    expect(steps[0]?.labels).toEqual(['house'])
    expect(steps[1]).toMatchObject({ status: 'doing', ticked: false, place: { line: 3 } })
    expect(steps[1]?.brief).toContain('jo:\n\nIt squeaks.')
    expect(said.map((one) => one.slice(0, 24))).toEqual([
      '1 left-out Records that ',
      '5 odd-priority gt-d4 has',
      '6 odd-id The id "gt-é" i',
    ])
  })

  it('says where an edge of an open issue stands in its line', async () => {
    const text = `${issue('a')}\n${issue('b', needs('a', 'gone'))}\n`
    const { steps, notes } = await look(filesFor(text), home)
    const line = text.split('\n')[1] ?? ''
    expect(steps[1]?.after[0]?.at).toEqual({
      file: home,
      line: 2,
      column: line.indexOf('{"issue_id":"x","depends_on_id":"a"') + 1,
    })
    expect(notes).toMatchObject([
      { kind: 'dangling', line: 2, column: line.indexOf('{"issue_id":"x","depends_on_id":"gone"') + 1 },
    ])
  })

  it('leaves closed issues out, except for those that open ones wait for or stand beside', async () => {
    const done = { status: 'closed', closed_at: 'u' }
    const text = [
      issue('e', { ...done, issue_type: 'epic' }),
      issue('e1', { ...within('e') }),
      issue('e2', { ...done, ...within('e') }),
      issue('f', { ...done, issue_type: 'epic' }),
      issue('f1', { ...done, ...within('f') }),
      issue('g', needs('h')),
      issue('h', { ...done, ...needs('i') }),
      issue('i', done),
    ].join('\n')
    const { steps, edges, notes } = await look(filesFor(text), home)
    expect(steps.map(({ key, ticked }) => [key, ticked])).toEqual([
      ['e1', false],
      ['e2', true],
      ['g', false],
      ['h', true],
    ])
    expect(edges).toEqual({ e1: [], e2: [], g: ['h'], h: [] })
    expect(notes.map(({ kind }) => kind)).toEqual(['left-out', 'open-under-ticked'])
    expect(notes[0]?.text).toContain('3 closed issues')
  })

  it('keeps what Baton has closed, so that a plan does not lose its steps as they land', async () => {
    const text = `${issue('a')}\n${issue('b', needs('a'))}\n${issue('c', { status: 'closed', closed_at: 'u' })}\n`
    const landed = await write(text, [
      { kind: 'tick', key: 'a', stamp },
      { kind: 'tick', key: 'b', stamp },
    ])
    const { steps, edges } = await look(filesFor(landed), home)
    expect(steps.map(({ key, ticked }) => [key, ticked])).toEqual([
      ['a', true],
      ['b', true],
    ])
    expect(edges).toEqual({ a: [], b: ['a'] })
  })

  it('leaves out what nobody works on, and holds gates and what is only for failures', async () => {
    const text = [
      issue('agent', { issue_type: 'agent' }),
      issue('wisp', { ephemeral: 1 }),
      issue('plate', { is_template: true }),
      issue('pin', { status: 'pinned' }),
      issue('gate', { issue_type: 'gate', await_type: 'gh:pr', await_id: '12' }),
      issue('after', needs('gate', 'agent')),
      issue('else', within('after', 'conditional-blocks')),
      issue('later', { defer_until: '2027-01-01T00:00:00Z' }),
      issue('odd', { status: 'simmering' }),
      issue('hollow', { issue_type: 'epic' }),
    ].join('\n')
    const { steps, notes } = await look(filesFor(text), home)
    expect(steps.map(({ key, status }) => [key, status])).toEqual([
      ['gate', 'blocked'],
      ['after', undefined],
      ['else', 'deferred'],
      ['later', undefined],
      ['odd', undefined],
      ['hollow', undefined],
    ])
    expect(notes.map(({ kind }) => kind)).toEqual([
      'left-out',
      'dangling',
      'conditional',
      'defer-until',
      'odd-status',
      'empty-epic',
    ])
    expect(notes[0]?.text).toContain('1 agent, 1 ephemeral, 1 template, 1 pinned')
  })

  it('bounds what it says of edges that lead out of the file', async () => {
    const text = Array.from({ length: 300 }, (_, at) => issue(`a${at}`, needs(`x${at}`))).join('\n')
    const { notes } = await look(filesFor(text), home)
    expect(notes).toHaveLength(11)
    expect(notes.some((note) => note.text.startsWith('290 more dependencies'))).toBe(true)
  })

  it('says which line is no record, and reads the others', async () => {
    const text = `${issue('a')}\n<<<<<<< ours\n{"id":"b",}\n[1]\n${issue('a')}\n{"title":"no id"}\n`
    const { notes } = await look(filesFor(text), home)
    expect(notes.map(({ line, kind, level }) => [line, kind, level])).toEqual([
      [2, 'conflict', 'error'],
      [3, 'syntax', 'error'],
      [4, 'shape', 'error'],
      [5, 'duplicate', 'error'],
      [6, 'no-id', 'error'],
    ])
    expect((await look(filesFor(''), home)).notes).toMatchObject([{ kind: 'empty', level: 'error' }])
    const cycle = await look(filesFor(`${issue('a', needs('b'))}\n${issue('b', needs('a'))}`), home)
    expect(cycle.notes).toMatchObject([{ kind: 'cycle', level: 'error' }])
  })
})

describe('write', () => {
  const closedBy = { closed_at: stamp.at, close_reason: 'Landed by baton in 0123456789ab' }

  it('closes an issue in its own line, with when and why, and keeps the order of its keys', async () => {
    const text = await write(exported, [{ kind: 'tick', key: 'bd-7', stamp, commit: '0123456789abcdef' }])
    const before = exported.split('\n')
    for (const [at, line] of text.split('\n').entries()) if (at !== 3) expect(line).toBe(before[at])
    expect(row(text, 'bd-7')).toEqual({ ...row(exported, 'bd-7'), status: 'closed', updated_at: stamp.at, ...closedBy })
    expect(Object.keys(row(text, 'bd-7') ?? {})).toEqual([
      ...Object.keys(row(exported, 'bd-7') ?? {}),
      'closed_at',
      'close_reason',
    ])
  })

  it('gives the first bytes back, whatever stood there', async () => {
    for (const [text, path, files] of [
      [exported, home, filesFor(exported)],
      [table, 'export/issues.jsonl', tables],
    ] as const) {
      const { steps } = await look(files, path)
      for (const { key, mark = '', ticked } of steps) {
        if (ticked) continue
        const after = filesWith(files, await beads.write(files, path, [{ kind: 'tick', key, stamp }]))
        expect((await look(after, path)).steps.every((one) => one.key !== key || one.ticked)).toBe(true)
        const again = filesWith(after, await beads.write(after, path, [{ kind: 'untick', key, to: mark }]))
        expect(Buffer.from((await again.read(path)) ?? []).toString()).toBe(text)
      }
    }
  })

  it('closes an epic with its last open issue, and opens it again', async () => {
    const all = await write(exported, [{ kind: 'tick', key: 'bd-e1.2', upward: true, stamp }])
    expect(row(all, 'bd-e1')).toMatchObject({ status: 'closed', close_reason: 'Everything in it has landed' })
    const open = await write(all, [{ kind: 'untick', key: 'bd-e1.2', upward: true, stamp }])
    expect(row(open, 'bd-e1')).toMatchObject({ status: 'open', close_reason: '' })
    expect(row(open, 'bd-e1')).not.toHaveProperty('closed_at')
    const two = `${issue('e')}\n${issue('a', within('e'))}\n${issue('b', within('e'))}\n`
    const half = await write(two, [{ kind: 'tick', key: 'a', upward: true, stamp }])
    expect(row(half, 'e')?.status).toBe('open')
    expect(
      rows(await write(half, [{ kind: 'tick', key: 'b', upward: true, stamp }])).every(
        ({ status }) => status === 'closed',
      ),
    ).toBe(true)
    expect(
      rows(
        await write(two, [
          { kind: 'tick', key: 'a', stamp },
          { kind: 'tick', key: 'b', upward: true, stamp },
        ]),
      ).map(({ status }) => status),
    ).toEqual(['closed', 'closed', 'closed'])
  })

  it('knows epics from the file beside it as well', async () => {
    const link = (part: string): string => JSON.stringify({ issue_id: part, depends_on_id: 'e', type: 'parent-child' })
    const files = filesOf({
      'issues.jsonl': `${issue('e')}\n${issue('a')}\n${issue('b')}\n`,
      'dependencies.jsonl': `${link('a')}\n${link('b')}\n`,
    })
    const after = filesWith(
      files,
      await beads.write(files, 'issues.jsonl', [{ kind: 'tick', key: 'a', upward: true, stamp }]),
    )
    const last = await beads.write(after, 'issues.jsonl', [{ kind: 'tick', key: 'b', upward: true, stamp }])
    expect(rows(Buffer.from((await after.read('issues.jsonl')) ?? []).toString()).map(({ status }) => status)).toEqual([
      'open',
      'closed',
      'open',
    ])
    expect(rows(Buffer.from(last[0]?.bytes ?? []).toString()).map(({ status }) => status)).toEqual([
      'closed',
      'closed',
      'closed',
    ])
  })

  it('writes states and notes in words that beads takes', async () => {
    const said = []
    for (const status of ['doing', 'review', 'blocked', 'deferred', 'done', 'cancelled'] as const) {
      const { status: word, close_reason } =
        row(await write(issue('a'), [{ kind: 'status', key: 'a', status, stamp }]), 'a') ?? {}
      said.push([word, close_reason])
    }
    expect(said).toEqual([
      ['in_progress', undefined],
      ['in_progress', undefined],
      ['blocked', undefined],
      ['deferred', undefined],
      ['closed', 'Landed by baton'],
      ['closed', 'Cancelled by baton'],
    ])
    const noted = row(
      await write(exported, [{ kind: 'note', key: 'bd-e1.2', text: 'She said yes.', stamp }]),
      'bd-e1.2',
    )
    expect(noted).toMatchObject({
      notes: 'Ask Ines.\n[2026-03-04T05:06:07.000Z baton] She said yes.',
      updated_at: stamp.at,
    })
    const held = row(await write(issue('a'), [{ kind: 'block', key: 'a', text: 'no key', stamp }]), 'a')
    expect(held).toMatchObject({ status: 'blocked', notes: '[2026-03-04T05:06:07.000Z baton] Blocked: no key' })
  })

  it('keeps what somebody else wrote since, and every byte that is no UTF-8', async () => {
    const { steps } = await look(filesFor(issue('a')), home)
    const ticked = await write(issue('a'), [{ kind: 'tick', key: 'a', stamp }])
    const touched = ticked.replace(`"updated_at":"${stamp.at}"`, '"updated_at":"2026-04-01T00:00:00Z"')
    expect(row(await write(touched, [{ kind: 'untick', key: 'a', to: steps[0]?.mark ?? '' }]), 'a')?.updated_at).toBe(
      '2026-04-01T00:00:00Z',
    )
    const bytes = Buffer.concat([
      Buffer.from(issue('a').slice(0, -1)),
      Buffer.from(',"notes":"'),
      Buffer.from([0xff]),
      Buffer.from('"}\r\n\r\n'),
    ])
    const [written] = await beads.write(filesOf({ [home]: bytes }), home, [
      { kind: 'status', key: 'a', status: 'doing', stamp },
    ])
    expect(Buffer.from(written?.bytes ?? []).toString('latin1')).toBe(
      bytes.toString('latin1').replace('"open"', '"in_progress"').replace('"u"', `"${stamp.at}"`),
    )
  })
})

describe('a hostile file', () => {
  it('takes no longer than a kind one', async () => {
    const texts = [
      Array.from({ length: 5000 }, (_, at) => issue(`a${at}`, needs(`a${at + 1}`))).join('\n'),
      Array.from({ length: 1000 }, (_, at) => issue(`a${at}`, within(`a${at + 1}`))).join('\n'),
      `${'[\n'.repeat(300_000)}`,
      `{"id":"${'x'.repeat(1_000_000)}","title":"${'"'.repeat(10)}`,
      issue('a', { acceptance_criteria: '- \n'.repeat(200_000), design: '#'.repeat(500_000) }),
    ]
    for (const text of texts) {
      const began = performance.now()
      expect((await look(filesFor(text), home)).notes.length).toBeLessThan(310)
      await beads.write(filesFor(text), home, [{ kind: 'tick', key: 'a1', upward: true, stamp }])
      expect(performance.now() - began).toBeLessThan(4000)
    }
  })
})
