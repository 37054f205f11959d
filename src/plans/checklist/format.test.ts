// Reads and ticks any Markdown list of boxes: what becomes a step, what it is called, and what it waits for.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filesIn, filesOf, filesWith } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { planFormats } from '../index.ts'
import { checklist } from './format.ts'

const path = 'TODO.md'
const readText = (text: string | Uint8Array): Promise<PlanRead> => checklist.read(filesOf({ [path]: text }), path)
const stepsOf = async (text: string): Promise<readonly StepSpec[]> => (await readText(text)).items[0]?.steps ?? []
const keysOf = async (text: string): Promise<string[]> => (await stepsOf(text)).map(({ key }) => key)
const kinds = (read: PlanRead): string[] => read.notes.map(({ line, column, kind }) => `${line}:${column} ${kind}`)

async function waitsOf(text: string): Promise<Record<string, string>> {
  const steps = await stepsOf(text)
  return Object.fromEntries(
    steps.map(({ key, after }) => [key, after.map((edge) => edge.key + edge.source[0]).join(' ')]),
  )
}

async function written(text: string, ...changes: PlanChange[]): Promise<string> {
  const [file] = await checklist.write(filesOf({ [path]: text }), path, changes)
  return Buffer.from(file?.bytes ?? text).toString()
}

const tick = (key: string, upward = false): PlanChange => ({ kind: 'tick', key, upward })

describe('a list', () => {
  it('gives steps with everything that is said of them', async () => {
    const read = await checklist.read(filesIn('checklist'), 'launch.md')
    expect(read.notes).toEqual([])
    const { steps = [], groups, ...item } = read.items[0] ?? { steps: [] }
    expect(item).toMatchObject({ id: 'launch', title: 'Launch of the shop', policy: 'graph', workflow: 'direct@1' })
    expect(groups?.map(({ key, ticked }) => [key, ticked])).toEqual([
      ['mails-to-customers', false],
      ['catalogue', false],
    ])
    expect(steps.find(({ key }) => key === 'ACC-2')).toMatchObject({
      title: 'Sign in and out, see src/accounts/session.ts',
      group: 'Accounts',
      owner: 'mia',
      priority: 2,
      writes: ['src/accounts/session.ts'],
      after: [{ key: 'ACC-1', source: 'stated', at: { file: 'launch.md', line: 8, column: 77 } }],
      exitCriteria: ['a wrong password says nothing about the name', 'three wrong ones lock the account for a minute'],
      place: { file: 'launch.md', line: 8, column: 7 },
    })
    expect(
      steps
        .find(({ key }) => key === 'ACC-2')
        ?.brief.split('\n')
        .slice(0, 4),
    ).toEqual([
      '**ACC-2**: Sign in and out, see `src/accounts/session.ts` (depends on ACC-1) @mia !high',
      'Sessions end after a day.',
      '',
      '- keep the cookie out of reach of scripts',
    ])
    expect(steps.find(({ key }) => key === 'ACC-1')).toMatchObject({ ticked: true, labels: ['db'], priority: 1 })
    expect(steps.find(({ title }) => title === 'Newsletter')).toMatchObject({ status: 'cancelled', mark: ' ' })
    expect(steps.filter(({ group }) => group === 'Shop / Later').map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
      'doing',
    ])
  })

  it('keeps what stands in fences, quotes, comments and front matter out', async () => {
    const text =
      '---\nx:\n- [ ] a\n---\n> - [ ] b\n```\n- [ ] c\n```\n<!--\n- [ ] d\n-->\n- [ ] e <!-- [ ] f -->\n    ~~~\n    - [ ] g\n    ~~~\n'
    expect((await stepsOf(text)).map(({ title }) => title)).toEqual(['e'])
  })

  it('nests by indentation, and a text at the margin ends it', async () => {
    const text = '- [ ] a\n\t- [ ] b\n      1. [ ] c\n  - [ ] d\n- [ ] e\n\nmargin\n\n  - [ ] f\n'
    const read = await readText(text)
    expect(read.items[0]?.groups?.map(({ key, parent }) => [key, parent])).toEqual([
      ['a', undefined],
      ['b', 'a'],
    ])
    expect(read.items[0]?.steps.map(({ key, parent }) => [key, parent])).toEqual([
      ['c', 'b'],
      ['d', 'a'],
      ['e', undefined],
      ['f', undefined],
    ])
  })

  it('takes a line without a blank before it as more of the words, and knows three kinds of line ends', async () => {
    const steps = await stepsOf('- [ ] a\r  - [ ] b\r\nmore of b\n\nnothing\r\n- [ ] c')
    expect(steps.map(({ key, brief, place }) => [key, brief.split('\n').slice(0, 2), place?.line])).toEqual([
      ['b', ['b', 'more of b'], 2],
      ['c', ['c'], 6],
    ])
  })

  it('says what only looks like a box', async () => {
    const read = await readText('- [ ] a\n- [] b\n- [ x] c\n- [ ]d\n-[ ] e\n- [ ]\n- [?] f\n- [a] g\n- [x](b) h\n')
    expect(kinds(read)).toEqual([
      '2:3 odd-box',
      '3:3 odd-box',
      '4:3 odd-box',
      '5:2 odd-box',
      '6:4 empty-box',
      '7:4 odd-mark',
    ])
    expect(read.items[0]?.steps.map(({ key }) => key)).toEqual(['a', 'f'])
  })

  it('says when a fence swallows the rest', async () => {
    expect((await readText('- [ ] a\n```\n- [ ] b\n')).notes).toMatchObject([
      { kind: 'open-end', level: 'error', line: 2 },
    ])
  })
})

