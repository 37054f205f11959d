// One request and its answer in parts: sent again where that helps, and never once a part of the answer has gone out.
import type { ModelPart, ModelRequest } from '../../core/ports.ts'
import type { Call, Caller, Options } from '../caller.ts'
import type { Quirks } from '../dialects.ts'
import { type Target, targetOf } from '../target.ts'
import { type Batch, batches, jsonIn } from '../transport/payloads.ts'
import { Trouble } from '../trouble.ts'
import { ChatAnswer } from '../wires/chat-answer.ts'
import { chatRequest } from '../wires/chat-request.ts'
import type { Reader, Spoken } from '../wires/reader.ts'
import { ResponsesAnswer } from '../wires/responses-answer.ts'
import { responsesRequest } from '../wires/responses-request.ts'
import type { Dialects } from './found.ts'
import { Told } from './told.ts'

export async function* ask(
  caller: Caller,
  options: Options,
  known: Dialects,
  request: ModelRequest,
): AsyncGenerator<ModelPart, void, undefined> {
  const told = new Told(request, options.clock)
  try {
    const target = await targetOf(request.model, options)
    told.target = target
    const quirks = known.quirksOf(request.model, target)
    const call = callOf(request, target, quirks)
    for (let tried = 0; ; tried += 1) {
      try {
        const reader = readerOf(caller, request)
        told.reader = reader
        const answer = await caller.send(target, call)
        for await (const batch of batches(answer, caller.bounds)) {
          for (const part of merged(batch, reader)) yield told.spoke(part)
          if (reader.finished) answer.leave()
        }
        for (const part of reader.rest()) yield told.spoke(part)
        yield* told.end(reader.end(), quirks)
        return
      } catch (error) {
        const ms = told.begun ? undefined : caller.pause(error, tried)
        if (ms === undefined || !(error instanceof Trouble)) throw error
        if (ms > 0) yield { kind: 'again', why: told.sentence(error.failure.why), ms }
        await caller.wait(ms, request.stop)
      }
    }
  } catch (error) {
    throw told.failed(error)
  }
}

/** What came together is given together: whoever listens is woken once. */
function* merged({ events, last }: Batch, reader: Reader): Generator<Spoken, void, undefined> {
  let held: Spoken | undefined
  try {
    for (const event of events) {
      const value = jsonIn(event, last)
      if (value === undefined) continue
      for (const part of reader.take(value, event.name)) {
        if (held !== undefined && held.kind !== part.kind) yield held
        held = held?.kind === part.kind ? { kind: part.kind, text: held.text + part.text } : part
      }
    }
  } catch (error) {
    // What stands before a fault is good.
    if (held !== undefined) yield held
    throw error
  }
  if (held !== undefined) yield held
}

function callOf(request: ModelRequest, target: Target, quirks: Quirks): Call {
  const responses = request.wire === 'responses'
  const body = responses ? responsesRequest(request) : chatRequest(request, quirks)
  return {
    url: `${target.address}/${responses ? 'responses' : 'chat/completions'}`,
    body: JSON.stringify(body),
    stream: request.stream !== false,
    local: request.model.local,
    stop: request.stop,
  }
}

function readerOf(caller: Caller, request: ModelRequest): Reader {
  const { bounds, hearing } = caller
  return request.wire === 'responses'
    ? new ResponsesAnswer(bounds.calls, hearing)
    : new ChatAnswer(bounds.calls, hearing)
}
