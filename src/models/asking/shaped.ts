// Answers that must be JSON of a schema: validated here whatever the server promises, and asked for once more when they are not.
import { nothingUsed, type Used } from '../../core/nouns/attempt.ts'
import { ModelFailed, type ModelPart, type ModelRequest } from '../../core/ports.ts'
import { checkerOf, type Shape } from './schema.ts'

type Ask = (request: ModelRequest) => AsyncIterable<ModelPart>
type End = Extract<ModelPart, { kind: 'end' }>

interface Round {
  text: string
  end: End | undefined
}

/** Text is given once it is known to be valid, in one part. A second answer that is not valid either is a failure. */
export async function* askShaped(
  ask: Ask,
  request: ModelRequest,
  shape: Shape,
): AsyncGenerator<ModelPart, void, undefined> {
  const check = await checkerOf(shape)
  let asked = request
  let used: Used | undefined
  for (let [tries, inWords] = [1, false]; ; ) {
    const got: Round = { text: '', end: undefined }
    try {
      yield* listen(ask(asked), got)
    } catch (error) {
      if (inWords || !cannotHold(error)) throw counted(error, used)
      inWords = true
      asked = worded(asked, shape)
      continue
    }
    if (got.end === undefined) return
    used = used === undefined ? got.end.used : added(used, got.end.used)
    const found = check(got.text)
    if (got.end.finish === 'calls' || got.end.finish === 'filtered' || found.ok) {
      if (got.text !== '') yield { kind: 'text', text: got.text }
      yield { ...got.end, used, ...(found.ok && { json: found.value }) }
      return
    }
    if (got.end.finish === 'length' || tries === 2) throw invalid(request, got, found.why, used)
    tries += 1
    asked = { ...asked, messages: [...asked.messages, ...corrected(got.text, found.why)] }
  }
}

function invalid(request: ModelRequest, { text, end }: Round, fault: string, used: Used): ModelFailed {
  const why =
    end?.finish === 'length'
      ? 'its answer was cut at the most that it may write'
      : `twice its answer was not as the schema ${request.schema?.name ?? ''} asks: ${fault}`
  return new ModelFailed('bad-output', `model ${request.model.name}: ${why}`, { text, used })
}

/** A server that knows no such answers, or not this schema, says so in these words. */
const cannotHold = (error: unknown): boolean =>
  error instanceof ModelFailed &&
  error.reason === 'defect' &&
  /response_format|json_schema|text\.format|grammar|guided|structured output/i.test(error.message)

function worded({ schema, ...request }: ModelRequest, shape: Shape): ModelRequest {
  const content = `Answer with one JSON value of this schema, and nothing before or after it: ${JSON.stringify(shape.schema)}`
  return { ...request, messages: [...request.messages, { role: 'user', content }] }
}

/** What the tries before it used is counted too. */
function counted(error: unknown, before: Used | undefined): unknown {
  if (before === undefined || !(error instanceof ModelFailed)) return error
  const { reason, message, until, text } = error
  return new ModelFailed(reason, message, { until, text, used: added(before, error.used ?? nothingUsed) })
}

async function* listen(parts: AsyncIterable<ModelPart>, got: Round): AsyncGenerator<ModelPart, void, undefined> {
  for await (const part of parts) {
    if (part.kind === 'text') got.text += part.text
    else if (part.kind === 'end') got.end = part
    else yield part
  }
}

const corrected = (text: string, why: string): ModelRequest['messages'] => [
  { role: 'assistant', content: text },
  {
    role: 'user',
    content: `That answer cannot be used: ${why}. Answer again, with one JSON value of the schema and nothing before or after it.`,
  },
]

function added(one: Used, other: Used): Used {
  return {
    tokensIn: one.tokensIn + other.tokensIn,
    tokensOut: one.tokensOut + other.tokensOut,
    cachedIn: one.cachedIn + other.cachedIn,
    cost: one.cost + other.cost,
    ms: one.ms + other.ms,
    ...((one.unpriced === true || other.unpriced === true) && { unpriced: true as const }),
  }
}
