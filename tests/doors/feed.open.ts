// A stage and ears on it for one test, taken down when the test has finished.
import { onTestFinished } from 'vitest'
import { type Ear, type EarOptions, listen } from './feed.ears.ts'
import { type GrowingHouse, type Stage, type StageOptions, stage } from './feed.stage.ts'

export async function open(house: GrowingHouse, options: StageOptions = {}): Promise<Stage> {
  const one = await stage(house, options)
  onTestFinished(() => one.close())
  return one
}

export function hear(on: Stage, path = '/events', rest: Omit<EarOptions, 'path'> = {}): Ear {
  const ear = listen(on.port, { path, ...rest })
  onTestFinished(() => ear.close())
  return ear
}
