// Reads spec-kit features: what becomes a step, what it waits for, and what is said of everything odd.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filesIn, filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanRead } from '../../core/nouns/plan.ts'
import { speckit } from './format.ts'

const path = 'specs/001-x/tasks.md'
const readText = (text: string | Uint8Array): Promise<PlanRead> => speckit.read(filesOf({ [path]: text }), path)

/** `T002: T001o` — after T001, by the order in the phase. */
function waits(read: PlanRead): Record<string, string> {
  const steps = read.items[0]?.steps ?? []
  return Object.fromEntries(
    steps.map((step) => [step.key, step.after.map(({ key, source }) => key + source[0]).join(' ')]),
  )
}

const kinds = (read: PlanRead): string[] => read.notes.map(({ line, kind }) => `${line} ${kind}`)

async function waitsOf(text: string): Promise<Record<string, string>> {
  return waits(await readText(text))
}

async function tickIn(text: string, key: string): Promise<string> {
  const [written] = await speckit.write(filesOf({ [path]: text }), path, [{ kind: 'tick', key }])
  return Buffer.from(written?.bytes ?? text).toString()
}

describe('the newest form', () => {
  it('gives the item with everything around it', async () => {
    const read = await speckit.read(filesIn('newest'), 'specs/007-photo-albums/')
    const { steps, ...item } = read.items[0] ?? { steps: [] }
    expect(item).toEqual({
      id: '007-photo-albums',
      title: 'Photo Albums',
      brief: 'Photo Albums',
      branch: '007-photo-albums',
      priority: 3,
      policy: 'graph',
      workflow: 'speckit@1',
      openChecklists: [{ file: 'specs/007-photo-albums/checklists/requirements.md', open: 1, of: 3 }],
    })
    expect(steps.map((step) => step.key)).not.toContain('T900')
    expect(steps).toHaveLength(16)
    expect(read.notes.map(({ kind }) => kind)).toEqual(['placeholder'])
    const step = steps.find(({ key }) => key === 'T014')
    expect(step).toMatchObject({
      title: 'Album service in src/services/albums.ts',
      story: 'US1',
      parallel: false,
      writes: ['src/services/albums.ts'],
    })
    expect(step?.brief.split('\n')).toEqual([
      'Album service in src/services/albums.ts (depends on T012, T013)',
      '- keep the order of photos',
      '- refuse an album without a name',
      '',
      '  ```ts',
      '  - [ ] T901 This is code and no step',
      '  ```',
    ])
    expect(steps.find(({ key }) => key === 'T004')?.title).toBe('Set up the schema in src/db/schema.ts')
  })

  it('lets stories wait for the foundation and polish for every story', async () => {
    expect(waits(await speckit.read(filesIn('newest'), 'specs/007-photo-albums'))).toEqual({
      T001: '',
      T002: 'T001o',
      T003: 'T002o',
      T004: 'T003p',
      T005: 'T004o',
      T006: 'T004o',
      T010: 'T005p T006p',
      T011: 'T005p T006p',
      T012: 'T005p T006p',
      T013: 'T005p T006p',
      T014: 'T012s T013s',
      T015: 'T010o T011o T014o',
      T016: 'T005p T006p',
      T017: 'T016o',
      T018: 'T015p T017p',
      T019: 'T018o',
    })
  })
})

describe('the form of September 2025', () => {
  it('lets each phase wait for the one before, and reads its list of dependencies', async () => {
    const read = await speckit.read(filesIn('autumn'), 'specs/003-mail-digest')
    expect(read.notes).toEqual([])
    expect(read.items[0]).toMatchObject({ policy: 'graph', branch: '003-mail-digest', title: 'Mail Digest' })
    expect(waits(read)).toEqual({
      T001: '',
      T002: 'T001o',
      T003: 'T002o',
      T004: 'T003p',
      T005: 'T003p',
      T006: 'T004s T005s',
      T007: 'T004s T005s',
      T008: 'T004s T005s T006s',
      T009: 'T004s T005s T008s',
      T010: 'T007p T008s T009p',
      T011: 'T010p',
      T012: 'T011o',
    })
  })
})