describe('keys', () => {
  it.each([
    ['**AUTH-1**: Log in', 'AUTH-1'],
    ['AUTH-1 Log in', 'AUTH-1'],
    ['**S1.1 – Log in**', 'S1.1'],
    ['1.2 Log in', '1.2'],
    ['2. Log in', '2'],
    ['`log-in`: add it', 'log-in'],
    ['log-in: add it', 'log-in'],
    ['#12 Log in', '12'],
    ['[P] AUTH-1: Log in', 'AUTH-1'],
    ['P1: Log in', 'p1-log-in'],
    ['Note: log in', 'note-log-in'],
    ['2024-05-06: log in', '2024-05-06-log-in'],
    ['session.ts: log in', 'session-ts-log-in'],
    ['Log in (depends on nothing) @eve #auth !high', 'log-in'],
    ['[Log in](https://example.org/1)', 'log-in'],
    ['__proto__', 'proto'],
  ])('%s', async (words, key) => {
    expect(await keysOf(`- [ ] ${words}\n`)).toEqual([key])
  })

  it('stay when a line is put in before them, twins in other places included', async () => {
    const before = '## A\n- [ ] Write tests\n- [ ] One\n## B\n- [ ] Write tests\n- [ ] 新しい\n- [ ] 古い\n'
    const keys = await keysOf(before)
    expect(keys.slice(0, 3)).toEqual(['a.write-tests', 'one', 'b.write-tests'])
    const after = before.replace('## B\n', '## B\n- [ ] Zero\n## C\n- [ ] Write tests\n## B\n')
    expect(await keysOf(after)).toEqual(expect.arrayContaining(keys))
    expect(new Set(await keysOf(after)).size).toBe(7)
  })

  it('number twins only where nothing else tells them apart, and begin anew with numbers that do', async () => {
    expect(await keysOf('- [ ] a\n- [ ] a\n- [ ] a\n')).toEqual(['a', 'a_2', 'a_3'])
    expect(await keysOf('## X\n- [ ] 1. a\n- [ ] 2. b\n## Y\n- [ ] 1. c\n- [ ] 2. d\n')).toEqual(['a', 'b', 'c', 'd'])
  })

  it('that surely are names must not stand twice', async () => {
    const read = await readText('- [ ] AUTH-1: a\n- [ ] AUTH-1: b\n')
    expect(read.notes).toMatchObject([{ kind: 'duplicate', level: 'error', line: 2 }])
    expect(kinds(await readText('- [ ] AUTH-1: a\n- [ ] auth-1: b\n'))).toEqual(['2:7 look-alike'])
  })
})

