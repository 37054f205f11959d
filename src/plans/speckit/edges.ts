// Works out what each step waits for: what is stated, the phases it follows, and its place within its phase.
import type { Edge, EdgeSource } from '../../core/nouns/step.ts'
import { positionsOf } from '../reading/cycles.ts'
import type { Document } from './document.ts'
import type { Stated } from './stated.ts'

const pairsAtMost = 4096

/**
 * Invariant 1: every edge that is not stated leads from an earlier to a later step of one order that agrees with everything
 * stated, so what is derived can never close a circle, and gives way where a plan contradicts its own order.
 */
class Weaver {
  readonly edges: Map<number, EdgeSource>[]
  readonly #document: Document
  readonly #stated: Stated
  readonly #position: Int32Array
  /** Within its phase: steps that wait for nothing, and steps that nothing waits for. */
  readonly #heads: number[][]
  readonly #ends: number[][]

  constructor(document: Document, stated: Stated) {
    this.#document = document
    this.#stated = stated
    this.#position = positionsOf(stated.after)
    this.edges = stated.after.map((each) => {
      const edges = new Map<number, EdgeSource>()
      for (const before of each.keys()) edges.set(before, 'stated')
      return edges
    })
    this.#heads = document.phases.map(() => [])
    this.#ends = document.phases.map(() => [])
  }

  weave(): void {
    for (const [joint, rest] of this.#stated.joints) for (const before of rest) this.#add(before, joint, 'order')
    const phases: number[][] = this.#document.phases.map(() => [])
    for (const [index, step] of this.#document.steps.entries()) phases[step.phase]?.push(index)
    for (const [phase, steps] of phases.entries())
      this.#within(
        phase,
        steps.sort((a, b) => this.#at(a) - this.#at(b)),
      )
    this.#between(phases.flatMap((steps, phase) => (steps.length > 0 ? [phase] : [])))
  }

  #at(index: number): number {
    return this.#position[index] ?? 0
  }

  #add(before: number, after: number, source: EdgeSource): void {
    const known = this.edges[after]
    if (known && !known.has(before) && this.#at(before) < this.#at(after)) known.set(before, source)
  }

  /** A step without [P] waits for everything before it in its phase, one with [P] for the last without. */
  #within(phase: number, steps: readonly number[]): void {
    const open = new Set<number>()
    let serial: number | undefined
    for (const index of steps) {
      const parallel = this.#document.steps[index]?.parallel === true
      const order = this.#stated.own[index] ? [] : parallel ? (serial === undefined ? [] : [serial]) : open
      for (const before of order) this.#add(before, index, 'order')
      let waits = false
      for (const before of this.edges[index]?.keys() ?? []) {
        if (this.#document.steps[before]?.phase !== phase || this.#at(before) >= this.#at(index)) continue
        waits = true
        open.delete(before)
      }
      if (!waits) this.#heads[phase]?.push(index)
      open.add(index)
      if (!parallel) serial = index
    }
    this.#ends[phase]?.push(...open)
  }

  /** Stories wait for the last phase that is none, and for an earlier phase of their own; every other phase waits for all. */
  #between(phases: readonly number[]): void {
    let open: number[] = []
    let last: number | undefined
    const stories = new Map<string, number>()
    for (const phase of phases) {
      const story = this.#document.phases[phase]?.story
      if (story === undefined) {
        this.#join(open, phase)
        open = [phase]
        last = phase
        stories.clear()
        continue
      }
      const earlier = stories.get(story)
      this.#join([...(last === undefined ? [] : [last]), ...(earlier === undefined ? [] : [earlier])], phase)
      open = [...open.filter((each) => each !== last && each !== earlier), phase]
      stories.set(story, phase)
    }
  }

  /** Two wide phases are led through one step, so that a plan of thousands does not need millions of edges. */
  #join(phases: readonly number[], next: number): void {
    const ends = phases.flatMap((phase) => this.#ends[phase] ?? [])
    const heads = this.#heads[next] ?? []
    const wide = ends.length * heads.length > pairsAtMost
    const joint = wide ? ends.reduce((a, b) => (this.#at(a) > this.#at(b) ? a : b)) : undefined
    if (joint !== undefined) for (const end of ends) this.#add(end, joint, 'phase')
    for (const head of heads) for (const end of joint === undefined ? ends : [joint]) this.#add(end, head, 'phase')
  }
}

/** For each step, by index: its edges in the order of the file. */
export function edgesOf(document: Document, stated: Stated): readonly (readonly Edge[])[] {
  const weaver = new Weaver(document, stated)
  weaver.weave()
  return weaver.edges.map((each, index) =>
    [...each]
      .sort(([a], [b]) => a - b)
      .map(([before, source]) => {
        const at = stated.after[index]?.get(before)
        const key = document.steps[before]?.key ?? ''
        return at === undefined ? { key, source } : { key, source, at }
      }),
  )
}
