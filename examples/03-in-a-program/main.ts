// Embeds a house: opens it, gives it a plan, follows what it records, and closes it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type House, noPolicy, openHouse, type PlanItem, type StepSpec, type Wishes, wish } from '../../src/index.ts'
import { greeter } from './greeter.ts'

const place = realpathSync(mkdtempSync(join(tmpdir(), 'baton-example-')))
const path = join(place, 'project')
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Example', '-c', 'user.email=example@example.org', ...args], {
    cwd: path,
    encoding: 'utf8',
  }).trim()

const step = (key: string, order: number, name: string): StepSpec => ({
  key,
  title: name,
  brief: `Greet ${name}.`,
  order,
  group: '',
  after: [],
  parallel: order > 1,
  writes: [`${key}.txt`],
  locks: [],
  role: 'coder',
  ticked: false,
})

const plan: PlanItem = {
  id: 'greetings',
  title: 'Greetings',
  brief: 'Greet everybody by name.',
  priority: 1,
  policy: 'document',
  workflow: 'direct@1',
  steps: [step('ada', 1, 'Ada'), step('grace', 2, 'Grace'), step('edsger', 3, 'Edsger')],
  openChecklists: [],
}

const policy = {
  ...noPolicy,
  agents: [
    {
      name: 'greeter',
      executor: 'greeter',
      argv: [],
      env: {},
      network: 'none',
      seats: 2,
      roles: [],
      timeoutMs: 60_000,
    },
  ],
  defaultAgent: 'greeter',
  checks: [{ kind: 'files', name: 'greeted', exist: ['ada.txt'] }],
} as const

async function must<K extends keyof Wishes>(house: House, type: K, data: Wishes[K]): Promise<void> {
  const answer = await house.submit(wish(type, 'example', data))
  if (!answer.ok) throw new Error(`${type}: ${answer.refusal.why}. ${answer.refusal.remedy}`)
}

/** Prints what lands, until the run has ended. */
async function tell(house: House): Promise<void> {
  for await (const { seq, type, data } of house.follow(0)) {
    if (type === 'landing.done' || type === 'run.ended') console.log(seq, type, JSON.stringify(data))
    if (type === 'run.ended') return
  }
}

async function main(): Promise<void> {
  execFileSync('git', ['init', '-q', '-b', 'main', path])
  git('commit', '-q', '--allow-empty', '-m', 'The project')
  const base = git('rev-parse', 'HEAD')
  const executors = [greeter((name) => `Hello, ${name}!`)]
  const house = await openHouse({ home: join(place, 'home'), mode: 'work', executors })
  try {
    await must(house, 'workspace.open', { path, baseBranch: 'main' })
    const why = 'the executor is part of this program'
    await must(house, 'workspace.isolate', { path, isolation: 'none', clones: 'shared', why })
    await must(house, 'workspace.trust', { path, digest: '0'.repeat(64), policy })
    const source = { workspace: path, source: 'main.ts', format: 'none', tickFile: '', base, tip: base }
    await must(house, 'plan.import', { ...source, item: plan })
    const told = tell(house)
    await must(house, 'run.start', { item: plan.id, parallel: 2, include: [], exclude: [], force: false })
    await house.quiet(plan.id)
    await told
    const { whole, entries } = await house.audit.verify({})
    console.log(`${entries} entries, ${whole ? 'whole' : 'NOT WHOLE'}`)
  } finally {
    await house.close('drain')
  }
  console.log(git('log', '--reverse', '--format=%s', 'main..baton/greetings'))
}

try {
  await main()
} finally {
  rmSync(place, { recursive: true, force: true })
}