describe('what is said of order', () => {
  const three = '- [ ] T1 a\n- [ ] set-up: b\n- [ ] Build the shop\n- [ ] Größe prüfen\n'
  it.each([
    ['d (depends on T1)', 'T1s'],
    ['d (after T1, set-up)', 'T1s set-ups'],
    ['d, blocked by T1', 'T1s'],
    ['d after T1 and set-up', 'T1s set-ups'],
    ['d\n  - Depends on: **T1**, `set-up`', 'T1s set-ups'],
    ['d (after "Build the shop")', 'build-the-shops'],
    ['d (requires t1)', 'T1s'],
    ['d (after Größe prüfen)', 'gro-e-prufen-c779s'],
    ['d, not blocked by T1', ''],
    ['d after lunch', ''],
    ['d (depends on: none)', ''],
  ])('%s', async (words, waits) => {
    const step = (await waitsOf(`${three}- [ ] [P] D4 ${words}\n`)).D4
    expect(step).toBe(waits)
  })

  it('says what it does not find, with its place', async () => {
    const read = await readText('- [ ] a (depends on T9)\n- [ ] b blocked by T8\n- [ ] c (after lunch)\n')
    expect(kinds(read)).toEqual(['1:21 dangling', '2:20 dangling', '3:16 dangling'])
    expect(read.items[0]?.policy).toBe('document')
  })

  it('lets the order of the file hold where nothing is stated', async () => {
    expect(await waitsOf('- [ ] a\n- [ ] [P] b\n- [ ] (parallel) c\n- [ ] d (after a)\n- [ ] e\n')).toEqual({
      a: '',
      b: 'ao',
      c: 'ao',
      d: 'as',
      e: 'bo co do',
    })
    expect(await waitsOf('- [ ] a\n- [ ] b\n- [ ] g (after a)\n  - [ ] c\n  - [ ] d\n- [ ] e\n')).toEqual({
      a: '',
      b: 'ao',
      c: 'as',
      d: 'as co',
      e: 'bo do',
    })
  })

  it('shows a circle', async () => {
    const read = await readText('- [ ] A-1 (after A-2)\n- [ ] A-2 (after A-1)\n')
    expect(read.notes.filter(({ level }) => level === 'error')).toMatchObject([
      { kind: 'cycle', level: 'error', text: expect.stringContaining('A-1 → A-2 → A-1') },
    ])
  })

  it('reads P0 as the most urgent only where it is used', async () => {
    const of = async (text: string) => (await stepsOf(text)).map(({ priority }) => priority)
    expect(await of('- [ ] a (P1)\n- [ ] b [P3]\n- [ ] c !low\n- [ ] d ⏫\n- [ ] e\n')).toEqual([1, 3, 4, 2, undefined])
    expect(await of('- [ ] a (P1)\n- [ ] b (P0)\n')).toEqual([2, 1])
  })
})

