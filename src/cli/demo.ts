// One run through the demo's sample project, in a repository and a home of its own.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ItemView } from '../api/status/item.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { demoFeature } from '../presets/demo/files.ts'
import { makeDemo } from '../presets/demo/make.ts'
import type { Context } from './command.ts'
import { exits } from './exit.ts'
import { Watching } from './watch.ts'
import type { Connection } from './world.ts'

export interface Demo {
  readonly outcome: string
  readonly isolation: 'strict' | 'basic' | 'none'
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
  readonly isolation?: 'strict' | 'basic' | 'none'
  readonly keep: boolean
  readonly quiet: boolean
}

const item = demoFeature.slice(demoFeature.lastIndexOf('/') + 1)

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
      await watching.close()
    }
  } finally {
    if (!options.keep) rmSync(place, { recursive: true, force: true })
  }
}

async function makeRepository(folder: string): Promise<void> {
  try {
    await makeDemo(folder)
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
  await house.call('run/start', { plan: demoFeature })
  const { items, interrupted } = await watching.until({
    items: [item],
    from: head,
    untold: ['gate.opened', 'gate.answered'],
    held: (connection, view) => answer(context, options, connection, view),
  })
  const report = await house.call('audit/verify', {})
  const counts = items[0]?.view?.counts ?? {}
  const outcome = interrupted ? 'cancelled' : (items[0]?.view?.run?.outcome ?? 'held')
  return {
    outcome,
    isolation,
    clones,
    steps: Object.values(counts).reduce((sum, count) => sum + count, 0),
    landed: counts.done ?? 0,
    ms: Date.now() - began,
    entries: report.entries,
    whole: report.whole,
    exit: outcome === 'complete' && report.whole ? exits.ok : interrupted ? exits.cancelled : exits.provider,
  }
}

/** In a demo nobody should have to wait: each question is shown, and answered as a person who is content would. */
async function answer(context: Context, options: DemoOptions, house: Connection, view: ItemView): Promise<boolean> {
  for (const gate of view.gates) {
    if (!options.quiet) {
      context.people.line({ text: `? ${gate.asks}`, style: 'yellow' })
      context.people.line(`  the demo answers for you: baton gate ${gate.id} ${gate.usual}`)
    }
    await house.call('gate/answer', { gate: gate.id, answer: gate.usual, reasons: ['the demo answers for you'] })
  }
  return view.gates.length > 0
}

/** The strongest isolation that passes here, unless one is named; the configuration is our own, so it is trusted as written. */
async function prepare(
  house: Connection,
  asked: 'strict' | 'basic' | 'none' | undefined,
): Promise<{ isolation: 'strict' | 'basic' | 'none'; clones: string }> {
  const look = await house.call('workspace/look', {})
  const works = (level: 'strict' | 'basic') => look.isolation.some((one) => one.level === level && one.works)
  const isolation = asked ?? (works('strict') ? 'strict' : works('basic') ? 'basic' : 'none')
  const { clones } = await house.call('workspace/init', { isolation, why: 'chosen for the demo' })
  const { configuration: found } = look
  if (found === undefined)
    throw new Refused(refuse('defect', 'demo', 'its baton.yaml was not found', 'please report it'))
  await house.call('workspace/trust', { digest: found.digest })
  return { isolation, clones }
}
