// baton run: reads a plan and carries it out, or says in which order it would.
import type { Started } from '../../api/run/start.ts'
import type { ItemView } from '../../api/status/item.ts'
import { HungUp } from '../../client/over.ts'
import { Refused } from '../../core/refusals.ts'
import { mayAsk } from '../ask.ts'
import type { Command, Context } from '../command.ts'
import { commitOffer } from '../commit.ts'
import { exits } from '../exit.ts'
import { answerInline } from '../inline.ts'
import { toAnswer } from '../print/answers.ts'
import { outsideLines } from '../print/outside.ts'
import type { People } from '../print/people.ts'
import { checkpointTo, sayMissed } from '../print/places.ts'
import { countsText, duration } from '../print/words.ts'
import { type Watched, Watching } from '../watch.ts'
import type { Connection, Mode } from '../world.ts'

export const run: Command = {
  name: 'run',
  caption: 'Reads a plan and carries it out: each step claimed, done in its own clone, checked, and landed in order.',
  usage: '<plan> [options]',
  example:
    'baton run specs/001-photo-albums --dry-run\nbaton run specs/001-photo-albums --phase "Phase 3" --parallel 4\nbaton run specs/001-photo-albums --include T012 T013 --agent shell',
  options: [
    { name: 'phase', value: 'name', caption: 'only the steps of this phase' },
    { name: 'include', value: 'step', many: true, caption: 'only these steps' },
    { name: 'exclude', value: 'step', many: true, caption: 'all but these' },
    { name: 'agent', value: 'name', caption: 'let this agent of baton.yaml do all of it' },
    { name: 'parallel', value: 'n', caption: 'at most so many steps at once (default: desired of baton.yaml)' },
    {
      name: 'policy',
      value: 'word',
      caption: 'document: as written. graph: dependencies only (default: what the plan is made for)',
    },
    { name: 'as', value: 'format', caption: 'read the plan as this format instead of finding out' },
    { name: 'force', caption: 'do steps again that the plan has ticked, when they are included by name' },
    { name: 'dry-run', caption: 'only say what would be started, in which order' },
    checkpointTo,
    { name: 'watch', caption: 'stay while a question, or a step claimed outside, waits for somebody else' },
  ],
  words: [1, 1],
  json: [
    '{ seq, workspace, format, source, baseBranch, isolation, clones, notes, runs: { item, title, branch, run?, parallel, joined, unchanged?, order?, review?: { gate, asks, suspects: string[] } }[],',
    '  results?: { item, outcome: "complete"|"stuck"|"cancelled"|"drained"|"held"|"closed", counts, gates, ms }[], exit }',
  ].join('\n'),
  run: async (given) => {
    const context = given.keeping(given.all('checkpoint-to'))
    const watching = new Watching(context, await context.world.connect(mode(context)))
    try {
      return await carryOut(context, watching)
    } finally {
      await watching.close()
    }
  },
}

async function carryOut(context: Context, watching: Watching): Promise<number> {
  const from = (await again(context, watching, (house) => house.call('journal/read', { limit: 1 }))).head
  const started = await start(context, watching)
  announce(context, started)
  await lookedAt(context, watching, started)
  if (!context.has('dry-run')) return watch(context, watching, started, from)
  context.give({ ...started, exit: exits.ok }, (people) => printOrder(people, started))
  return exits.ok
}

async function start(context: Context, watching: Watching): Promise<Started> {
  const phase = context.text('phase')
  const agent = context.text('agent')
  const parallel = context.whole('parallel', 1, 1024)
  const policy = context.choice('policy', ['document', 'graph'] as const)
  const format = context.text('as')
  const asked = {
    plan: context.word(0),
    include: [...context.all('include')],
    exclude: [...context.all('exclude')],
    force: context.has('force'),
    dryRun: context.has('dry-run'),
    ...(phase === undefined ? {} : { phase }),
    ...(agent === undefined ? {} : { agent }),
    ...(parallel === undefined ? {} : { parallel }),
    ...(policy === undefined ? {} : { policy }),
    ...(format === undefined ? {} : { format }),
  }
  for (let left = 3; ; left -= 1) {
    try {
      // Asking again is safe: a run that was still begun by a process that has ended is joined.
      return await again(context, watching, (house) => house.call('run/start', asked))
    } catch (error) {
      if (!(error instanceof Refused) || left === 0) throw error
      if (!(await commitOffer(context, watching.house, asked.plan, error.refusal))) throw error
    }
  }
}

/** A process that was reached may be just about to leave: then the next one that holds the home is asked, or this one takes it. */
async function again<T>(context: Context, watching: Watching, ask: (house: Connection) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask(watching.house)
    } catch (error) {
      if (!(error instanceof HungUp)) throw error
      watching.house = await context.world.connect(mode(context))
    }
  }
}

function mode(context: Context): Mode {
  return context.has('dry-run') ? 'look' : 'work'
}

/** Isolation comes first: nobody shall learn later that agents ran with all rights. */
function announce(context: Context, started: Started): void {
  if (context.json) return
  const { people } = context
  if (started.isolation === 'none')
    people.line(
      { text: 'isolation none', style: 'yellow' },
      ': agents run with your rights, on your files and your network',
    )
  else people.line(`isolation ${started.isolation}${started.clones === '' ? '' : `, clones ${started.clones}`}`)
  for (const note of started.notes)
    people.line({ text: note.level, style: 'yellow' }, ` ${note.file}:${note.line} `, note.text)
  for (const one of started.runs) {
    if (one.unchanged === true) {
      people.line({ text: one.item, style: 'bold' }, `  ${one.title} → every step is done: nothing was left to start`)
      continue
    }
    const how = one.joined ? `joined ${one.run ?? 'its run'}, which was under way` : `${one.parallel} at once`
    people.line({ text: one.item, style: 'bold' }, `  ${one.title} → ${one.branch}, ${how}`)
  }
}