describe('ticking', () => {
  it('changes the one mark, in the style of the file', async () => {
    expect(await written('- [x] a\n- [ ] b  \r\n', tick('b'))).toBe('- [x] a\n- [x] b  \r\n')
    expect(await written('- [X] a\n- [ ] b\n', tick('b'))).toBe('- [X] a\n- [X] b\n')
    expect(await written('- [~] ü', { kind: 'tick', key: (await keysOf('- [~] ü'))[0] ?? '' })).toBe('- [x] ü')
  })

  it('goes upward with the last open one, and back down with an unticked one', async () => {
    const text = '- [ ] a\n  - b\n    - [x] c\n    - [ ] d\n  - [-] e\n- [ ] f\n'
    const done = '- [x] a\n  - b\n    - [x] c\n    - [x] d\n  - [-] e\n- [ ] f\n'
    expect(await written(text, tick('d', true))).toBe(done)
    expect(await written(text, tick('d'))).toBe(text.replace('[ ] d', '[x] d'))
    expect(await written(done, { kind: 'untick', key: 'd', upward: true })).toBe(text)
    expect(await written(text.replace('- [ ] f', '  - [ ] f'), tick('d', true))).toBe(
      text.replace('[ ] d', '[x] d').replace('- [ ] f', '  - [ ] f'),
    )
  })

  it('looks no further than the group itself', async () => {
    const text = '- [ ] a\n  - [ ] b\n    - [ ] c\n  - [ ] d\n    - [ ] e\n'
    expect(await written(text, tick('c', true))).toBe(text.replace('[ ] b', '[x] b').replace('[ ] c', '[x] c'))
  })

  it('puts the mark back that stood there, and no other text', async () => {
    expect(await written('- [x] a', { kind: 'untick', key: 'a', to: '~' })).toBe('- [~] a')
    expect(await written('- [x] a', { kind: 'untick', key: 'a', to: '] evil' })).toBe('- [ ] a')
    expect(await written('- [x] a', { kind: 'untick', key: 'a', to: '\n' })).toBe('- [ ] a')
  })

  it('writes other states only where the file has such marks', async () => {
    const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'x' }
    const doing: PlanChange = { kind: 'status', key: 'a', status: 'doing', stamp }
    expect(await written('- [ ] a\n', doing)).toBe('- [ ] a\n')
    expect(await written('- [ ] a\n- [/] b\n', doing)).toBe('- [/] a\n- [/] b\n')
    expect(await written('- [ ] a\n', { ...doing, status: 'done' })).toBe('- [x] a\n')
  })

  it('finds what reading found, whatever stands around it', async () => {
    const words = fc.constantFrom(
      'Write tests',
      'write  tests!',
      'Café au lait',
      'Cafe au lait',
      '追加',
      'A-1: x',
      'A-1 y',
      '1. z',
      '1.2 q',
      'a'.repeat(70),
      `${'a'.repeat(70)}b`,
      'step',
      'tests.write',
    )
    const line = fc.tuple(fc.constantFrom('', '  ', '    '), words, fc.constantFrom('- [ ] ', '* ', '## ', '- [x] '))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 14 }), async (lines) => {
        const text = lines.map(([indent, said, mark]) => `${mark === '## ' ? '' : indent}${mark}${said}\n`).join('')
        const files = filesOf({ [path]: text })
        const read = await readText(text)
        if (read.notes.some(({ level }) => level === 'error')) return
        for (const step of read.items[0]?.steps ?? []) {
          if (step.ticked) continue
          const after = filesWith(files, await checklist.write(files, path, [tick(step.key)]))
          const now = Buffer.from((await after.read(path)) ?? '')
            .toString()
            .split('\n')
          const was = text.split('\n')
          expect(now.flatMap((each, at) => (each === was[at] ? [] : [at + 1]))).toEqual([step.place?.line])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('whose it is', () => {
  const sureOf = async (file: string, text: string): Promise<number> =>
    (await checklist.detect(filesOf({ [file]: text }), file))?.sure ?? 0

  it('leaves other formats what is theirs', async () => {
    expect(await sureOf('TODO.md', '- [ ] a\n')).toBeGreaterThan(0.8)
    expect(await sureOf('TODO.md', '# None\n')).toBe(0)
    expect(await sureOf('notes.txt', '- [ ] a\n')).toBe(0)
    expect(await sureOf('specs/001-x/tasks.md', '- [ ] T001 a\n')).toBeLessThan(0.5)
    expect(await sureOf('.kiro/specs/x/tasks.md', '- [ ] 1. a\n')).toBeLessThan(0.5)
    expect(await sureOf('openspec/changes/x/tasks.md', '- [ ] 1.1 a\n')).toBeLessThan(0.5)
    expect(await sureOf('ROADMAP.md', '## Phase 1\n- [ ] a\n')).toBeLessThan(0.7)
    expect(await sureOf('plan.md', '# Roadmap\n## Phase 1\n- [ ] a\n## Phase 2\n- [ ] b\n')).toBeLessThan(0.7)
  })

  it('finds the only list of a folder, and asks for none of two', async () => {
    const at = (files: Record<string, string>) => checklist.detect(filesOf(files), 'docs')
    expect(await at({ 'docs/TODO.md': '- [ ] a\n' })).toMatchObject({ why: expect.stringContaining('docs/TODO.md') })
    expect(await at({ 'docs/TODO.md': '- [ ] a\n', 'docs/plan.md': '- [ ] b\n' })).toBeUndefined()
    expect((await checklist.read(filesOf({ 'docs/TODO.md': '- [ ] a\n' }), 'docs')).items[0]?.id).toBe('docs-TODO')
  })

  it('is one of the formats there are', () => {
    expect(planFormats).toContain(checklist)
  })
})

it.each([
  ['brackets', '- [ ] '.concat('['.repeat(60_000))],
  ['links', `- [ ] ${'[a]('.repeat(15_000)}`],
  ['waits', `- [ ] ${'(after '.repeat(9000)}`],
  ['emphasis', `- [ ] ${'*_`'.repeat(20_000)}`],
  ['boxes', '- [ '.repeat(15_000)],
  ['blanks', `- [ ] a${' '.repeat(60_000)}b`],
  ['commas', `- [ ] a depends on: ${'a, '.repeat(20_000)}`],
  ['comments', `- [ ] ${'<!-- '.repeat(12_000)}`],
  ['tags', `- [ ] a ${'@b #c '.repeat(10_000)}`],
])('reads a megabyte of %s in no time', async (_, line) => {
  const text = `${line}\n`.repeat(Math.ceil(1_048_576 / line.length))
  const began = performance.now()
  await readText(text)
  expect(performance.now() - began).toBeLessThan(2000)
  const whole = performance.now()
  await readText(line.repeat(Math.ceil(1_048_576 / line.length)))
  expect(performance.now() - whole).toBeLessThan(2000)
})
