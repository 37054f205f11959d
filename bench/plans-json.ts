// Measures the plans that other tools keep in JSON: ten thousand tasks in one file, and a hundred thousand records line by line.
import type { Files, PlanFormat } from '../src/core/ports.ts'
import { planFormats } from '../src/plans/index.ts'
import { type Figure, median, report } from './figure.ts'
import type { Many } from './plans.ts'

const steps = 10_000
/** A tick is measured in a file of about a megabyte. */
const aMegabyte = 1_048_576
const records = 100_000
const rounds = 9
const stamp = { at: '2026-01-02T03:04:05.000Z', by: 'bench' }

/** Tasks with five subtasks each, as Task Master spaces them; every tenth task waits for the one before. */
function taskmaster(steps: number): Many {
  const tasks = Array.from({ length: steps / 5 }, (_, task) => ({
    id: task + 1,
    title: `Build part ${task + 1}`,
    description: `Everything of part ${task + 1}.`,
    status: 'pending',
    dependencies: task % 10 === 9 ? [task] : [],
    priority: 'medium',
    details: `See src/parts-${task + 1}/README.md before you begin.`,
    testStrategy: 'Run its tests.',
    subtasks: Array.from({ length: 5 }, (_, part) => ({
      id: part + 1,
      title: `Implement piece ${part + 1}`,
      description: 'As the task says.',
      status: 'pending',
      dependencies: part === 0 ? [] : [part],
      details: `In src/parts-${task + 1}/piece-${part + 1}.ts.`,
    })),
  }))
  const path = '.taskmaster/tasks/tasks.json'
  return {
    format: 'taskmaster',
    path,
    key: '300.3',
    files: { [path]: JSON.stringify({ master: { tasks } }, null, 2) },
  }
}

/** As `gh issue list --json` prints them; every tenth depends on the one before. */
function githubIssues(steps: number): Many {
  const issues = Array.from({ length: steps }, (_, at) => ({
    assignees: [],
    body: `Implement src/parts/part-${at + 1}.ts.\r\n\r\n- [ ] it works\r\n${at % 10 === 9 ? `\r\nDepends on #${at}\r\n` : ''}`,
    labels: [{ id: 'LA_kwDO', name: 'P2', description: '', color: 'ededed' }],
    milestone: null,
    number: at + 1,
    state: 'OPEN',
    title: `Part ${at + 1}`,
    url: `https://github.com/acme/many/issues/${at + 1}`,
  }))
  return { format: 'github-issues', path: 'issues.json', key: '1500', files: { 'issues.json': JSON.stringify(issues) } }
}

function kanban(steps: number): Many {
  const tasks = Array.from({ length: steps }, (_, at) => ({
    id: `VK-${at + 1}`,
    project_id: '3f1c9a52-8a43-4d0e-9a1d-5a0c3c1b2a10',
    title: `Part ${at + 1}`,
    description: `Implement src/parts/part-${at + 1}.ts.`,
    status: 'todo',
    parent_workspace_id: null,
  }))
  return {
    format: 'vibe-kanban',
    path: 'board.json',
    key: 'VK-2000',
    files: { 'board.json': JSON.stringify(tasks, null, 2) },
  }
}

/** A long-lived project: the last tenth is open, the rest was closed years ago. */
function issuesOf(count: number, openFrom: number): Buffer {
  const lines = Array.from({ length: count }, (_, at) => {
    const id = `many-${at}`
    const past = at >= openFrom ? {} : { closed_at: '2026-01-02T03:04:05Z', close_reason: 'Done' }
    const after = { issue_id: id, depends_on_id: `many-${at - 1}`, type: 'blocks', created_at: '2026-01-02T03:04:05Z' }
    return JSON.stringify({
      id,
      title: `Part ${at}`,
      description: `Implement src/parts/part-${at}.ts, and say what came of it. `.repeat(8),
      status: at >= openFrom ? 'open' : 'closed',
      priority: at % 5,
      issue_type: 'task',
      created_at: '2026-01-02T03:04:05Z',
      created_by: 'ada',
      updated_at: '2026-01-02T03:04:05Z',
      ...past,
      labels: ['part'],
      dependencies: at % 10 === 9 ? [after] : [],
      dependency_count: 1,
    })
  })
  return Buffer.from(`${lines.join('\n')}\n`)
}

