// How a turn of an agent ended, in the words of an outcome; what it says of itself proves nothing, so a good end is only its word.
import type { FailureReason, Outcome } from '../../core/nouns/attempt.ts'
import type { Ended } from '../../core/ports.ts'
import { clip, neutral, quoted } from '../../core/text/neutral.ts'
import { classify } from '../failures/classify.ts'
import { failed } from '../outcomes.ts'
import { asText, fields } from './unknown.ts'

export interface Turn {
  readonly agent: string
  /** What it was refused. */
  readonly denied: readonly string[]
  /** How many of its tools did something. */
  readonly worked: number
  /** Wall time now. */
  readonly at: number
  /** The last that it wrote beside the protocol. */
  readonly tail: string
  /** An error that it told as it ended its turn. */
  readonly trouble?: string | undefined
}

const authRequired = -32_000

export function outcomeOfStop(stop: unknown, turn: Turn): Outcome {
  const { agent, denied, worked, trouble } = turn
  if (trouble !== undefined) return told(trouble, `${agent} says that it failed: ${quoted(trouble, 600)}`, turn)
  if (denied.length > 0 && worked === 0) {
    return failed(
      'refused-tool',
      `${agent} was not allowed to do what it asked for, and did nothing else: ${said(denied)}`,
    )
  }
  switch (stop) {
    case 'end_turn': {
      const refused = denied.length === 0 ? '' : ` It was not allowed: ${said(denied)}`
      return { kind: 'succeeded', why: `${agent} says that it is done.${refused}` }
    }
    case 'max_tokens':
      return failed(
        'context-overflow',
        `${agent} reached the number of tokens that its model may use. Make the step smaller.`,
      )
    case 'max_turn_requests':
      return failed('stalled', `${agent} asked its model as often as it may in one turn and was not done.`)
    case 'refusal':
      return failed('bad-output', `The model of ${agent} refused to go on with this step.`)
    case 'cancelled':
      return failed('crashed', `${agent} broke its own turn off.`)
    default:
      return failed(
        'bad-output',
        `${agent} ended its turn in a way that this version does not know: ${quoted(asText(stop))}`,
      )
  }
}

function said(denied: readonly string[]): string {
  return denied.map((one) => quoted(one, 200)).join(' ')
}

/** An error that it answered with, or none of its answers at all. */
export function outcomeOfError(error: unknown, doing: string, turn: Turn): Outcome {
  const { code, message, data } = fields(error)
  const words = [error instanceof Error ? error.message : asText(message), asText(data)].filter((text) => text !== '')
  const text = words.join(' ')
  const known = classify({ text, at: turn.at })
  const why = `${turn.agent} failed ${doing}: ${quoted(text, 600)}`
  if (code === authRequired || known?.reason === 'auth')
    return failed('auth', `${why}. Log in to it, or give it a key.`)
  if (known !== undefined) return withUntil(known.reason, why, known.until)
  return failed('crashed', why)
}

/** Its process went away before it had answered; undefined: it only fell silent for good, and was ended. */
export function outcomeOfExit(ended: Ended | undefined, doing: string, turn: Turn): Outcome {
  const how =
    ended === undefined
      ? 'closed its side of the conversation'
      : ended.signal === null
        ? `ended with exit code ${ended.code}`
        : `was ended by ${ended.signal}`
  const tail = clip(neutral(turn.tail).trim().split('\n').slice(-8).join('\n'), 1000)
  const why = `${turn.agent} ${how} ${doing}. ${tail === '' ? 'It said nothing.' : `It said last: ${tail}`}`
  return told(tail, why, turn)
}

function told(text: string, why: string, turn: Turn): Outcome {
  const known = classify({ text, at: turn.at })
  return known === undefined ? failed('crashed', why) : withUntil(known.reason, why, known.until)
}

function withUntil(reason: FailureReason, why: string, until: number | undefined): Outcome {
  return { kind: 'failed', reason, why, ...(until === undefined ? {} : { until }) }
}
