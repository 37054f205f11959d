// The plan, the repository and the home of the demo, and one run through them.
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { Refused, refuse } from '../core/refusals.ts'
import type { Context } from './command.ts'
import { exits } from './exit.ts'
import { Watching } from './watch.ts'
import type { Connection } from './world.ts'

export interface Demo {
  readonly outcome: string
  readonly isolation: 'basic' | 'none'
  readonly clones: string
  readonly steps: number
  readonly landed: number
  readonly ms: number
  readonly entries: number
  readonly whole: boolean
  readonly folder?: string
  readonly home?: string
  readonly exit: number
}

export interface DemoOptions {
  readonly isolation?: 'basic' | 'none'
  readonly keep: boolean
  readonly quiet: boolean
}

const plan = 'specs/001-greetings'
const item = '001-greetings'

const files: Readonly<Record<string, string>> = {
  'README.md': '# Greetings\n\nMade by `baton demo`.\n',
  [`${plan}/spec.md`]: '# Feature Specification: Greetings\n\nThe repository greets its reader in three languages.\n',
  [`${plan}/plan.md`]: '# Implementation Plan: Greetings\n\nOne file a language, and one that lists them.\n',
  [`${plan}/tasks.md`]: `# Tasks: Greetings

## Phase 1: Setup

- [ ] T001 Make the list in greetings/list.txt

## Phase 2: Languages

- [ ] T002 [P] Greet in English in greetings/en.txt
- [ ] T003 [P] Greet in German in greetings/de.txt
- [ ] T004 [P] Greet in French in greetings/fr.txt

## Phase 3: Finish

- [ ] T005 Say how many there are in greetings/count.txt
`,
}

const says: Readonly<Record<string, string>> = {
  T001: 'printf "en\\nde\\nfr\\n" > greetings/list.txt',
  T002: 'echo "Good morning" > greetings/en.txt',
  T003: 'echo "Guten Morgen" > greetings/de.txt',
  T004: 'echo "Bonjour" > greetings/fr.txt',
  T005: 'ls greetings/??.txt | wc -l > greetings/count.txt',
}

function configuration(): string {
  const steps = Object.entries(says).map(([key, line]) => {
    const made = /(greetings\/[a-z]+\.txt)$/.exec(line)?.[1] ?? ''
    const command = JSON.stringify(['/bin/sh', '-c', `mkdir -p greetings && ${line} && echo "${key} is done"`])
    return `  ${key}:\n    command: ${command}\n    checks:\n      - name: made\n        command: ["/bin/sh", "-c", "test -s ${made}"]\n`
  })
  return `agents:\n  scripted:\n    command: ["/bin/true"]\n    timeout: 1m\ndefault-agent: scripted\ndesired: 3\nsteps:\n${steps.join('')}`
}

/** Its own home and repository, so that nothing of the person's is touched. */
export async function playDemo(context: Context, options: DemoOptions): Promise<Demo> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'baton-demo-')))
  const folder = join(place, 'repository')
  const home = join(place, 'home')
  try {
    await makeRepository(folder)
    const house = await context.world.connect('work', { home, folder })
    const watching = new Watching(options.quiet ? context.silent() : context, house)
    try {
      const played = await play(context, watching, options)
      return options.keep ? { ...played, folder, home } : played
    } finally {
      await watching.house.close()
    }
  } finally {
    if (!options.keep) rmSync(place, { recursive: true, force: true })
  }
}

async function makeRepository(folder: string): Promise<void> {
  for (const [path, text] of Object.entries({ ...files, 'baton.yaml': configuration() })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  const git = (...argv: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=Baton demo', '-c', 'user.email=demo@baton.invalid', ...argv], {
      cwd: folder,
      env,
    })
  try {
    await git('init', '-q', '-b', 'main')
    await git('add', '-A')
    await git('commit', '-q', '-m', 'A plan for greetings')
  } catch (error) {
    throw new Refused(refuse('defect', 'demo', error instanceof Error ? error.message : String(error), 'install git'))
  }
}

async function play(context: Context, watching: Watching, options: DemoOptions): Promise<Demo> {
  const began = Date.now()
  const { house } = watching
  const { isolation, clones } = await prepare(house, options.isolation)
  if (!options.quiet) {
    const how = isolation === 'none' ? 'agents run with your rights' : 'agents see only their own folder'
    context.people.line(
      { text: `isolation ${isolation}`, style: isolation === 'none' ? 'yellow' : 'green' },
      `: ${how}; clones ${clones}`,
    )
  }
  const { head } = await house.call('journal/read', { limit: 1 })
  await house.call('run/start', { plan })
  const { items, interrupted } = await watching.until({ items: [item], from: head, held: async () => false })
  const report = await house.call('audit/verify', {})
  const counts = items[0]?.view?.counts ?? {}
  const outcome = interrupted ? 'cancelled' : (items[0]?.view?.run?.outcome ?? 'held')
  return {
    outcome,
    isolation,
    clones,
    steps: Object.keys(says).length,
    landed: counts.done ?? 0,
    ms: Date.now() - began,
    entries: report.entries,
    whole: report.whole,
    exit: outcome === 'complete' && report.whole ? exits.ok : interrupted ? exits.cancelled : exits.provider,
  }
}

/** The strongest isolation that passes here, unless one is named; the configuration is our own, so it is trusted as written. */
async function prepare(
  house: Connection,
  asked: 'basic' | 'none' | undefined,
): Promise<{ isolation: 'basic' | 'none'; clones: string }> {
  const look = await house.call('workspace/look', {})
  const basic = look.isolation.find((one) => one.level === 'basic')?.works === true
  const isolation = asked ?? (basic ? 'basic' : 'none')
  const { clones } = await house.call('workspace/init', { isolation, why: 'chosen for the demo' })
  const { configuration: found } = look
  if (found === undefined)
    throw new Refused(refuse('defect', 'demo', 'its baton.yaml was not found', 'please report it'))
  await house.call('workspace/trust', { digest: found.digest })
  return { isolation, clones }
}