describe('where a feature lies', () => {
  const text = '# Tasks: A\n\n## Phase 1: A\n\n- [ ] T001 a in a.ts\n'
  const old = { 'memory/constitution.md': '', 'specs/001-a/tasks.md': text, 'specs/001-a/spec.md': '# A\n' }
  const chosen = '{"feature_directory":"specs/002-b"}'
  it.each([
    ['the folder of features, when it holds one', old, 'specs', 'specs/001-a'],
    ['the folder of spec-kit itself', { ...old, '.specify/memory/constitution.md': '' }, '.specify', 'specs/001-a'],
    ['features inside of it', { '.specify/specs/001-a/tasks.md': text }, '.specify', '.specify/specs/001-a'],
    [
      'the one that spec-kit works on',
      { ...old, 'specs/002-b/tasks.md': text, '.specify/feature.json': chosen },
      '.specify',
      'specs/002-b',
    ],
    ['a project below the root', { 'app/specs/001-a/tasks.md': text }, 'app/specs', 'app/specs/001-a'],
  ])('is found by %s', async (_, files, given, wanted) => {
    const there = filesOf(files)
    expect((await speckit.detect(there, given))?.sure).toBeGreaterThan(0.9)
    const read = await speckit.read(there, given)
    expect(read).toMatchObject({ source: wanted, tickFile: `${wanted}/tasks.md`, notes: [] })
    expect(await speckit.write(there, read.source, [{ kind: 'tick', key: 'T001' }])).toMatchObject([
      { path: read.tickFile },
    ])
  })

  it('is asked for when there are several, and a setting that leads nowhere changes nothing', async () => {
    const files = filesOf({
      ...old,
      'specs/003-c/tasks.md': text,
      '.specify/feature.json': '{"feature_directory":"../x"}',
    })
    const read = await speckit.read(files, 'specs')
    expect(read.notes).toMatchObject([{ kind: 'several', text: expect.stringContaining('specs/001-a, specs/003-c') }])
    expect(await speckit.write(files, 'specs', [{ kind: 'tick', key: 'T001' }])).toEqual([])
  })
})

describe('what later commands add', () => {
  it('is a phase of its own after all others: Convergence', async () => {
    const read = await readText(
      [
        '## Phase 1: Setup',
        '- [X] T001 Lay out src/a.ts',
        '## Phase 2: User Story 1 - Sell (Priority: P1)',
        '- [X] T002 [US1] Sell in src/b.ts',
        '## Phase 3: Convergence',
        '- [ ] T003 [P] Check the till in src/b.ts per FR-003 (missing)',
        '- [ ] T004 Say when it is empty in src/c.ts per US1/AC2 (partial)',
        '- [ ] T005 Take src/d.ts out per plan: storage (unrequested)',
      ].join('\n'),
    )
    expect(read.notes).toEqual([])
    expect(waits(read)).toEqual({ T001: '', T002: 'T001p', T003: 'T002p', T004: 'T003o', T005: 'T004o' })
    expect(read.items[0]?.steps.map(({ group }) => group).at(-1)).toBe('Phase 3: Convergence')
  })

  it('are look-alike hyphens, no-break spaces and dashes, which mean what they look like', async () => {
    const read = await readText(
      '## Phase 1: A\n- [ ] T001\u00a0[P] a per FR\u2011003\n- [ ] T002 b (depends on T001)\n- [ ] T003 c (after T001\u2013T002)\n',
    )
    expect(waits(read)).toEqual({ T001: '', T002: 'T001s', T003: 'T001s T002s' })
    expect(read.items[0]?.steps[0]?.parallel).toBe(true)
  })

  it('are headings of many kinds within a phase, and boxes without ids that are no steps', async () => {
    const read = await readText(
      '## Phase 2: User Story 1 - A\n**Goal**: x\n### Tests for User Story 1 (OPTIONAL) ⚠️\n- [ ] T010 [P] [US1] a in a.ts\n### Implementation for User Story 1\n- [ ] T011 [US1] b in b.ts\n**Checkpoint**: done\n\n## Validation Checklist\n- [ ] All is well\n',
    )
    expect(read.items[0]?.steps.map(({ key }) => key)).toEqual(['T010', 'T011'])
    expect(read.notes).toEqual([])
  })
})

