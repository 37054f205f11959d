// An agent that this machine has no room for just now is started a little later, and never charged for it.
import { expect, it } from 'vitest'
import type { Assignment, Child, Report, Spawner } from '../core/ports.ts'
import { shellExecutor } from './shell.ts'

const child: Child = {
  pid: 7,
  output: (async function* () {})(),
  ended: Promise.resolve({ code: 0, signal: null }),
  write: () => undefined,
  closeInput: () => undefined,
  stop: async () => undefined,
}

const assignment = {
  attempt: 'i/s/1',
  item: 'i',
  step: { key: 's', title: '', brief: '', writes: [], group: '', role: '' },
  role: { name: '' },
  agent: { name: 'shell', argv: ['agent'], env: {}, network: 'none' },
  folder: '/',
  base: '',
  prompt: '',
  feedback: '',
  isolation: 'none',
  timeoutMs: 1000,
} as unknown as Assignment

function executor(words: string, times: number) {
  let tries = 0
  const waited: number[] = []
  const start = async () => {
    tries += 1
    if (tries <= times) throw new Error(words)
    return child
  }
  const clock = {
    monotonic: () => 0,
    after: (ms: number, then: () => void) => {
      if (ms !== 1000 || tries <= times) queueMicrotask(then)
      waited.push(ms)
      return () => undefined
    },
  }
  const run = shellExecutor({ spawner: { start } as unknown as Spawner, environment: {}, clock }).start(assignment)
  return { run, waited, tries: () => tries }
}

async function endOf(reports: AsyncIterable<Report>) {
  let last: Report | undefined
  for await (const report of reports) last = report
  return last?.kind === 'ended' ? last.outcome : undefined
}

it('waits until there is room again', async () => {
  const { run, tries } = executor('agent could not be started in /: spawn unshare EAGAIN', 3)
  expect(await endOf(run.reports)).toMatchObject({ kind: 'succeeded' })
  expect(tries()).toBe(4)
})

it('gives up after half a minute, with a reason that costs the step no try', async () => {
  const { run, tries } = executor('spawn EMFILE', 1000)
  const outcome = await endOf(run.reports)
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'overloaded', why: expect.stringMatching(/ulimit -n/) })
  expect(tries()).toBe(8)
})

it('starts nothing any more once it was stopped', async () => {
  const { run, tries } = executor('spawn EMFILE', 1000)
  await run.stop('a person said so')
  expect(await endOf(run.reports)).toMatchObject({ kind: 'stopped', why: 'a person said so' })
  expect(tries()).toBe(1)
})

it('does not wait for a program that is not there', async () => {
  const { run, tries } = executor('spawn agent ENOENT', 1000)
  expect(await endOf(run.reports)).toMatchObject({ reason: 'crashed' })
  expect(tries()).toBe(1)
})
