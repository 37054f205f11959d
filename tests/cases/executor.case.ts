// What every executor must do: `began` first, exactly one `ended` last, never throw, stop twice, and hold back a flood.
import { describe, expect, it } from 'vitest'
import { told } from '../../src/core/nouns/update.ts'
import type { Assignment, Executor, Report } from '../../src/core/ports.ts'

/** What a play must make an agent do, in whatever way its executor is driven. */
export type Play = 'succeed' | 'fail' | 'speak' | 'flood' | 'hang' | 'broken'

export interface ExecutorBench {
  readonly executor: Executor
  /** An assignment that makes the agent do this; `hang` says "up" first. */
  assignment(play: Play): Assignment
  /** How many letters `flood` says. */
  readonly flood: number
}

export async function allOf(reports: AsyncIterable<Report>): Promise<Report[]> {
  const all: Report[] = []
  for await (const report of reports) all.push(report)
  return all
}

/** What a person would read of it: bytes of a program, or an update in words. */
function words(report: Report): string {
  if (report.kind === 'told') return told(report.update)
  return report.kind === 'said' ? report.text : ''
}

export const said = (all: readonly Report[]): string => all.map(words).join('')

export function endOf(all: readonly Report[]): Report & { kind: 'ended' } {
  const last = all.at(-1)
  if (last?.kind !== 'ended') throw new Error(`The last report is ${last?.kind}.`)
  return last
}

function inOrder(all: readonly Report[]): void {
  expect(all[0]?.kind).toBe('began')
  expect(all.filter(({ kind }) => kind === 'began')).toHaveLength(1)
  expect(all.filter(({ kind }) => kind === 'ended')).toHaveLength(1)
  expect(endOf(all).used.ms).toBeGreaterThanOrEqual(0)
}

export function executorCase(name: string, open: () => Promise<ExecutorBench>): void {
  describe(name, () => {
    it('reports in order and succeeds', async () => {
      const { executor, assignment } = await open()
      const all = await allOf(executor.start(assignment('speak')).reports)
      inOrder(all)
      expect(said(all)).toContain('héllo')
      expect(endOf(all).outcome.kind).toBe('succeeded')
    })

    it('says why it failed', async () => {
      const { executor, assignment } = await open()
      for (const play of ['fail', 'broken'] as const) {
        const all = await allOf(executor.start(assignment(play)).reports)
        inOrder(all)
        expect(endOf(all).outcome).toMatchObject({ kind: 'failed', why: expect.stringMatching(/\S/) })
      }
    })

    it('stops what hangs, twice, and says that it was stopped', async () => {
      const { executor, assignment } = await open()
      const run = executor.start(assignment('hang'))
      const all: Report[] = []
      for await (const report of run.reports) {
        all.push(report)
        if (words(report) !== '') await Promise.all([run.stop('a person said so'), run.stop('again')])
      }
      await run.stop('once more')
      inOrder(all)
      expect(endOf(all).outcome).toEqual({ kind: 'stopped', reason: 'cancelled', why: 'a person said so' })
    })

    it('can be stopped while it is starting', async () => {
      const { executor, assignment } = await open()
      const run = executor.start(assignment('hang'))
      await run.stop('at once')
      const all = await allOf(run.reports)
      inOrder(all)
      expect(endOf(all).outcome).toMatchObject({ kind: 'stopped', why: 'at once' })
    })

    it('loses nothing of a flood to a slow reader, and needs few reports for it', async () => {
      const { executor, assignment, flood } = await open()
      const all: Report[] = []
      let letters = 0
      for await (const report of executor.start(assignment('flood')).reports) {
        all.push(report)
        letters += words(report).length
        if (all.length < 20) await new Promise((done) => setTimeout(done, 2))
      }
      inOrder(all)
      expect(letters).toBe(flood)
      expect(all.length).toBeLessThan(flood / 100)
    })

    it('ends although nobody listens any more', async () => {
      const { executor, assignment } = await open()
      const run = executor.start(assignment('flood'))
      for await (const report of run.reports) if (words(report) !== '') break
      await run.stop('nobody listens')
    })

    it('runs several at once, each for itself', async () => {
      const { executor, assignment } = await open()
      const runs = ['speak', 'fail', 'speak'] as const
      const all = await Promise.all(runs.map((play) => allOf(executor.start(assignment(play)).reports)))
      expect(all.map((each) => endOf(each).outcome.kind)).toEqual(['succeeded', 'failed', 'succeeded'])
    })
  })
}
