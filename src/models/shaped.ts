// Answers that must be JSON of a schema: validated here whatever the server promises, and asked for once more when they are not.
import type { Used } from '../core/nouns/attempt.ts'
import { ModelFailed, type ModelPart, type ModelRequest } from '../core/ports.ts'
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
  for (let round = 1; ; round += 1) {
    const got: Round = { text: '', end: undefined }
    yield* listen(ask(asked), got)
    if (got.end === undefined) return
    used = used === undefined ? got.end.used : added(used, got.end.used)
    const found = check(got.text)
    if (got.end.finish === 'calls' || got.end.finish === 'filtered' || found.ok) {
      if (got.text !== '') yield { kind: 'text', text: got.text }
      yield { ...got.end, used, ...(found.ok && { json: found.value }) }
      return
    }
    const cut = got.end.finish === 'length'
    if (cut || round === 2) {
      const why = cut
        ? 'its answer was cut at the most that it may write'
        : `twice its answer was not as the schema ${shape.name} asks: ${found.why}`
      throw new ModelFailed('bad-output', `model ${request.model.name}: ${why}`, { text: got.text, used })
    }
    asked = { ...request, messages: [...request.messages, ...corrected(got.text, found.why)] }
  }
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
