import fc from 'fast-check'
import { expect, it } from 'vitest'
import { simulate, type Task } from './simulate.ts'

const tasks = (words: string): Task[] =>
  words.split(' ').map((word) => {
    const [, id = '', duration = '', after = ''] = /^(\w)(\d+)<?(\w*)$/.exec(word) ?? []
    return { id, duration: Number(duration), after: [...after] }
  })

it('plays a chain, a fan and a diamond', () => {
  expect(simulate(tasks('A2 B3<A C4<B'), 4)).toEqual({ makespan: 9, bound: 9, order: ['A', 'B', 'C'] })
  expect(simulate(tasks('A3 B3 C3 D3'), 2)).toEqual({ makespan: 6, bound: 6, order: ['A', 'B', 'C', 'D'] })
  expect(simulate(tasks('A1 B5<A C1<A D1<BC'), 2)).toEqual({ makespan: 7, bound: 7, order: ['A', 'B', 'C', 'D'] })
})

it('takes the critical path first, whatever the order in the plan', () => {
  expect(simulate(tasks('A2 B2 C2 D1 E9<D'), 2)).toMatchObject({ makespan: 10, order: ['D', 'A', 'E', 'B', 'C'] })
})

it('runs one after another on one slot, and everything at once on enough', () => {
  const graph = tasks('A2 B3 C4<A D5<AB')
  expect(simulate(graph, 1)).toMatchObject({ makespan: 14, bound: 14 })
  expect(simulate(graph, 9)).toMatchObject({ makespan: 8, bound: 8 })
})

it('takes nothing for nothing', () => {
  expect(simulate([], 4)).toEqual({ makespan: 0, bound: 0, order: [] })
  expect(simulate(tasks('A0 B0<A C0<B'), 1)).toEqual({ makespan: 0, bound: 0, order: ['A', 'B', 'C'] })
})

it('starts by the estimates and ends by the truth', () => {
  const graph = tasks('A9 B1 C1<B')
  const swapped = simulate(graph, 1, (task) => (task.id === 'A' ? 1 : 4))
  expect(swapped).toEqual({ makespan: 9, bound: 9, order: ['A', 'B', 'C'] })
})

const graph = fc.array(fc.tuple(fc.nat(20), fc.array(fc.nat(30), { maxLength: 3 })), { maxLength: 30 }).map((rows) =>
  rows.map(([duration, after], at): Task => {
    const before = at === 0 ? [] : [...new Set(after.map((one) => `t${one % at}`))]
    return { id: `t${at}`, duration, after: before }
  }),
)

it('starts each task once, after all it waits for, and never leaves a slot idle while one is ready', () => {
  fc.assert(
    fc.property(graph, fc.integer({ min: 1, max: 6 }), (all, slots) => {
      const { makespan, bound, order } = simulate(all, slots)
      expect([...order].sort()).toEqual(all.map((task) => task.id).sort())
      const place = new Map(order.map((id, at) => [id, at]))
      for (const task of all) {
        for (const id of task.after) expect(place.get(id)).toBeLessThan(place.get(task.id) ?? -1)
      }
      const work = all.reduce((sum, task) => sum + task.duration, 0)
      expect(makespan).toBeGreaterThanOrEqual(bound)
      expect(makespan).toBeLessThanOrEqual(work / slots + (1 - 1 / slots) * bound * (bound > 0 ? 1 : 0) + 1e-6)
    }),
    { numRuns: 500 },
  )
})