describe("a step's line", () => {
  const keysOf = async (text: string): Promise<string[]> =>
    (await readText(text)).items[0]?.steps.map(({ key }) => key) ?? []

  it.each([
    ['- [ ] T001 plain', 'plain', false],
    ['* [x] **T001** bold', 'bold', false],
    ['+ [X] **T001**: bold and colon', 'bold and colon', false],
    ['  - [ ] T001 [P] indented', 'indented', true],
    ['1. [ ] T001 [US2] [P] numbered, story first', 'numbered, story first', true],
    ['- [ ] [T001] [P] in brackets', 'in brackets', true],
    ['- [ ] [P] T001 mark first', 'mark first', true],
    ['- [ ]\u00a0T001\u00a0[P] hard blanks', 'hard blanks', true],
    ['- [ ] `T001` — in code', 'in code', false],
    ['- [ ] T001 [P]: with a colon', 'with a colon', true],
    ['- [ ] T001 seen <!-- and unseen --> again', 'seen again', false],
    ['- [ ] T001', 'T001', false],
  ])('%s', async (line, title, parallel) => {
    const step = (await readText(`## Phase 1: A\n${line}\n`)).items[0]?.steps[0]
    expect(step).toMatchObject({ key: 'T001', title, parallel })
  })

  it('takes ids of four digits and more', async () => {
    expect(await keysOf('- [ ] T1000 a\n- [ ] T99999 b\n')).toEqual(['T1000', 'T99999'])
  })

  it('does not take what only looks like one', async () => {
    const text =
      '## Phase 1: A\n- [ ] T001 real\n- [ ] T01 short\n- [ ] no id\n- T003 no box\n- [~] T004 odd\n- [] T005 odd\n- [ ] TXXX later\n'
    const read = await readText(text)
    expect(read.items[0]?.steps).toHaveLength(1)
    expect(kinds(read)).toEqual(['3 odd-id', '4 no-id', '5 no-box', '6 odd-box', '7 odd-box', '8 placeholder'])
    expect(read.notes.filter(({ level }) => level === 'error').map(({ line }) => line)).toEqual([6, 7])
  })

  it('hides what lies in a fence or a comment, and says when one never ends', async () => {
    expect(await keysOf('- [ ] T001 a\n~~~\n- [ ] T002 b\n```\n~~~\n- [ ] T003 c\n')).toEqual(['T001', 'T003'])
    expect(await keysOf('<!--\n- [ ] T001 a\n```\n-->\n- [ ] T002 Remove `<!--` marks\n- [ ] T003 c\n')).toEqual([
      'T002',
      'T003',
    ])
    const open = await readText('- [ ] T001 a\n```\n- [ ] T002 b\n')
    expect(open.notes).toMatchObject([{ kind: 'open-end', level: 'error', line: 2 }])
  })

  it('reads CRLF, lone CR and a byte order mark, with the same lines', async () => {
    const text = '\ufeff# Tasks: A\r\n- [ ] T001 a\r- [ ] T002 b\n'
    const steps = (await readText(text)).items[0]?.steps ?? []
    expect(steps.map(({ key, place }) => [key, place?.line])).toEqual([
      ['T001', 2],
      ['T002', 3],
    ])
    expect(await tickIn(text, 'T002')).toBe(text.replace('[ ] T002', '[X] T002'))
  })

  it('finds a step in the very first line behind a byte order mark', async () => {
    const text = '\ufeff- [ ] T001 a'
    expect((await readText(text)).items[0]?.steps).toHaveLength(1)
    expect(await tickIn(text, 'T001')).toBe('\ufeff- [X] T001 a')
  })

  it('ticks in the style of the file', async () => {
    const tick = (text: string) => tickIn(text, 'T002')
    expect(await tick('- [x] T001 a\n- [ ] T002 b')).toBe('- [x] T001 a\n- [x] T002 b')
    expect(await tick('- [X] T001 a\n- [ ] T002 b')).toBe('- [X] T001 a\n- [X] T002 b')
    expect(await tick('- [ ] T002 b  \r\n\u00e9')).toBe('- [X] T002 b  \r\n\u00e9')
  })
})

describe('paths in words', () => {
  it.each([
    ['Edit `src/a.ts` and (tests/b_test.go), then docs/.', ['src/a.ts', 'tests/b_test.go', 'docs/']],
    ['In src/a.ts:12:3 and src/b.ts#L4', ['src/a.ts', 'src/b.ts']],
    ['Use Node.js and e.g. Next.js, see https://x.org/a.html', []],
    ['POST /api/users, and/or application/json, @types/node', []],
    ['Never ../up.ts, /etc/passwd.conf, .git/config, a/../b.ts', []],
    ['`src/app/[id]/page.tsx` and **src/x.rs**', ['src/app/[id]/page.tsx', 'src/x.rs']],
    [
      '`package.json`, `.eslintrc.cjs`, `Makefile` and bin/Dockerfile',
      ['package.json', '.eslintrc.cjs', 'bin/Dockerfile'],
    ],
    ['src/**/*.ts and artifacts/{a,b}/', []],
  ])('%s', async (words, paths) => {
    expect((await readText(`- [ ] T001 ${words}\n`)).items[0]?.steps[0]?.writes).toEqual(paths)
  })
})

