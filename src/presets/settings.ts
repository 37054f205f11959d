// What the home's own config.yaml says: it is the person's, and no repository has a say in it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { Refused, refuse } from '../core/refusals.ts'
import { readYaml } from '../core/text/yaml.ts'

/** A program and its arguments. */
export const argvShape = z.tuple([z.string().min(1)], z.string())
const place = z.union([z.string().min(1), z.strictObject({ command: argvShape })])
const shape = z.strictObject({
  'checkpoint-to': z.union([place, z.array(place).max(20)]).optional(),
})

export function settingsOf(home: string): z.output<typeof shape> {
  const file = join(home, 'config.yaml')
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  const { value, notes } = readYaml(text, file)
  const parsed = shape.safeParse(value ?? {})
  const wrong = notes.find(({ level }) => level === 'error')?.text ?? parsed.error?.issues[0]?.message
  if (wrong === undefined && parsed.success) return parsed.data
  const how = 'mend it: docs/checkpoints.md shows its fields'
  throw new Refused(refuse('invalid', file, wrong ?? 'it cannot be read', how))
}
