// Reads OpenSpec changes: which are open, what their tasks say, and what is past.
import { describe, expect, it } from 'vitest'
import { filesIn, filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import { openspec } from './format.ts'

const folder = 'openspec/changes/x'
const readText = (tasks: string, more: Record<string, string> = {}): Promise<PlanRead> =>
  openspec.read(filesOf({ [`${folder}/tasks.md`]: tasks, [`${folder}/proposal.md`]: '# X\n', ...more }), folder)
const stepsOf = (read: PlanRead): readonly StepSpec[] => read.items[0]?.steps ?? []

async function written(path: string, ...changes: PlanChange[]): Promise<Record<string, string>> {
  const files = await openspec.write(filesIn('openspec'), path, changes)
  return Object.fromEntries(files.map(({ path: file, bytes }) => [file, Buffer.from(bytes).toString()]))
}

describe('a change', () => {
  const path = 'openspec/changes/add-photo-search'

  it('gives its tasks with the documents that stand beside them', async () => {
    const read = await openspec.read(filesIn('openspec'), path)
    expect(read.notes).toEqual([])
    expect(read.tickFile).toBe(`${path}/tasks.md`)
    const { steps: _, groups, ...item } = read.items[0] ?? { steps: [] }
    expect(item).toMatchObject({
      id: 'add-photo-search',
      title: 'Add photo search',
      brief: 'Add photo search\n\nPeople cannot find a photo once there are more than a hundred.\n\nThey scroll.',
      policy: 'graph',
    })
    expect(groups?.map(({ key }) => key)).toEqual(['2.1'])
    expect(
      stepsOf(read).map(({ key, ticked, group, after }) => [
        key,
        ticked,
        group,
        after.map((edge) => edge.key + edge.source[0]).join(' '),
      ]),
    ).toEqual([
      ['1.1', true, '1. Index', ''],
      ['1.2', false, '1. Index', '1.1o'],
      ['1.3', false, '1. Index', '1.2o'],
      ['2.1.1', false, '2. Search', '1.3o'],
      ['2.1.2', false, '2. Search', '2.1.1o'],
      ['2.2', false, '2. Search', '1.2s'],
      ['3.1', false, '3. Verification', '2.1.2o 2.2o'],
    ])
    const step = stepsOf(read)[1]
    expect(step?.place).toEqual({ file: `${path}/tasks.md`, line: 4, column: 7 })
    expect(step?.brief).toBe(
      `1.2 Add photos to it as they arrive\n- keep the order of arrival\n\nRead first: \`${path}/proposal.md\`, \`${path}/design.md\`, \`${path}/specs/search/spec.md\``,
    )
    expect(step?.writes).toEqual([])
    expect(stepsOf(read)[0]?.writes).toEqual(['src/search/index.ts'])
  })

  it('keeps to its order when nothing is stated, and numbers tell what is part of what', async () => {
    const read = await readText('- [ ] 1.1 a\n- [ ] 1.2 b\n- [ ] 1.2.1 c\n- [ ] d\n')
    expect(read.items[0]?.policy).toBe('document')
    expect(stepsOf(read).map(({ key, parent }) => [key, parent])).toEqual([
      ['1.1', undefined],
      ['1.2.1', '1.2'],
      ['d', undefined],
    ])
  })

  it('takes its name from its tasks when the proposal has none, and two tasks with one number are a mistake', async () => {
    const read = await readText('# Tasks: Find\n- [ ] 1.1 a\n- [ ] 1.1 b\n', { [`${folder}/proposal.md`]: '## Why\n' })
    expect(read.items[0]?.title).toBe('Find')
    expect(read.notes).toMatchObject([{ kind: 'duplicate', level: 'error', line: 3 }])
  })

  it('says what it depends on, which is not kept', async () => {
    const more = { [`${folder}/.openspec.yaml`]: 'schema: spec-driven\ndependsOn:\n  - y\n  - z\n' }
    const read = await readText('- [ ] 1.1 a\n', more)
    expect(read.notes).toMatchObject([{ kind: 'between-changes', level: 'warning', file: `${folder}/.openspec.yaml` }])
    expect(read.notes[0]?.text).toContain('y, z')
  })

  it('without tasks is an error when it is the only one', async () => {
    const read = await openspec.read(filesIn('openspec'), 'openspec/changes/rename-albums')
    expect(read.items).toEqual([])
    expect(read.notes.map(({ kind, level }) => [kind, level])).toEqual([
      ['no-tasks', 'warning'],
      ['missing', 'error'],
    ])
  })
})

describe('where', () => {
  it.each(['', '.', 'openspec', 'openspec/', './openspec/changes'])('takes %s for all open changes', async (path) => {
    const read = await openspec.read(filesIn('openspec'), path)
    expect(read.items.map(({ id }) => id)).toEqual(['add-photo-search'])
    expect(read.tickFile).toBe('openspec/changes/')
    expect(read.notes).toMatchObject([{ kind: 'no-tasks', file: 'openspec/changes/rename-albums/proposal.md' }])
    expect((await openspec.detect(filesIn('openspec'), path))?.sure).toBeGreaterThan(0.9)
  })

  it('takes nothing of the archive for a change', async () => {
    const files = {
      'openspec/changes/archive/tasks.md': '- [ ] 1.1 a\n',
      'openspec/changes/x/tasks.md': '- [ ] 1.1 b\n',
    }
    expect((await openspec.read(filesOf(files), 'openspec')).items.map(({ id }) => id)).toEqual(['x'])
  })

  it('reads what was archived as done, and leaves it alone', async () => {
    for (const path of ['openspec/changes/archive', 'openspec/changes/archive/2026-01-02-add-albums']) {
      const read = await openspec.read(filesIn('openspec'), path)
      expect(read.items.map(({ id }) => id)).toEqual(['2026-01-02-add-albums'])
      expect(stepsOf(read).map(({ ticked }) => ticked)).toEqual([true, true])
      expect(read.tickFile).toBe('')
      expect(await written(path, { kind: 'tick', key: '1.2' })).toEqual({})
    }
  })

  it('knows a change elsewhere by its proposal, and leaves other folders alone', async () => {
    const files = filesOf({
      'work/a/proposal.md': '## Why\n',
      'work/a/tasks.md': '- [ ] 1.1 a\n',
      'work/b/tasks.md': '- [ ] 1.1 a\n',
      'specs/001-x/tasks.md': '- [ ] T001 a\n',
    })
    const sure = async (at: string): Promise<number | undefined> => (await openspec.detect(files, at))?.sure
    expect(await sure('work/a')).toBeGreaterThan(0.8)
    expect(await sure('work/a/tasks.md')).toBeGreaterThan(0.8)
    expect(await sure('work/b')).toBeUndefined()
    expect(await sure('specs/001-x')).toBeUndefined()
    expect((await openspec.detect(filesIn('openspec'), 'openspec/changes/rename-albums'))?.sure).toBe(0.6)
  })
})

describe('writing', () => {
  const file = 'openspec/changes/add-photo-search/tasks.md'
  it('ticks in the change that is named, upward with the last of a group', async () => {
    const upward = { kind: 'tick', upward: true, item: 'add-photo-search' } as const
    const changed = await written('openspec', { ...upward, key: '2.1.1' }, { ...upward, key: '2.1.2' })
    expect(Object.keys(changed)).toEqual([file])
    expect(changed[file]?.match(/\[x\] \S+/g)).toEqual(['[x] 1.1', '[x] 2.1', '[x] 2.1.1', '[x] 2.1.2'])
    expect(await written('openspec', { kind: 'tick', item: 'other', key: '2.2' })).toEqual({})
  })
})
