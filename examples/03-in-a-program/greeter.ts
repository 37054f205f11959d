// An executor of one's own: it does a step by calling a function, in this process.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Assignment, Executor, Report, Run } from '../../src/index.ts'

/** `began` comes first and exactly one `ended` last; whatever goes wrong is reported, never thrown. */
export function greeter(greet: (name: string) => string): Executor {
  return {
    name: 'greeter',
    start: (assignment): Run => ({
      reports: work(assignment, greet),
      answer: () => undefined,
      stop: async () => undefined,
    }),
  }
}

async function* work({ folder, step }: Assignment, greet: (name: string) => string): AsyncGenerator<Report> {
  const used = { tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 0 }
  yield { kind: 'began' }
  try {
    const text = greet(step.title)
    yield { kind: 'said', from: 'agent', text }
    await writeFile(join(folder, `${step.key}.txt`), `${text}\n`)
    yield { kind: 'ended', outcome: { kind: 'succeeded', why: 'the file is written' }, used }
  } catch (error) {
    yield { kind: 'ended', outcome: { kind: 'failed', reason: 'crashed', why: String(error) }, used }
  }
}
