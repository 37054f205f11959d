// Several items that go by one workflow: FR-001's reuse, and document 004's work items and workflows in files of their own.
import { expect, it } from 'vitest'
import { filesOf } from '../../tests/fixtures/plans/reading.ts'
import { workflow } from './workflow.ts'

const steps = (version: string, key = 'build') =>
  JSON.stringify({
    id: 'release',
    name: 'How we release',
    version,
    steps: [
      {
        key,
        order: 1,
        parallelizable: false,
        entryCriteria: [],
        exitCriteria: ['it is built'],
        responsibleRole: 'coder',
      },
    ],
  })
const item = (changes: object = {}) =>
  JSON.stringify({
    id: 'spring',
    workflowId: 'release@1.0',
    title: 'The spring release',
    description: 'All of March.',
    owner: 'grace',
    status: 'queued',
    currentStepKey: 'build',
    links: [{ rel: 'issue', href: 'https://tea.example/7' }],
    metadata: { any: 'thing' },
    ...changes,
  })
const at = 'artifacts/work-items/spring.json'

it('given a workflow and two items that go by it, when each is read, then both have its steps under their own names', async () => {
  const files = filesOf({
    'artifacts/workflows/release.json': steps('1.0'),
    [at]: item(),
    'artifacts/work-items/summer.yaml': 'id: summer\nworkflowId: release\n',
  })
  expect(await workflow.detect(files, at)).toMatchObject({ sure: 0.9 })
  const spring = await workflow.read(files, at)
  expect(spring.notes).toEqual([])
  expect(spring.files).toEqual([at, 'artifacts/workflows/release.json'])
  expect(spring.items).toMatchObject([
    {
      id: 'spring',
      title: 'The spring release',
      owner: 'grace',
      workflow: 'release@1.0',
      policy: 'document',
      brief: 'All of March.\nissue: https://tea.example/7',
      steps: [{ key: 'build', exitCriteria: ['it is built'], place: { file: 'artifacts/workflows/release.json' } }],
    },
  ])
  const [summer] = (await workflow.read(files, 'artifacts/work-items/summer.yaml')).items
  expect(summer).toMatchObject({ id: 'summer', title: 'summer', workflow: 'release@1.0', priority: 3 })
})

it('given two versions side by side, when an item names one, then it goes by that one, and without a name it is asked which', async () => {
  const both = { 'workflows/r1.json': steps('1.0'), 'workflows/r2.json': steps('2.0', 'make') }
  const second = await workflow.read(
    filesOf({ ...both, 'items/s.json': item({ workflowId: 'release@2.0' }) }),
    'items/s.json',
  )
  expect(second.items.map(({ steps: [only] }) => only?.key)).toEqual(['make'])
  const either = await workflow.read(filesOf({ ...both, 's.json': item({ workflowId: 'release' }) }), 's.json')
  expect(either.items).toEqual([])
  expect(either.notes).toMatchObject([
    { level: 'error', text: 'release is in two files: workflows/r1.json and workflows/r2.json.' },
  ])
})

it('given an item whose workflow is not there, when it is read, then it says what was looked for, where, and what is there', async () => {
  const read = await workflow.read(filesOf({ 'workflows/r2.json': steps('2.0'), 's.json': item() }), 's.json')
  expect(read.items).toEqual([])
  expect(read.notes).toMatchObject([
    {
      file: 's.json',
      line: 1,
      level: 'error',
      text: 'No file of workflows/, artifacts/workflows/, ./ holds the workflow release@1.0: there is release@2.0 (workflows/r2.json).',
    },
  ])
  const none = await workflow.read(filesOf({ 's.json': item() }), 's.json')
  expect(none.notes[0]?.text).toContain('none lies there')
  const shape = await workflow.read(filesOf({ 's.json': item({ workflowId: 'a b' }) }), 's.json')
  expect(shape.notes[0]?.text).toBe('workflowId: must be <workflow> or <workflow>@<version>.')
})

it('given a workflow that is broken, when an item goes by it, then the fault is named where it stands', async () => {
  const twice = steps('1.0').replace('"entryCriteria":[]', '"entryCriteria":[],"dependsOn":["nobody"]')
  const read = await workflow.read(filesOf({ 'workflows/r.json': twice, 's.json': item() }), 's.json')
  expect(read.notes).toMatchObject([{ file: 'workflows/r.json', level: 'error', kind: 'dangling' }])
})
