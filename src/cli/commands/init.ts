// baton init: shows what doctor finds, records a person's choice of isolation, and ends in a smoke run.
import type { WorkspaceLook } from '../../api/workspace/look.ts'
import { choose, confirm, mayAsk } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { type Demo, playDemo } from '../demo.ts'
import { allow } from './trust.ts'

/** Strongest first. */
const levels = ['strict', 'basic', 'none'] as const
type Level = (typeof levels)[number]

const hints: Readonly<Record<Level, string>> = {
  strict: 'agents see only their own folder, and ask little of the kernel: no debuggers, no 32-bit programs',
  basic: 'agents see only their own folder',
  none: 'agents run with your rights, on your files and your network',
}

export const init: Command = {
  name: 'init',
  caption: 'Sets Baton up for this repository: shows what doctor found, asks what it needs, ends in a smoke run.',
  usage: '[--isolation strict|basic|none] [--clones <kind>] [--no-smoke]',
  example: 'baton init\nbaton init --isolation strict',
  options: [
    {
      name: 'isolation',
      value: 'level',
      caption: 'strict: agents in a sandbox, behind a filter. basic: in a sandbox. none: with your rights',
    },
    { name: 'clones', value: 'kind', caption: 'how working folders are made (default: the best that works)' },
    { name: 'no-smoke', caption: 'leave the smoke run out' },
  ],
  words: [0, 0],
  json: '{ path, baseBranch, isolation, clones, seq, configuration?: as trust, doctor: { what, ok, detail, remedy? }[], smoke?: as demo }',
  run: async (context) => {
    const before = await context.with('look', (house) => house.call('workspace/look', {}))
    if (!context.json) printLook(context, before)
    const isolation = context.choice('isolation', levels) ?? (await askIsolation(context, before))
    const clones = context.text('clones')
    const chosen = { isolation, ...(clones === undefined ? {} : { clones }) }
    const done = await context.with('write', (house) => house.call('workspace/init', chosen))
    await offerTrust(context, before)
    const look = await context.with('look', (house) => house.call('workspace/look', { quick: true }))
    const smoke = context.has('no-smoke') ? undefined : await smokeRun(context, done.isolation)
    const { configuration } = look
    const { doctor } = before
    const result = {
      ...done,
      ...(configuration === undefined ? {} : { configuration }),
      doctor,
      ...(smoke === undefined ? {} : { smoke }),
    }
    context.give(result, (people) => {
      people.line(
        `${done.path} is set up: base branch ${done.baseBranch}, isolation ${done.isolation}, clones ${done.clones}.`,
      )
      if (smoke !== undefined)
        people.line(
          `smoke run: ${smoke.outcome}, ${smoke.landed} steps landed, record ${smoke.whole ? 'whole' : 'NOT WHOLE'}`,
        )
      if (configuration === undefined) people.line('  → write a baton.yaml, then baton trust')
      else people.line(configuration.trusted ? '  → baton run <plan>' : '  → baton trust, then baton run <plan>')
    })
    return smoke === undefined ? undefined : smoke.exit
  },
}

function printLook({ people }: Context, look: WorkspaceLook): void {
  people.line({ text: look.repository.root, style: 'bold' })
  for (const line of look.doctor) {
    people.line(
      line.ok ? { text: 'ok  ', style: 'green' } : { text: 'bad ', style: 'red' },
      line.what,
      ': ',
      line.detail,
    )
    if (!line.ok && line.remedy !== undefined) people.line('    → ', line.remedy)
  }
}

async function askIsolation(context: Context, look: WorkspaceLook): Promise<Level> {
  const known = levels.find((level) => level === look.chosen?.isolation)
  if (known !== undefined) return known
  const offered = levels.filter(
    (level) => level === 'none' || look.isolation.some((one) => one.level === level && one.works),
  )
  const chosen = await choose(
    context.world,
    'How shall agents be isolated?',
    offered.map((level) => ({ value: level, label: level, hint: hints[level] })),
    `baton init --isolation ${offered[0] ?? 'none'}`,
  )
  return levels.find((level) => level === chosen) ?? 'none'
}

async function offerTrust(context: Context, look: WorkspaceLook): Promise<void> {
  if (look.configuration === undefined || look.configuration.trusted || context.json || !mayAsk(context.world)) return
  if (await confirm(context.world, 'There is a baton.yaml. Look at it and allow it now?', 'baton trust')) {
    await allow(context, look.configuration)
  }
}

/** The first run: a plan of five steps in a repository of its own, with the isolation that was just chosen. */
async function smokeRun(context: Context, isolation: Level): Promise<Demo> {
  context.hint('Smoke run: five steps by a scripted agent, in a repository and a home of its own …')
  return playDemo(context, { isolation, keep: false, quiet: true })
}