/** Who starts it here has it before their eyes; where somebody can be asked, the question waits for them. */
async function lookedAt(context: Context, watching: Watching, started: Started): Promise<void> {
  for (const { review } of started.runs) {
    if (review === undefined || (!context.json && mayAsk(context.world))) continue
    const { gate, asks, suspects } = review
    context.hint(asks)
    context.hint('Nobody sits here to be asked, so it goes on; it is recorded that it was shown.')
    const reasons = [
      `${suspects.length} suspicions were shown as it was started, with nobody at the terminal to be asked`,
    ]
    await again(context, watching, (house) => house.call('gate/answer', { gate, answer: 'approve', reasons }))
  }
}

function printOrder(people: People, started: Started): void {
  for (const { order } of started.runs) {
    if (order === undefined) continue
    people.line(`${order.policy} order, simulated: nothing was recorded or started`)
    people.table(
      order.order.map((one) => [String(one.start), one.step, one.agent, one.because]),
      '  ',
    )
    if (order.unreached.length > 0) people.line('  never started: ', order.unreached.join(', '))
  }
}

async function watch(context: Context, watching: Watching, started: Started, from: number): Promise<number> {
  const began = Date.now()
  const ids = started.runs.map((one) => one.item)
  const held = async (house: Connection, view: ItemView): Promise<boolean> => {
    if (await answerInline(context, house, view)) return true
    // At rest, and yet somebody works: outside Baton, until they say that they are done.
    const outside = view.current.some((step) => step.status === 'running')
    if (!context.has('watch') || (view.gates.length + view.blockers === 0 && !outside)) return false
    await changed(house, view)
    return true
  }
  const { items, interrupted } = await watching.until({ items: ids, from, held })
  if (!interrupted) await othersToo(context, watching.house, ids)
  const results = items.map((one) => ({ ...resultOf(one, interrupted), ms: Date.now() - began }))
  const exit = Math.max(...results.map((one) => one.exit))
  const shown = results.map(({ exit: _, ...rest }) => rest)
  context.give({ ...started, results: shown, exit }, (people) => {
    for (const [at, one] of results.entries()) summary(people, one, items[at]?.view)
  })
  sayMissed(context, (await again(context, watching, (house) => house.call('audit/places', {}))).places)
  return exit
}

/** Resolves at the next entry of the item: somebody else has done something about it. */
async function changed(house: Connection, view: ItemView): Promise<void> {
  for await (const _ of house.stream('journal/follow', { after: view.seq, stream: view.id })) return
}

/** A house in this process may work for other terminals as well: it stays until they are served. */
async function othersToo(context: Context, house: Connection, ours: readonly string[]): Promise<void> {
  if (!house.inside) return
  const { items } = await house.call('status/list', {})
  const others = items.filter((item) => !ours.includes(item.id) && (item.counts.running ?? 0) > 0)
  if (others.length === 0) return
  context.hint(`Staying until ${others.map((item) => item.id).join(', ')} is at rest too.`)
  await house.quiet()
}

interface Result {
  readonly item: string
  readonly outcome: string
  readonly counts: ItemView['counts']
  readonly gates: ItemView['gates']
  readonly exit: number
}

function resultOf({ id, view }: Watched, interrupted: boolean): Result {
  if (view === undefined) return { item: id, outcome: 'closed', counts: {}, gates: [], exit: exits.ok }
  const { counts, gates, run: last } = view
  const said = { item: id, counts, gates }
  if (last?.phase !== 'ended') {
    if (interrupted || last?.phase !== 'active') return { ...said, outcome: 'drained', exit: exits.cancelled }
    const conflict = gates.some((gate) => gate.kind === 'conflict')
    return { ...said, outcome: 'held', exit: conflict ? exits.conflict : exits.policy }
  }
  const outcome = last.outcome ?? 'complete'
  const codes: Readonly<Record<string, number>> = { complete: exits.ok, stuck: exits.provider }
  return { ...said, outcome, exit: codes[outcome] ?? exits.cancelled }
}

function summary(people: People, result: Result & { ms: number }, view: ItemView | undefined): void {
  for (const gate of result.outcome === 'held' ? result.gates : []) {
    people.line({ text: gate.id, style: 'yellow' }, ' ', gate.asks)
    people.line(`  → ${toAnswer(gate.id, gate.options)}, then baton run ${view?.source ?? ''}`)
  }
  if (result.outcome === 'held' && result.gates.length === 0 && view !== undefined) {
    const outside = outsideLines(view)
    for (const line of outside) people.line('held: ', line)
    if (outside.length === 0)
      people.line('held: ', view.held ?? 'nothing can start', ` → baton why ${view.next[0] ?? '<step>'}`)
  }
  if (result.outcome === 'complete') people.line(`  → baton integrate ${result.item}`)
  const style = result.outcome === 'complete' || result.outcome === 'closed' ? 'green' : 'yellow'
  people.line(
    { text: result.item, style: 'bold' },
    ': ',
    { text: result.outcome, style },
    `, ${countsText(result.counts)}, ${duration(result.ms)}`,
  )
}
