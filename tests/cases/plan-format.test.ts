// Runs what every plan format must do over the formats there are.
import { expect, it } from 'vitest'
import { planFormats } from '../../src/plans/index.ts'
import { nasty } from '../fixtures/plans/checklist/nasty.ts'
import { nastyLiving } from '../fixtures/plans/nasty-living.ts'
import { filesIn, filesOf } from '../fixtures/plans/reading.ts'
import { tagged, untagged } from '../fixtures/plans/taskmaster.ts'
import { type PlanSample, planFormatCase } from './plan-format.case.ts'

const newest = 'specs/007-photo-albums'
const autumn = 'specs/003-mail-digest'
const samples: Readonly<Record<string, readonly PlanSample[]>> = {
  speckit: [
    { files: filesIn('newest'), path: newest, file: `${newest}/tasks.md` },
    { files: filesIn('autumn'), path: `${autumn}/tasks.md`, file: `${autumn}/tasks.md` },
  ],
  checklist: [
    { files: filesIn('checklist'), path: 'launch.md', file: 'launch.md' },
    { files: filesOf({ 'docs/liste.md': nasty }), path: 'docs/liste.md', file: 'docs/liste.md' },
  ],
  taskmaster: [
    {
      files: filesOf({ '.taskmaster/tasks/tasks.json': tagged }),
      path: '.taskmaster',
      file: '.taskmaster/tasks/tasks.json',
    },
    { files: filesOf({ 'tasks/tasks.json': untagged }), path: 'tasks/tasks.json', file: 'tasks/tasks.json' },
  ],
  'plans-md': [
    { files: filesIn('living'), path: 'garden', file: 'garden/plans.md' },
    { files: filesOf({ 'plans.md': nastyLiving }), path: 'plans.md', file: 'plans.md' },
  ],
  workflow: [{ files: filesIn('workflow'), path: 'release.yaml', file: 'release.yaml' }],
}

for (const format of planFormats) planFormatCase(format, samples[format.name] ?? [])

it('has samples for every format', () => {
  expect(planFormats.map(({ name }) => name).toSorted()).toEqual(Object.keys(samples).toSorted())
})