function fileOf(bytes: Buffer): Files {
  return { list: async () => [], read: async (path) => (path === 'issues.jsonl' ? bytes : null) }
}

async function typical(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  return median(times.slice(1))
}

async function beads(): Promise<Figure[]> {
  const format = planFormats.find((one) => one.name === 'beads') as PlanFormat
  const large = issuesOf(records, records * 0.9)
  const small = issuesOf(1700, 0)
  const before = process.memoryUsage().rss
  const readMs = await typical(() => format.read(fileOf(large), 'issues.jsonl'))
  const grown = (process.memoryUsage().rss - before) / 1_048_576
  const ticks = (key: string) => [{ kind: 'tick', key, upward: true, stamp }] as const
  const tickMs = await typical(() => format.write(fileOf(small), 'issues.jsonl', ticks('many-800')))
  const speed = large.length / 1000 / readMs
  const size = `${(large.length / 1_000_000).toFixed(0)} MB; the process grew by ${grown.toFixed(0)} MiB`
  return [
    {
      name: `read ${records} records, a tenth of them open (beads)`,
      value: speed,
      unit: 'MB/s',
      bar: 'at least 50 MB/s',
      met: speed >= 50,
      note: size,
    },
    {
      name: 'close one issue (beads)',
      value: tickMs,
      unit: 'ms',
      bar: 'at most 5 ms',
      met: tickMs <= 5,
      note: `${(small.length / 1024).toFixed(0)} KiB`,
    },
  ]
}

/** Reading ten thousand steps, and ticking one in as many as a megabyte holds. */
async function figuresOf(make: (count: number) => Many): Promise<Figure[]> {
  const large = make(steps)
  const bytes = Buffer.from(large.files[large.path] ?? '')
  const fewer = make(Math.round((steps * aMegabyte) / bytes.length / 5) * 5)
  const megabyte = Buffer.from(fewer.files[fewer.path] ?? '')
  const name = large.format
  const format = planFormats.find((one) => one.name === name) as PlanFormat
  const filesWith = (content: Buffer): Files => {
    return { list: async () => [large.path], read: async (path) => (path === large.path ? content : null) }
  }
  const { items } = await format.read(filesWith(bytes), large.path)
  const item = items[0]?.id ?? ''
  if (items[0]?.steps.length !== steps) throw new Error(`${name} gave ${items[0]?.steps.length} steps.`)
  const ticks = [{ kind: 'tick', item, key: fewer.key, upward: true, stamp }] as const
  if ((await format.write(filesWith(megabyte), large.path, ticks)).length !== 1)
    throw new Error(`${name} did not tick.`)
  const readMs = await typical(() => format.read(filesWith(bytes), large.path))
  const tickMs = await typical(() => format.write(filesWith(megabyte), large.path, ticks))
  const size = (content: Buffer): string => `${Math.round(content.length / 1024)} KiB`
  return [
    {
      name: `read a plan of ${steps} steps (${name})`,
      value: readMs,
      unit: 'ms',
      bar: 'at most 150 ms',
      met: readMs <= 150,
      note: size(bytes),
    },
    {
      name: `tick one step of a megabyte (${name})`,
      value: tickMs,
      unit: 'ms',
      bar: 'at most 5 ms',
      met: tickMs <= 5,
      note: size(megabyte),
    },
  ]
}

export async function measure(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const make of [taskmaster, githubIssues, kanban]) figures.push(...(await figuresOf(make)))
  return [...figures, ...(await beads())]
}

if (import.meta.main) await report(measure)