describe('dependencies', () => {
  const three = '- [ ] T001 [P] a\n- [ ] T002 [P] b\n- [ ] T003 [P] c\n- [ ] T004 [P] d\n'
  const listed = (line: string): Promise<Record<string, string>> => waitsOf(`${three}## Dependencies\n${line}\n`)

  it.each([
    ['- Tests (T001-T002) before code (T003\u2013T004)', { T003: 'T001s T002s', T004: 'T001s T002s' }],
    ['- T001 blocks T003, T004', { T003: 'T001s', T004: 'T001s' }],
    ['* T003 depends on T001 and T002', { T003: 'T001s T002s' }],
    ['T001 before T002 before T003', { T002: 'T001s', T003: 'T002s' }],
    ['T001 \u2192 T002; T003 requires T002.', { T002: 'T001s', T003: 'T002s' }],
    ['- **T004** waits for `T001` to T003', { T004: 'T001s T002s T003s' }],
    ['- T001\u2011T003 **block** T004', { T004: 'T001s T002s T003s' }],
    ['```mermaid\ngraph TD\n  T001["about T009"] --> T002\n  T002 -.-> T003\n```', { T002: 'T001s', T003: 'T002s' }],
  ])('%s', async (line, edges) => {
    expect(await listed(line)).toEqual({ T001: '', T002: '', T003: '', T004: '', ...edges })
  })

  it('does not guess at what it does not understand', async () => {
    const text = `${three}## Dependencies\n- T001 does not block T002\n- T003 after T002, T004 after T001\n- T001 and T002\n- T003, T004 can run in parallel\n`
    const read = await readText(text)
    expect(read.items[0]?.policy).toBe('document')
    expect(kinds(read)).toEqual(['6 unread-dependency', '7 unread-dependency', '8 unread-dependency'])
  })

  it('says nothing of words for whole phases, whose order says it already', async () => {
    const text =
      '## Phase 1: A\n- [ ] T001 a\n## Phase 2: B\n- [ ] T002 b\n- [ ] T003 c\n## Dependencies\n- Polish (T002-T003) after the rest\n- Half (T002) after the rest\n'
    expect(kinds(await readText(text))).toEqual(['8 unread-dependency'])
  })

  it('shows a circle with its place, and what waits for itself', async () => {
    const circle = await readText(
      '- [ ] T001 a (depends on T003)\n- [ ] T002 b (after T001)\n- [ ] T003 c (requires T002)\n',
    )
    expect(circle.notes).toMatchObject([{ level: 'error', kind: 'cycle', line: 1, column: 4 }])
    expect(circle.notes[0]?.text).toContain('T001 → T003 → T002 → T001')
    const self = await readText('- [ ] T001 a (depends on T001)\n')
    expect(self.notes[0]?.text).toContain('T001 waits for itself')
  })

  it('names both places of an id that stands twice', async () => {
    const read = await readText('- [ ] T001 a\n- [ ] T002 b\n- [ ] T001 c\n')
    expect(read.notes).toMatchObject([{ level: 'error', kind: 'duplicate', line: 3 }])
    expect(read.notes[0]?.text).toContain('line 1')
  })

  it("says what is not there, and lets what is stated win over the file's order", async () => {
    const read = await readText('- [ ] T001 a (depends on T003)\n- [ ] T002 b (depends on T099)\n- [ ] T003 c\n')
    expect(kinds(read)).toEqual(['1 backward', '2 dangling'])
    expect(waits(read)).toEqual({ T001: 'T003s', T002: 'T001o', T003: '' })
  })

  it('never closes a circle that was not stated', async () => {
    const story = fc.constantFrom('Setup', 'User Story 1', 'User Story 2', 'Polish')
    const line = fc.record({
      parallel: fc.boolean(),
      waits: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 2 }),
      phase: fc.option(story),
    })
    const text = fc.array(line, { maxLength: 20 }).map((lines) =>
      lines
        .map(({ parallel, waits, phase }, index) => {
          const id = (number: number): string => `T${String(number).padStart(3, '0')}`
          const said = waits.length > 0 ? ` (depends on ${waits.map(id).join(', ')})` : ''
          return `${phase === null ? '' : `## Phase ${index}: ${phase}\n`}- [ ] ${id(index + 1)} ${parallel ? '[P] ' : ''}a${said}\n`
        })
        .join(''),
    )
    await fc.assert(
      fc.asyncProperty(text, async (plan) => {
        const read = await readText(plan)
        const left = new Map(read.items[0]?.steps.map((step) => [step.key, step.after.map(({ key }) => key)]))
        for (let size = -1; size !== left.size; ) {
          size = left.size
          for (const [key, after] of left) if (!after.some((before) => left.has(before))) left.delete(key)
        }
        expect(left.size > 0).toBe(read.notes.some(({ kind }) => kind === 'cycle'))
      }),
      { numRuns: 500 },
    )
  })
})
