// Waiting for an answer, but never for minutes: what takes longer goes on, and the same call again waits for it.
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'

/** Below the minute after which clients give a call up; shorter still for those who hear nothing meanwhile. */
const patienceMs = 20_000
const toldPatienceMs = 45_000
const beatMs = 5_000
/** How long an answer lies ready for whoever was told to ask again. */
const keptMs = 10 * 60_000
const mostKept = 64

/** The one who asked, while an answer is being made. */
export interface Live {
  readonly signal: AbortSignal
  /** Only when the client wants to hear of it: seconds since the call began, and a sentence. */
  readonly progress?: (seconds: number, message: string) => void
}

/** `after`: how long ago the call began whose answer this is, when it was an earlier one. */
export type Waited =
  | { readonly done: true; readonly result: unknown; readonly afterMs?: number }
  | { readonly done: false; readonly ms: number; readonly why: string }

interface Going {
  readonly work: Promise<unknown>
  readonly since: number
}

export interface Errand {
  /** Equal for calls that ask for the same thing; undefined for one that is not worth keeping. */
  readonly key: string | undefined
  begin(): Promise<unknown>
  /** What the call itself means to take, when it says so. */
  readonly atMostMs?: number
  onWait?: ((told: (why: string) => void) => () => void) | undefined
}

export class Waits {
  readonly #clock: Pick<Clock, 'after' | 'monotonic'>
  readonly #kept = new Map<string, Going>()

  constructor(clock: Pick<Clock, 'after' | 'monotonic'>) {
    this.#clock = clock
  }

  /** Throws what the work throws, and when the client no longer wants an answer. */
  async for(errand: Errand, live: Live): Promise<Waited> {
    const earlier = errand.key === undefined ? undefined : this.#kept.get(errand.key)
    if (errand.key !== undefined) this.#kept.delete(errand.key)
    const going = earlier ?? { work: errand.begin(), since: this.#clock.monotonic() }
    let why = ''
    const calm = errand.onWait?.((told) => {
      why = told
    })
    const beats = this.#beat(going, live, () => why)
    const late = Promise.withResolvers<typeof tooLate>()
    const stop = this.#clock.after(patienceOf(errand, live), () => late.resolve(tooLate))
    const gone = (): void => late.reject(new Refused(cancelled))
    live.signal.addEventListener('abort', gone)
    if (live.signal.aborted) gone()
    try {
      const result = await Promise.race([going.work, late.promise])
      const ms = this.#clock.monotonic() - going.since
      if (result !== tooLate) return { done: true, result, ...(earlier === undefined ? {} : { afterMs: ms }) }
      this.#keep(errand.key, going)
      return { done: false, ms, why }
    } finally {
      live.signal.removeEventListener('abort', gone)
      stop()
      beats()
      calm?.()
      // Nobody may be left to hear of it.
      going.work.catch(() => undefined)
    }
  }

  #beat(going: Going, { progress }: Live, why: () => string): () => void {
    if (progress === undefined) return () => undefined
    let stop = (): void => undefined
    const next = (): void => {
      stop = this.#clock.after(beatMs, () => {
        const seconds = Math.round((this.#clock.monotonic() - going.since) / 1000)
        progress(seconds, why() === '' ? `still at work after ${seconds} s` : why())
        next()
      })
    }
    next()
    return () => stop()
  }

  #keep(key: string | undefined, going: Going): void {
    if (key === undefined) return
    this.#kept.set(key, going)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    const forget = (): void => {
      this.#clock.after(keptMs, () => {
        if (this.#kept.get(key) === going) this.#kept.delete(key)
      })
    }
    going.work.then(forget, forget)
  }
}

const tooLate = Symbol('too late')
const cancelled = refuse('cancelled', 'this call', 'the client does not want its answer any more', 'ask again')

/** A call that keeps to a time of its own is given it, and a little more. */
function patienceOf({ atMostMs }: Errand, { progress }: Live): number {
  return Math.max(atMostMs === undefined ? 0 : atMostMs + beatMs, progress === undefined ? patienceMs : toldPatienceMs)
}
