// Both schemas of a handoff as they are published, and whether a value is one.
import type { Handoff, HandoffEvent } from './artifact.ts'

const eventsOf10 = [
  'attempt-started',
  'attempt-completed',
  'attempt-failed',
  'attempt-rejected',
  'gate-approved',
  'gate-rejected',
  'baseline-integration',
] as const satisfies readonly HandoffEvent[]

/** All that there are. */
export const eventsOf11 = [...eventsOf10, 'baseline-reverted'] as const satisfies readonly HandoffEvent[]

const text = { type: 'string' } as const

function schemaOf(version: Handoff['schemaVersion'], events: readonly HandoffEvent[]) {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: `Handoff artifact v${version}`,
    type: 'object',
    required: [
      'workItemId',
      'workflow',
      'step',
      'eventType',
      'attemptId',
      'timestamp',
      'actor',
      'outcome',
      'nextAction',
      'baselineIntegration',
      'links',
      'schemaVersion',
    ],
    properties: {
      workItemId: text,
      workflow: { type: 'object', required: ['name', 'version'], properties: { name: text, version: text } },
      step: {
        type: 'object',
        required: ['key', 'order'],
        properties: { key: text, order: { type: 'integer', minimum: 1 } },
      },
      eventType: { type: 'string', enum: events },
      attemptId: text,
      timestamp: { type: 'string', format: 'date-time' },
      actor: text,
      outcome: text,
      nextAction: text,
      baselineIntegration: { type: 'string', enum: ['pre', 'post'] },
      links: { type: 'array', items: text },
      schemaVersion: { type: 'string', const: version },
    },
  } as const
}

/** As document 004 publishes it. */
export const handoff10 = schemaOf('1.0', eventsOf10)
/** The same, and the event of an integration that is taken back. */
export const handoff11 = schemaOf('1.1', eventsOf11)

const texts = ['workItemId', 'attemptId', 'actor', 'outcome', 'nextAction'] as const
const dateTime =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i

/** What is wrong with it, a sentence for each field; empty when it is a handoff by one of the schemas. */
export function validateHandoff(value: unknown): string[] {
  if (!isObject(value)) return ['it is no JSON object']
  const wrong: string[] = []
  const must = (holds: boolean, what: string): void => void (holds || wrong.push(what))
  for (const name of texts) must(typeof value[name] === 'string', `${name} must be a text`)
  const { workflow, step, eventType, timestamp, baselineIntegration: baseline, links, schemaVersion } = value
  const named = isObject(workflow) && typeof workflow.name === 'string' && typeof workflow.version === 'string'
  must(named, 'workflow must have a name and a version, both texts')
  const order = isObject(step) ? step.order : undefined
  must(isObject(step) && typeof step.key === 'string', 'step.key must be a text')
  must(
    typeof order === 'number' && Number.isInteger(order) && order >= 1,
    'step.order must be a whole number from 1 on',
  )
  must(typeof timestamp === 'string' && dateTime.test(timestamp), 'timestamp must be a date and time as in ISO 8601')
  must(baseline === 'pre' || baseline === 'post', 'baselineIntegration must be pre or post')
  must(Array.isArray(links) && links.every((one) => typeof one === 'string'), 'links must be a list of texts')
  must(schemaVersion === '1.0' || schemaVersion === '1.1', 'schemaVersion must be "1.0" or "1.1"')
  const events: readonly unknown[] = schemaVersion === '1.1' ? eventsOf11 : eventsOf10
  must(events.includes(eventType), `eventType must be one of ${events.join(', ')}`)
  return wrong
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const lettersAtMost = 100_000

/** Whatever the letters are: the handoff that they say, or what is wrong with them. */
export function readHandoff(letters: string): Handoff | readonly string[] {
  if (letters.length > lettersAtMost) return [`it is longer than ${lettersAtMost} letters`]
  try {
    const value: unknown = JSON.parse(letters)
    const wrong = validateHandoff(value)
    return wrong.length === 0 ? (value as Handoff) : wrong
  } catch (error) {
    return [`it is no JSON: ${error instanceof Error ? error.message : String(error)}`]
  }
}

export function isHandoff(read: Handoff | readonly string[]): read is Handoff {
  return !Array.isArray(read)
}
