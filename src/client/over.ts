// Calls over a wire: pairs answers with calls, and says which process does not answer.
import { type Call, firstCredit, parseFrame, protocol, type ToServer, type Wire } from '../api/envelope.ts'
import { isRefusal } from '../api/refusal.ts'
import type { Clock } from '../core/ports.ts'
import { type Refusal, Refused, refuse } from '../core/refusals.ts'
import type { Transport } from './calls.ts'
import { Inlet } from './inlet.ts'

export interface OverOptions {
  readonly folder: string
  readonly after: Clock['after']
  /** How long to wait for the first word of the other side. */
  readonly deadlineMs: number
  /** The process that holds the home, as far as anybody wrote it down. */
  readonly holder: () => { readonly pid: number } | undefined
  /** Told why calls have to wait, and '' when they go on. */
  readonly notice?: (waits: string) => void
}

/** The other side has gone. Whoever asked may look for the next one that holds the home. */
export class HungUp extends Refused {}

interface Waiting {
  answer(result: unknown): void
  refuse(error: Refused): void
  next?(value: unknown): void
  end?(): void
}

/** Resolves when the other side has said hello. */
export async function over(wire: Wire, options: OverOptions): Promise<Transport> {
  const waiting = new Map<number, Waiting>()
  const hello = Promise.withResolvers<void>()
  let broken: Refused | undefined
  const fail = (error: Refused): void => {
    broken ??= error
    hello.reject(broken)
    for (const one of waiting.values()) one.refuse(broken)
    waiting.clear()
  }
  const cancel = options.after(options.deadlineMs, () => {
    fail(new Refused(silent(options)))
    wire.close()
  })
  void listen(wire, waiting, hello.resolve).then(
    () => fail(new HungUp(gone(options, 'it closed the connection'))),
    (error: unknown) => fail(new HungUp(gone(options, error instanceof Error ? error.message : String(error)))),
  )
  await hello.promise.finally(cancel)
  return speak(wire, waiting, options, () => broken)
}

async function listen(wire: Wire, waiting: Map<number, Waiting>, hello: () => void): Promise<void> {
  for await (const text of wire.frames) {
    const frame = parseFrame(text)
    if (frame === undefined) throw new Error('it said something that is no frame')
    if (frame.baton !== undefined) {
      if (frame.baton !== protocol) throw new Error(`it speaks protocol ${String(frame.baton)}, this is ${protocol}`)
      hello()
      continue
    }
    const one = waiting.get(Number(frame.id))
    if (one === undefined) continue
    if ('next' in frame) one.next?.(frame.next)
    else if (frame.end === true) one.end?.()
    else if (isRefusal(frame.error)) one.refuse(new Refused(frame.error))
    else one.answer(frame.result)
    if (!('next' in frame)) waiting.delete(Number(frame.id))
  }
}

function speak(
  wire: Wire,
  waiting: Map<number, Waiting>,
  { folder, notice }: OverOptions,
  broken: () => Refused | undefined,
): Transport {
  let ids = 0
  const send = (frame: ToServer, whose: Waiting): void => {
    const error = broken()
    if (error !== undefined) whose.refuse(error)
    else wire.send(JSON.stringify(frame)).catch(() => undefined)
  }
  return {
    ask: (method, params) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const one: Waiting = { answer: resolve, refuse: reject, next: (value) => notice?.(waitsIn(value)) }
      ids += 1
      waiting.set(ids, one)
      const call: Call = { id: ids, method, params, folder }
      send(call, one)
      return promise
    },
    stream: async function* (method, params) {
      const inlet = new Inlet<unknown>()
      const one: Waiting = {
        answer: () => inlet.end(),
        refuse: (error) => inlet.fail(error),
        next: (value) => inlet.put(value),
        end: () => inlet.end(),
      }
      ids += 1
      const id = ids
      waiting.set(id, one)
      send({ id, method, params, folder }, one)
      try {
        let read = 0
        for await (const value of inlet) {
          yield value
          read += 1
          if (read % (firstCredit / 2) === 0) send({ pull: id, count: firstCredit / 2 }, one)
        }
      } finally {
        if (waiting.delete(id)) send({ cancel: id }, one)
      }
    },
    close: async () => wire.close(),
  }
}

/** What a door says to a call that has not been answered yet. */
function waitsIn(value: unknown): string {
  return typeof value === 'object' && value !== null && 'waits' in value ? String(value.waits) : ''
}

function silent({ holder, deadlineMs }: OverOptions): Refusal {
  const pid = holder()?.pid
  const who = pid === undefined ? 'the process that holds the home' : `process ${pid}, which holds the home,`
  const remedy =
    pid === undefined ? 'look for a stopped baton process' : `kill -CONT ${pid} wakes it, kill ${pid} ends it`
  return refuse('busy', 'the home', `${who} does not answer within ${deadlineMs / 1000} s`, remedy)
}

function gone({ holder }: OverOptions, why: string): Refusal {
  const pid = holder()?.pid
  const who = pid === undefined ? 'the process that held it' : `process ${pid}`
  return refuse('busy', 'the home', `${who} has gone: ${why}`, 'give the command again')
}
