// A stage for one acceptance test, taken down when the test has finished.
import { onTestFinished, vi } from 'vitest'
import { BuiltStage, Stage } from './ground.ts'

export type { Ended, Going, Json, Running, Stage } from './ground.ts'

/** Whole runs of real processes on a busy machine: the limit is for what hangs, not for what is slow. */
vi.setConfig({ testTimeout: 60_000 })

type Files = Readonly<Record<string, string>>

export function stage(files: Files = {}): Stage {
  return taken(new Stage(), files)
}

/** The same, through the program as it is built and given away. */
export function built(files: Files = {}): Stage {
  return taken(new BuiltStage(), files)
}

function taken(made: Stage, files: Files): Stage {
  onTestFinished(() => made.remove())
  made.commit(files, 'start')
  return made
}
