// A stage on which one item has been carried out and integrated.
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'

export const one = [{ key: 'a', order: 1 }]
export const why = 'the tea is cold'
/** What the base branch passes with and without it. */
export const fine = 'checks:\n  - {name: fine, command: ["true"]}\n'

export async function integrated(): Promise<Stage> {
  const made = await play(stage(), { steps: one, policy: { checks: fine } })
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'read it')
  return made
}
