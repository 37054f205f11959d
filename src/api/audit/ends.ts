// What a caller calls an end of a stretch of the record: a number of entries, a time, or a checkpoint that was kept.
import type { End, House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'

const dayMs = 86_400_000
const day = /^\d{4}-\d{2}-\d{2}$/u
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/u

/** Whether it is a number of entries or a time, and so needs nothing from elsewhere. */
export const isPlainEnd = (text: string): boolean => /^\d+$/u.test(text) || day.test(text) || moment.test(text)

/** A day stands for its beginning where something begins, and for its end where it ends. */
export async function endOf(house: House, text: string, which: 'from' | 'to'): Promise<End | Refusal> {
  if (/^\d+$/u.test(text)) {
    const size = Number(text)
    if (Number.isSafeInteger(size)) return { size }
    return refuse('invalid', `${which} ${quoted(text)}`, 'no record has so many entries', 'give a smaller number')
  }
  if (!day.test(text) && !moment.test(text)) return { note: text }
  const at = Date.parse(text)
  // A day that no month has is moved into the next month by some readers.
  if (!(at >= 0) || !new Date(at).toISOString().startsWith(text.slice(0, 10)))
    return refuse('invalid', `${which} ${text}`, 'there is no such time', 'write it as 2026-11-01 or 2026-11-01T12:00Z')
  return { size: await before(house, day.test(text) && which === 'to' ? at + dayMs : at) }
}

/** How many entries were written before a time, by the clock of whoever wrote them. */
async function before(house: House, time: number): Promise<number> {
  let [low, high] = [0, house.state.seq]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const [entry] = await house.read(middle, 1)
    if (entry !== undefined && entry.at < time) low = middle + 1
    else high = middle
  }
  return low
}
