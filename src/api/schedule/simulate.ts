// The scheduler on a graph of tasks with known durations: its makespan beside the best that is possible, and its order.
import { z } from 'zod'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { chanceFrom } from '../chance.ts'
import { views } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { itemIn, stateOf, type Task } from './graph.ts'
import { type Order, playOrder } from './order.ts'

const id = z.string().min(1).max(200)
const task = z.strictObject({
  id,
  duration: z.number().min(0).max(1e12),
  after: z.array(id).max(10_000).default([]),
})

export const graph = z.strictObject({ tasks: z.array(task).min(1).max(200_000) })

export const scheduleSimulate = views({
  name: 'schedule/simulate',
  needs: 'read',
  caption: 'The scheduler on a graph of tasks: makespan, lower bound and launch order. Simulated, nothing runs.',
  params: z.strictObject({
    graph,
    slots: z.int().min(1).max(1024),
    policy: z.enum(['document', 'graph']).default('graph'),
    noise: z.number().min(0).max(3).default(0),
    seed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
  }),
  view: (_state, _now, { graph: { tasks }, slots, policy, noise, seed }): Order | Refusal => {
    if (tasks.reduce((sum, one) => sum + one.after.length, 0) > 5_000_000)
      return refuse('invalid', 'graph', 'it has more than 5,000,000 dependencies', 'simulate a part of it')
    const state = stateOf(tasks, slots, policy)
    if (isRefusal(state)) return state
    const takes = actual(tasks, noise, seed)
    return playOrder(state, itemIn(state), slots, (step) => takes.get(step.spec.key) ?? 0)
  },
})

/** With noise a task takes its duration times e^(noise × a standard normal): the same seed, the same durations, in the order of the tasks. */
function actual(tasks: readonly Task[], noise: number, seed: number): Map<string, number> {
  const chance = chanceFrom(seed)
  return new Map(
    tasks.map(({ id: key, duration }) => [key, noise === 0 ? duration : duration * Math.exp(noise * normal(chance))]),
  )
}

function normal(chance: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
}
