// Runs what every executor must do over the built-in agent, and breaks it off in the middle of everything that it does.
import { describe, expect, it } from 'vitest'
import { ModelFailed, type Report, SandboxMissing, type Spawner } from '../../src/core/ports.ts'
import { exploreExecutor, modelExecutor } from '../../src/executors/index.ts'
import { realClock } from '../../src/presets/clock.ts'
import { environment, type Part, ran, type Said, scripted, stage, started } from '../executors/model.stage.ts'
import { endOf, executorCase, type Play, said } from './executor.case.ts'

const on = stage()
const flood = 3_000_000

const plays: Readonly<Record<Play, Said>> = {
  succeed: { text: 'Done.' },
  fail: { text: 'Well', fails: new ModelFailed('overloaded', 'Too busy.') },
  speak: { text: 'héllo' },
  flood: { text: 'x'.repeat(flood) },
  hang: { text: 'up', hangs: () => undefined },
  broken: { fails: new Error('unplugged') },
}

/** What a run tells beside the words of its model. */
async function besides(explore: boolean): Promise<number> {
  const quiet = scripted((_, { messages }) => ({ text: messages.length > 2 ? '.' : 'x' }))
  const { all } = await ran(started(on, quiet, on.assigned({ folder: on.folder(), readsOnly: true }), explore))
  return said(all).length - 1
}

for (const make of [modelExecutor, exploreExecutor]) {
  executorCase(make.name.replace('Executor', ''), async () => {
    const part: Part = (_, { messages }) => {
      const play = plays[messages[1]?.content as Play]
      // An explorer is asked to look first; what it says then is not counted.
      return messages.length > 2 ? { text: '.' } : play
    }
    const explores = make === exploreExecutor
    return {
      executor: make({ spawner: on.spawner, environment, models: scripted(part), clock: realClock }),
      flood: flood + (await besides(explores)),
      assignment: (play) => on.assigned({ folder: on.folder(), prompt: play, readsOnly: true }),
    }
  })
}

describe('broken off', () => {
  /** Stops as soon as `when` is reported, twice, and gives how it ended. */
  async function stoppedAt(part: Part, when: (report: Report) => boolean): Promise<readonly Report[]> {
    const run = started(on, scripted(part), on.assigned({ folder: on.folder({ 'a.txt': 'a\n' }) }))
    const all: Report[] = []
    for await (const report of run.reports) {
      all.push(report)
      if (when(report)) await Promise.all([run.stop('a person said so'), run.stop('again')])
    }
    return all
  }

  const uses =
    (name: string, given: unknown): Part =>
    () => ({ calls: [[name, given]] })
  const status = (tool: string, wanted: string) => (report: Report) =>
    report.kind === 'told' &&
    report.update.kind === 'tool' &&
    report.update.id === tool &&
    report.update.status === wanted

  it.each<readonly [string, Part, (report: Report) => boolean]>([
    ['as it begins', () => ({ text: 'x' }), ({ kind }) => kind === 'began'],
    [
      'while the model speaks',
      () => ({ text: 'x'.repeat(100_000) }),
      (report) => report.kind === 'told' && report.update.kind === 'message',
    ],
    [
      'while the model is silent',
      () => ({ text: 'x', hangs: () => undefined }),
      (report) => report.kind === 'told' && report.update.kind === 'message',
    ],
    ['before a tool', uses('read', { path: 'a.txt' }), status('t1', 'pending')],
    ['while a command runs', uses('run', { command: 'sleep 600 & sleep 600' }), status('t1', 'running')],
    ['between two tools', uses('read', { path: 'a.txt' }), status('t1', 'done')],
    ['while it asks', uses('ask', { question: 'Why?' }), ({ kind }) => kind === 'asked'],
    ['when it has used something', () => ({ text: 'x' }), ({ kind }) => kind === 'used'],
  ])('%s, it says so, and leaves nothing running', async (_, part, when) => {
    const all = await stoppedAt(part, when)
    expect(endOf(all).outcome).toEqual({ kind: 'stopped', reason: 'cancelled', why: 'a person said so' })
    const attempt = all.length
    expect(attempt).toBeGreaterThan(1)
    expect(await on.spawner.sweep()).toBe(0)
  })

  it('says what is missing when its hands cannot be started, and asks no model', async () => {
    const models = scripted(() => ({ text: 'x' }))
    const ends = async (error: Error) => {
      const spawner: Spawner = { ...on.spawner, start: () => Promise.reject(error) }
      const executor = modelExecutor({ spawner, environment, models, clock: realClock })
      return (await ran(executor.start(on.assigned({ folder: on.folder() })))).outcome
    }
    expect(await ends(new SandboxMissing('bwrap is missing'))).toMatchObject({
      reason: 'sandbox-missing',
      why: 'bwrap is missing',
    })
    expect(await ends(new Error('the spawner is gone'))).toMatchObject({ reason: 'crashed' })
    expect(models.requests).toHaveLength(0)
  })

  it('is available with a model only', async () => {
    const executor = modelExecutor({ spawner: on.spawner, environment, models: scripted(() => ({})), clock: realClock })
    const { agent } = on.assigned({ folder: '/' })
    expect(await executor.available?.(agent)).toMatchObject({ ok: false, why: expect.stringContaining('no model') })
    expect(await executor.available?.({ ...agent, model: 'm' })).toMatchObject({ ok: true })
  })
})
