// Plans that other tools left behind are carried out where they lie, and their own files say what is done.
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'

interface Plan {
  readonly name: string
  readonly path: string
  readonly item: string
  readonly files: Readonly<Record<string, string>>
  /** Files of the plan that say so when all is done, and what they then hold. */
  readonly done: Readonly<Record<string, RegExp>>
}

const task = (id: number, after: number[]): object => {
  const words = { title: `Write part ${id}`, description: `Write part ${id}.`, details: '', testStrategy: '' }
  return { id, ...words, status: 'pending', priority: 'high', dependencies: after, subtasks: [] }
}
const issue = (id: string, more: object = {}): string => {
  const times = { created_at: '2026-01-02T03:04:05Z', updated_at: '2026-01-02T03:04:05Z' }
  return `${JSON.stringify({ id, title: `Write ${id}`, status: 'open', priority: 1, issue_type: 'task', ...times, ...more })}\n`
}
const card = (id: number, more = ''): string =>
  `---\nid: task-${id}\ntitle: Write card ${id}\nstatus: To Do\nassignee: []\nlabels: []\ndependencies: []\n${more}---\n\n## Description\n\nWrite it.\n`

const plans: readonly Plan[] = [
  {
    name: 'taskmaster',
    path: '.taskmaster',
    item: 'taskmaster-master',
    files: {
      '.taskmaster/tasks/tasks.json': `${JSON.stringify({ master: { tasks: [task(1, []), task(2, [1])] } }, null, 2)}\n`,
    },
    done: { '.taskmaster/tasks/tasks.json': /"status": "done"[\s\S]+"status": "done"/ },
  },
  {
    name: 'beads',
    path: '.beads',
    item: 'beads',
    files: {
      '.beads/issues.jsonl':
        issue('bd-1') + issue('bd-2', { dependencies: [{ issue_id: 'bd-2', depends_on_id: 'bd-1', type: 'blocks' }] }),
    },
    done: { '.beads/issues.jsonl': /"bd-1".*"status":"closed".*closed_at.*\n.*"bd-2".*"status":"closed"/ },
  },
  {
    name: 'backlog',
    path: 'backlog',
    item: 'shop',
    files: {
      'backlog/config.yml': 'project_name: "shop"\nstatuses: ["To Do", "In Progress", "Done"]\n',
      'backlog/tasks/task-1 - Write-card-1.md': card(1),
      'backlog/tasks/task-2 - Write-card-2.md': card(2),
    },
    done: {
      'backlog/tasks/task-1 - Write-card-1.md': /\nstatus: Done\n/,
      'backlog/tasks/task-2 - Write-card-2.md': /\nstatus: Done\n/,
    },
  },
  {
    name: 'openspec',
    path: 'openspec/changes/add-tea',
    item: 'add-tea',
    files: {
      'openspec/changes/add-tea/proposal.md': '# Add tea\n\n## Why\nThirst.\n',
      'openspec/changes/add-tea/tasks.md': '## 1. Tea\n\n- [ ] 1.1 Boil it\n- [ ] 1.2 Pour it\n',
    },
    done: { 'openspec/changes/add-tea/tasks.md': /- \[x\] 1\.1 .*\n- \[x\] 1\.2 /i },
  },
  {
    name: 'plans-md',
    path: 'plans.md',
    item: 'tea',
    files: {
      'plans.md':
        '# tea – Plans\n\n- Last Updated: `<auto>`\n- Last Editor (Agent / CLI): `<name>`\n\n## High-Level Roadmap\n\n- [ ] **Stage 1 – Tea**\n\n## Stage 1 – Tea\n\n**Goal:** Tea.\n\n- [ ] **S1.1 – Boil it**\n- [ ] **S1.2 – Pour it**\n\n## Done / Completed Work Log\n',
    },
    done: {
      'plans.md':
        /- \[ \] \*\*Stage 1[\s\S]+- \[x\] \*\*S1\.1[\s\S]+- \[x\] \*\*S1\.2[\s\S]+Done \/ Completed Work Log\n[\s\S]+S1\.1/,
    },
  },
  {
    name: 'roadmap',
    path: 'docs/roadmap.md',
    item: 'docs-roadmap',
    files: {
      'docs/roadmap.md':
        '# Roadmap\n\n| id | title | phase | priority | status |\n|----|-------|-------|----------|--------|\n| R1 | Boil it | 1 | high | planned |\n| R2 | Pour it | 2 | low | planned |\n',
    },
    done: { 'docs/roadmap.md': /\| R1 \| Boil it \| 1 \| high \| done[^\n]*\n\| R2 \| Pour it \| 2 \| low \| done/ },
  },
]

it.each(plans)(
  '$name: carried out, checked, landed, and written down in its own files',
  async ({ path, item, files, done }) => {
    const made = await play(stage(), { files })
    const run = await made.must('run', path)
    expect(run.results).toMatchObject([{ item, outcome: 'complete', counts: { done: 2 } }])
    for (const [file, says] of Object.entries(done)) expect(made.at(`baton/${item}`, file)).toMatch(says)
    const log = made.log().filter((line) => line.startsWith('start'))
    expect(log).toHaveLength(2)
  },
)
