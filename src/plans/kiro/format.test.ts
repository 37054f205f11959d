// Reads Kiro specs: tasks by their numbers, what judges them, what may be left out, and the graph of waves.
import { describe, expect, it } from 'vitest'
import { nastyRequirements, nastyTasks } from '../../../tests/fixtures/plans/kiro/nasty.ts'
import { filesIn, filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { kiro } from './format.ts'

const folder = '.kiro/specs/x'
const path = `${folder}/tasks.md`
const readText = (tasks: string, more: Record<string, string> = {}): Promise<PlanRead> =>
  kiro.read(filesOf({ [path]: tasks, ...more }), folder)
const stepsOf = (read: PlanRead): readonly StepSpec[] => read.items[0]?.steps ?? []
const stepOf = (read: PlanRead, key: string): StepSpec | undefined => stepsOf(read).find((step) => step.key === key)
const waits = (read: PlanRead): Record<string, string> =>
  Object.fromEntries(
    stepsOf(read).map(({ key, after }) => [key, after.map((edge) => edge.key + edge.source[0]).join(' ')]),
  )

async function written(text: string, ...changes: PlanChange[]): Promise<string> {
  const [file] = await kiro.write(filesOf({ [path]: text }), path, changes)
  return Buffer.from(file?.bytes ?? text).toString()
}

describe('a spec', () => {
  it('gives its tasks, groups, criteria and states', async () => {
    const read = await kiro.read(filesIn('kiro'), '.kiro/specs/photo-search/')
    expect(read.files).toEqual(['tasks', 'requirements', 'design'].map((name) => `.kiro/specs/photo-search/${name}.md`))
    const { steps: _, groups, ...item } = read.items[0] ?? { steps: [] }
    expect(item).toMatchObject({
      id: 'photo-search',
      title: 'Photo Search',
      brief: 'Photo Search\n\nA library of ten thousand photos, searched in a blink.',
      policy: 'graph',
    })
    expect(groups?.map(({ key }) => key)).toEqual(['2', '4'])
    expect(stepsOf(read).map(({ key, ticked, status, parent }) => [key, ticked, status, parent])).toEqual([
      ['1', true, undefined, undefined],
      ['2.1', true, undefined, '2'],
      ['2.2', false, 'cancelled', '2'],
      ['2.3', false, undefined, '2'],
      ['3', false, undefined, undefined],
      ['4.1', false, undefined, '4'],
      ['4.2', false, undefined, '4'],
    ])
    expect(stepOf(read, '1')).toMatchObject({
      title: 'Set up the index',
      writes: ['src/search/index.ts'],
      exitCriteria: [
        '1.1: WHEN a photo is added THEN the system SHALL index it within a minute',
        '1.3: IF the index is broken THEN the system SHALL build it anew\nwithout losing photos',
      ],
      place: { line: 9, column: 7 },
    })
    expect(stepOf(read, '2.3')?.exitCriteria).toHaveLength(2)
    expect(stepOf(read, '2.2')?.labels).toEqual(['optional'])
    expect(stepOf(read, '4.2')).toMatchObject({ parallel: true, after: [{ key: '2.3', at: { line: 31, column: 17 } }] })
    expect(stepOf(read, '4.1')?.brief).toContain('- 3.1: WHILE a search runs THE system SHALL say so')
    expect(stepOf(read, '4.1')?.brief).toContain('Read first: `.kiro/specs/photo-search/requirements.md`')
    expect(read.notes.map(({ kind, line }) => [kind, line])).toEqual([['optional', 18]])
  })

  it('in another language, flat, and with waves', async () => {
    const read = await readText(nastyTasks, { [`${folder}/requirements.md`]: nastyRequirements })
    expect(read.notes.map(({ kind, level }) => [kind, level])).toEqual([
      ['open-under-ticked', 'warning'],
      ['optional', 'warning'],
    ])
    expect(stepsOf(read).map(({ key, parent, status }) => [key, parent, status])).toEqual([
      ['1.1', '1', undefined],
      ['1.2', '1', 'cancelled'],
      ['1.10', '1', undefined],
      ['2.1', '2', undefined],
      ['2.2', '2', undefined],
      [expect.stringMatching(/^step-/), undefined, undefined],
    ])
    expect(stepOf(read, '1.1')?.exitCriteria).toEqual(['1.1: WHEN あ THEN い', '1.2: WHEN う THEN え'])
    expect(waits(read)).toMatchObject({
      '1.1': '',
      '2.1': '',
      '1.2': '1.1s 2.1s',
      '1.10': '1.1s 2.1s',
      '2.2': '1.1s 2.1s',
    })
  })
})

describe('tasks', () => {
  it('keep to their order when nothing is stated', async () => {
    const read = await readText('- [ ] 1. a\n- [ ] 2. b\n  - [ ] 2.1 c\n')
    expect(read.items[0]?.policy).toBe('document')
    expect(waits(read)).toEqual({ '1': '', '2.1': '' })
  })

  it('belong to their number wherever they stand', async () => {
    const read = await readText('- [ ] 1. a\n- [ ] 1.2.3 b\n## Part\n- [ ] 1.2 c\n- [ ] 1.3 d\n  - [ ] loose\n')
    expect(read.items[0]?.groups?.map(({ key, parent }) => [key, parent])).toEqual([
      ['1', undefined],
      ['1.2', '1'],
      ['1.3', '1'],
    ])
    expect(stepsOf(read).map(({ key, parent }) => [key, parent])).toEqual([
      ['1.2.3', '1.2'],
      ['loose', '1.3'],
    ])
  })

  it('cannot be part of each other by number and by place', async () => {
    const text = '- [ ] 1.2 a\n  - [ ] 1. b\n'
    expect((await readText(text)).notes).toEqual([])
    expect(await written(text, { kind: 'tick', key: '1.2', upward: true })).toContain('[x] 1.2')
  })

  it('that are named twice are a mistake', async () => {
    const read = await readText('- [ ] 1.1 a\n- [ ] 1.1 b\n')
    expect(read.notes).toMatchObject([{ level: 'error', kind: 'duplicate', line: 2 }])
  })

  it('may be left out with their group, unless somebody is at them', async () => {
    const read = await readText('- [ ]* 1. a\n  - [ ] 1.1 b\n  - [-] 1.2 c\n  - [x] 1.3 d\n- [ ] 2.1* e\n')
    expect(stepsOf(read).map(({ key, status, labels }) => [key, status, labels])).toEqual([
      ['1.1', 'cancelled', ['optional']],
      ['1.2', 'doing', ['optional']],
      ['1.3', undefined, ['optional']],
      ['2.1', 'cancelled', ['optional']],
    ])
    expect(stepOf(read, '2.1')?.title).toBe('e')
  })

  it('name requirements that are not there', async () => {
    const more = { [`${folder}/requirements.md`]: '### Requirement 1\n1. WHEN a\n' }
    const read = await readText('- [ ] 1. a\n  - _Requirements: 1.1, 7.7_\n', more)
    expect(read.notes).toMatchObject([{ kind: 'no-requirement', line: 2, column: 25 }])
    expect((await readText('- [ ] 1. a\n  - _Requirements: 7.7_\n')).notes).toEqual([])
  })

  it('name ranges of requirements, and nothing else that is numbered', async () => {
    const more = { [`${folder}/requirements.md`]: '### Requirement 1\n1. a\n2. b\n3. c\n## Glossary\n4. d\n' }
    const read = await readText('- [ ] 1. x\n  - _Requirements: 1.1–1.3, 1.4_\n', more)
    expect(stepOf(read, '1')?.exitCriteria).toEqual(['1.1: a', '1.2: b', '1.3: c'])
    expect(read.notes).toMatchObject([{ kind: 'no-requirement' }])
  })

  it('of a bug fix are judged by its statements', async () => {
    const more = { [`${folder}/bugfix.md`]: '## Expected Behavior\n\n2.1 WHEN a THEN the system SHALL b\n2.2 WHEN c\n' }
    const read = await readText('- [ ] 1. a\n  - _Requirements: 2.1_\n', more)
    expect(stepOf(read, '1')?.exitCriteria).toEqual(['2.1: WHEN a THEN the system SHALL b'])
  })
})

describe('waves', () => {
  const tasks = '- [ ] 1. a\n- [ ] 2. b\n- [ ] 3. c\n\n## Task Dependency Graph\n\n'
  const graph = (json: string): Promise<PlanRead> => readText(`${tasks}\`\`\`json\n${json}\n\`\`\`\n`)

  it('come one after the other', async () => {
    expect(waits(await graph('{"waves":[["1","2"],["3"]]}'))).toEqual({ '1': '', '2': '', '3': '1s 2s' })
    expect(waits(await graph('{"waves":[{"wave":1,"tasks":[1]},{"wave":2,"tasks":["2","3"]}]}'))).toEqual({
      '1': '',
      '2': '1s',
      '3': '1s',
    })
  })

  it('say what they name and is not there, with its place', async () => {
    const read = await graph('{"waves":[["1","9"],\n["3"]]}')
    expect(read.notes).toMatchObject([{ kind: 'dangling', line: 8, column: 16 }])
  })

  it('that cannot be read are said and do not stop the plan', async () => {
    const read = await graph('{"waves": [')
    expect(read.notes).toMatchObject([{ kind: 'waves', level: 'warning', line: 8 }])
    expect(stepsOf(read)).toHaveLength(3)
    expect((await graph('{"other": 1}')).notes).toMatchObject([{ kind: 'waves' }])
    expect((await readText(`${tasks}\`\`\`\nT1 --> T2\n\`\`\`\n`)).notes).toEqual([])
  })

  it('of thousands stay bounded', async () => {
    const many = Array.from({ length: 4000 }, (_, at) => `${at + 1}`)
    const json = JSON.stringify({ waves: [many.slice(0, 2000), many.slice(2000)] })
    const text = `${many.map((id) => `- [ ] ${id}. a\n`).join('')}\n## Task Dependency Graph\n\`\`\`json\n${json}\n\`\`\`\n`
    const read = await readText(text)
    expect(stepsOf(read).reduce((sum, { after }) => sum + after.length, 0)).toBeLessThan(10_000)
    expect(stepOf(read, '4000')?.after.map(({ key }) => key)).toEqual(['2000'])
  })
})

describe('writing', () => {
  const text = '- [-] 1. a\n- [x] 1.1 b\n- [ ]* 1.2 c\n- [ ] 1.10 d\n- [ ] 2. e\n'
  it('closes a parent with its last task that may not be left out', async () => {
    expect(await written(text, { kind: 'tick', key: '1.10', upward: true })).toBe(
      '- [x] 1. a\n- [x] 1.1 b\n- [ ]* 1.2 c\n- [x] 1.10 d\n- [ ] 2. e\n',
    )
    expect(await written(text, { kind: 'tick', key: '1.10' })).toBe(text.replace('[ ] 1.10', '[x] 1.10'))
    expect(await written(text.replace('[x] 1.1', '[ ] 1.1'), { kind: 'tick', key: '1.10', upward: true })).toContain(
      '- [-] 1. a',
    )
  })

  it('marks what is in progress', async () => {
    const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'x' }
    expect(await written(text, { kind: 'status', key: '2', status: 'doing', stamp })).toContain('- [-] 2. e')
    expect(await written(text, { kind: 'status', key: '1', status: 'open', stamp })).toContain('- [ ] 1. a')
  })

  it('finds the spec that is named', async () => {
    const files = filesOf({ '.kiro/specs/a/tasks.md': '- [ ] 1. a\n', '.kiro/specs/b/tasks.md': '- [ ] 1. b\n' })
    const changed = await kiro.write(files, '.kiro', [{ kind: 'tick', item: 'b', key: '1' }])
    expect(changed.map(({ path: file }) => file)).toEqual(['.kiro/specs/b/tasks.md'])
  })
})

