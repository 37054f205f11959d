// A stage for one acceptance test, taken down when the test has finished.
import { onTestFinished } from 'vitest'
import { Stage } from './ground.ts'

export type { Ended, Going, Json, Running, Stage } from './ground.ts'

export function stage(files: Readonly<Record<string, string>> = {}): Stage {
  const made = new Stage()
  onTestFinished(() => made.remove())
  made.commit(files, 'start')
  return made
}
