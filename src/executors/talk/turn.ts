// Asks a model once and gathers its answer: telling its words as they come, and giving up on one that never stops.
import type { Used } from '../../core/nouns/attempt.ts'
import { ModelFailed, type ModelPart, type ModelRequest, type Models, type ToolCall } from '../../core/ports.ts'
import type { Ending } from '../model/ending.ts'

export interface Turn {
  readonly text: string
  readonly calls: readonly ToolCall[]
  readonly finish: 'stop' | 'length' | 'calls' | 'filtered'
  readonly used: Used
  readonly truncated: boolean
}

export interface Heard {
  text(kind: 'message' | 'thought', text: string): Promise<void>
  notice(text: string): Promise<void>
}

const lettersAtMost = 8 * 1024 * 1024
const callsAtMost = 64

type End = Extract<ModelPart, { kind: 'end' }>

export async function oneTurn(models: Models, request: ModelRequest, ending: Ending, heard: Heard): Promise<Turn> {
  const parts = models.complete({ ...request, stop: ending.signal })[Symbol.asyncIterator]()
  const calls: ToolCall[] = []
  let text = ''
  let letters = 0
  let end: End | undefined
  try {
    while (end === undefined) {
      const next = await ending.race(parts.next())
      if (next.done === true) break
      const part = next.value
      if (part.kind === 'end') end = part
      else if (part.kind === 'again') await heard.notice(`${part.why} Asked again in ${Math.ceil(part.ms / 1000)} s.`)
      else if (part.kind === 'call') {
        if (calls.length < callsAtMost) calls.push(part.call)
      } else {
        letters += part.text.length
        if (letters > lettersAtMost)
          throw new ModelFailed('bad-output', 'The model did not stop talking. Try another one.', { text })
        if (part.kind === 'text') text += part.text
        await heard.text(part.kind === 'text' ? 'message' : 'thought', part.text)
      }
    }
  } finally {
    // Whoever was broken off may still be in the middle of something; nobody waits for it.
    void parts.return?.().catch(() => undefined)
  }
  if (end === undefined) throw new ModelFailed('bad-output', "The model's answer had no end.", { text })
  if (end.json !== undefined) text = JSON.stringify(end.json)
  return { text, calls, finish: end.finish, used: end.used, truncated: end.truncated === true }
}