describe('where', () => {
  const specs = {
    '.kiro/specs/a/tasks.md': '- [ ] 1. a\n',
    '.kiro/specs/b/tasks.md': '- [ ] 1. b\n',
    '.kiro/specs/c/requirements.md': '# R\n',
    'list.md': '- [ ] a\n',
    'specs/x/tasks.md': '- [ ] 1. a\n  - _Requirements: 1.1_\n',
  }

  it.each(['', '.', '.kiro', '.kiro/', './.kiro/specs'])('takes %s for all specs', async (at) => {
    const read = await kiro.read(filesOf(specs), at)
    expect(read.items.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(read.tickFile).toBe('.kiro/specs/')
    expect(read.notes).toMatchObject([{ kind: 'no-tasks', file: '.kiro/specs/c/' }])
    expect((await kiro.detect(filesOf(specs), at))?.sure).toBeGreaterThan(0.9)
  })

  it('knows its own elsewhere by its requirements, and leaves lists alone', async () => {
    const sure = async (at: string): Promise<number | undefined> => (await kiro.detect(filesOf(specs), at))?.sure
    expect(await sure('specs/x')).toBeGreaterThan(0.8)
    expect(await sure('list.md')).toBeUndefined()
    expect(await sure('.kiro/specs/c')).toBe(0.6)
  })
})

it('reads a megabyte of the worst line in no time', async () => {
  for (const line of [
    '  - _Requirements: '.concat('1.1-'.repeat(16_000)),
    `- [ ] ${'1.'.repeat(30_000)}`,
    `  - _${'a '.repeat(30_000)}`,
  ]) {
    const text = `- [ ] 1. a\n${`${line}\n`.repeat(Math.ceil(1_048_576 / line.length))}`
    const began = performance.now()
    await readText(text)
    expect(performance.now() - began).toBeLessThan(2000)
  }
})
