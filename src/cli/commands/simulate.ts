// baton simulate schedule: plays the scheduler on a graph of tasks.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseFrame } from '../../api/envelope.ts'
import { perform } from '../../api/perform.ts'
import type { Order } from '../../api/schedule/order.ts'
import { scheduleSimulate } from '../../api/schedule/simulate.ts'
import { everything } from '../../api/scopes.ts'
import type { House } from '../../core/ports/house.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { emptyState } from '../../core/state.ts'
import type { Command } from '../command.ts'

const mostBytes = 64 * 1024 * 1024

export const simulate: Command = {
  name: 'simulate schedule',
  caption: 'Plays the scheduler on a graph of tasks and says how far from the best its makespan is. Nothing runs.',
  usage: '--graph <file> --slots <n> [--policy graph|document] [--noise <x>] [--seed <n>]',
  example: 'baton simulate schedule --graph g.json --slots 8 --noise 0.4 --seed 1',
  options: [
    { name: 'graph', value: 'file', caption: '{"tasks":[{"id":"a","duration":3,"after":["b"]}]}' },
    { name: 'slots', value: 'n', caption: 'how many run at once (default 4)' },
    { name: 'policy', value: 'word', caption: 'graph (default) or document' },
    {
      name: 'noise',
      value: 'x',
      caption: 'a task takes its duration times e^(x × a standard normal), unknown to the scheduler',
    },
    { name: 'seed', value: 'n', caption: 'of the noise (default 1): the same seed, the same durations' },
  ],
  words: [0, 0],
  json: '{ policy, makespan, bound, longestPath, work, slots, order: { step, start, end, agent, because }[], unreached: string[] }',
  run: async (context) => {
    const policy = context.choice('policy', ['graph', 'document'] as const)
    const noise = context.number('noise', 0, 3)
    const seed = context.whole('seed', 0, 2 ** 32 - 1)
    const params = {
      graph: readGraph(resolve(context.world.folder, context.text('graph') ?? 'graph.json')),
      slots: context.whole('slots', 1, 1024) ?? 4,
      ...(policy === undefined ? {} : { policy }),
      ...(noise === undefined ? {} : { noise }),
      ...(seed === undefined ? {} : { seed }),
    }
    // It needs no home: a view is asked of nothing but a state and a time.
    const nobody = { state: emptyState(), now: () => 0 } as unknown as House
    const done = await perform(scheduleSimulate, nobody, { name: 'simulated', folder: '', may: everything }, params)
    if (!done.ok) throw new Refused(done.refusal)
    const order = done.result as Order
    context.give(order, (people) => {
      const ratio = order.bound === 0 ? 1 : order.makespan / order.bound
      people.line(`makespan ${round(order.makespan)}, bound ${round(order.bound)} (${ratio.toFixed(3)} ×), simulated`)
      people.line(`longest path ${round(order.longestPath)}, work ${round(order.work)} over ${order.slots} slots`)
      people.table(order.order.slice(0, 200).map((one) => [one.step, String(round(one.start)), String(round(one.end))]))
      if (order.order.length > 200) people.line(`… and ${order.order.length - 200} more: --json gives all`)
      if (order.unreached.length > 0) people.line('never started: ', order.unreached.slice(0, 10).join(', '))
    })
    return undefined
  },
}

const round = (value: number): number => Math.round(value * 1000) / 1000

function readGraph(file: string): { tasks: { id: string; duration: number; after?: string[] }[] } {
  let text: string
  try {
    if (statSync(file).size > mostBytes) throw new Error('it is larger than 64 MiB')
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('not-found', file, why, 'name a file with --graph'))
  }
  const graph = parseFrame(text, mostBytes)
  if (graph === undefined)
    throw new Refused(refuse('invalid', file, 'it is not a JSON object', 'baton simulate schedule --help shows one'))
  return graph as unknown as ReturnType<typeof readGraph>
}
