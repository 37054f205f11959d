// Says how a program ended, in the words of an outcome.
import type { FailureReason, Outcome } from '../core/nouns/attempt.ts'
import { type Ended, SandboxMissing } from '../core/ports.ts'
import { clip, neutral, quoted } from '../core/text/neutral.ts'
import { wantOf } from '../core/wants.ts'

const lastLines = 8

export function failed(reason: FailureReason, why: string): Outcome {
  return { kind: 'failed', reason, why }
}

/** A spawner that cannot start a program says so in its message: the error comes from another process. */
export function couldNotStart(error: unknown, program: string): Outcome {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof SandboxMissing) return failed('sandbox-missing', message)
  const name = quoted(program)
  const want = wantOf(message)
  if (want !== undefined) {
    const why = `The program ${name} could not be started: this machine has no more ${want.of} to give. ${want.remedy}`
    return failed('overloaded', why)
  }
  if (/\bENOENT\b/.test(message)) {
    return failed(
      'crashed',
      `The program ${name} was not found. Install it, or correct the agent's command in baton.yaml.`,
    )
  }
  if (/\bEACCES\b/.test(message)) {
    return failed(
      'crashed',
      `The program ${name} may not be run. Make it executable (chmod +x), or correct the agent's command.`,
    )
  }
  return failed('crashed', `The program ${name} could not be started: ${quoted(message, 300)}`)
}

export function howItEnded(ended: Ended, program: string, tail: string): Outcome {
  if (ended.code === 0) return { kind: 'succeeded', why: 'The command ended with exit code 0.' }
  const lines = neutral(tail).trim().split('\n').slice(-lastLines)
  const said = lines.join('\n') === '' ? 'It said nothing.' : `It said last: ${clip(lines.join('\n'), 1000)}`
  if (ended.signal !== null) return failed('crashed', `The command was ended by ${ended.signal}. ${said}`)
  const missing = ended.code === 127 || /^bwrap: execvp .*No such file/m.test(tail)
  const remedy = missing ? ` A program was not found: install it, or correct the command (${quoted(program)}).` : ''
  return failed('crashed', `The command ended with exit code ${ended.code}.${remedy} ${said}`)
}
