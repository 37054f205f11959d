// A stage for one acceptance test, taken down when the test has finished.
import { onTestFinished, vi } from 'vitest'
import { Stage } from './ground.ts'

export type { Ended, Going, Json, Running, Stage } from './ground.ts'

/** Whole runs of real processes on a busy machine: the limit is for what hangs, not for what is slow. */
vi.setConfig({ testTimeout: 60_000 })

export function stage(files: Readonly<Record<string, string>> = {}): Stage {
  const made = new Stage()
  onTestFinished(() => made.remove())
  made.commit(files, 'start')
  return made
}
