// What a file that should have a shape has otherwise, each at its own place.
import type { ZodError } from 'zod'
import type { PlanNote } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { YamlRead } from '../../core/text/yaml.ts'

const mostNamed = 20

export function misshapen({ issues }: ZodError, yaml: Pick<YamlRead, 'at'>, remedy: string): PlanNote[] {
  return issues.slice(0, mostNamed).map((issue) => ({
    ...yaml.at(issue.path),
    level: 'error',
    kind: 'shape',
    text: `${issue.path.join('.') || 'The file'}: ${quoted(issue.message, 200)}.`,
    remedy,
  }))
}
