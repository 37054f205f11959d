// One or more plans in every format there is, for the suites that run over all of them; a new format adds its own here.
import { beside, exported, table } from '../fixtures/plans/beads.ts'
import { ghIssues, kanbanCsv, kanbanTasks, restIssues } from '../fixtures/plans/boards.ts'
import { nasty } from '../fixtures/plans/checklist/nasty.ts'
import { nastyRequirements, nastyTasks } from '../fixtures/plans/kiro/nasty.ts'
import { nastyBacklog, nastyTask } from '../fixtures/plans/nasty-backlog.ts'
import { nastyLiving } from '../fixtures/plans/nasty-living.ts'
import { nastyChange } from '../fixtures/plans/openspec/nasty.ts'
import { filesIn, filesOf } from '../fixtures/plans/reading.ts'
import { nastyEntries, nastyTable } from '../fixtures/plans/roadmap/nasty.ts'
import { tagged, untagged } from '../fixtures/plans/taskmaster.ts'
import type { PlanSample } from './plan-format.case.ts'

const newest = 'specs/007-photo-albums'
const autumn = 'specs/003-mail-digest'
export const samples: Readonly<Record<string, readonly PlanSample[]>> = {
  speckit: [
    { files: filesIn('newest'), path: newest, file: `${newest}/tasks.md` },
    { files: filesIn('autumn'), path: `${autumn}/tasks.md`, file: `${autumn}/tasks.md` },
  ],
  kiro: [
    {
      files: filesIn('kiro'),
      path: '.kiro/specs',
      file: '.kiro/specs/photo-search/tasks.md',
      tickFile: '.kiro/specs/',
    },
    {
      files: filesOf({
        '.kiro/specs/検索/tasks.md': nastyTasks,
        '.kiro/specs/検索/requirements.md': nastyRequirements,
      }),
      path: '.kiro/specs/検索',
      file: '.kiro/specs/検索/tasks.md',
    },
  ],
  openspec: [
    {
      files: filesIn('openspec'),
      path: 'openspec/changes',
      file: 'openspec/changes/add-photo-search/tasks.md',
      tickFile: 'openspec/changes/',
    },
    {
      files: filesOf({ 'openspec/changes/find/tasks.md': nastyChange, 'openspec/changes/find/proposal.md': '' }),
      path: 'openspec/changes/find/',
      file: 'openspec/changes/find/tasks.md',
    },
  ],
  roadmap: [
    { files: filesIn('roadmap'), path: 'ROADMAP.md', file: 'ROADMAP.md' },
    { files: filesOf({ 'docs/Roadmap.md': nastyTable }), path: 'docs/Roadmap.md', file: 'docs/Roadmap.md' },
    { files: filesIn('roadmap'), path: 'roadmap.json', file: 'roadmap.json' },
    { files: filesOf({ 'next.json': nastyEntries }), path: 'next.json', file: 'next.json' },
  ],
  checklist: [
    { files: filesIn('checklist'), path: 'launch.md', file: 'launch.md' },
    { files: filesOf({ 'docs/liste.md': nasty }), path: 'docs/liste.md', file: 'docs/liste.md' },
  ],
  beads: [
    { files: filesOf({ '.beads/issues.jsonl': exported }), path: '.beads', file: '.beads/issues.jsonl' },
    {
      files: filesOf({
        'export/issues.jsonl': table,
        'export/dependencies.jsonl': beside.dependencies,
        'export/labels.jsonl': beside.labels,
      }),
      path: 'export/issues.jsonl',
      file: 'export/issues.jsonl',
    },
  ],
  'github-issues': [
    { files: filesOf({ 'issues.json': ghIssues }), path: 'issues.json', file: 'issues.json' },
    { files: filesOf({ 'plans/rest.json': restIssues }), path: 'plans/rest.json', file: 'plans/rest.json' },
  ],
  'vibe-kanban': [
    { files: filesOf({ 'board.json': kanbanTasks }), path: 'board.json', file: 'board.json' },
    { files: filesOf({ 'export/issues.csv': kanbanCsv }), path: 'export', file: 'export/issues.csv' },
  ],
  backlog: [
    {
      files: filesIn('backlog'),
      path: 'backlog',
      file: 'backlog/tasks/tram-10 - Wait-for-a-word.md',
      tickFile: 'backlog/tasks/',
    },
    { files: filesOf(nastyBacklog), path: nastyTask, file: nastyTask, tickFile: 'work/.backlog/tasks/' },
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
  json: [
    { files: filesIn('json'), path: 'plan.json', file: 'plan.json' },
    { files: filesIn('json'), path: 'odd.json', file: 'odd.json' },
  ],
  workflow: [
    { files: filesIn('workflow'), path: 'release.yaml', file: 'release.yaml' },
    { files: filesIn('workflow'), path: 'items/spring.yaml', file: 'items/spring.yaml' },
  ],
}
