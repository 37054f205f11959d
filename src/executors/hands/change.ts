// Edits and writes files of the folder, and says what became of them.
import { isUtf8 } from 'node:buffer'
import { opened, put, whole } from './files.ts'
import { isGits, type Place, within } from './places.ts'
import { replace } from './replace.ts'
import { cut, type HandAnswer, type HandCall, plain, Refused } from './words.ts'

type Of<K extends HandCall['do']> = Extract<HandCall, { do: K }>
type Changed = Pick<HandAnswer, 'text' | 'note'>

const fileBytes = 8 * 1024 * 1024
const around = 3
const shownLetters = 3_000

function notGits(place: Place): void {
  if (isGits(place.shown))
    throw new Refused(`${plain(place.shown)} belongs to git. Change files only: commits are made for you.`)
}

/** Bytes that are no UTF-8 stay what they are: then letters stand for bytes. */
export function edit(root: string, call: Of<'edit'>): Changed {
  return within({ root, path: call.path, make: false }, (place) => {
    notGits(place)
    const before = opened(place, (handle, seen) => whole(handle, seen, fileBytes, place.shown))
    const unicode = isUtf8(before)
    const own = (text: string): string => (unicode ? text : Buffer.from(text).toString('latin1'))
    const text = before.toString(unicode ? 'utf8' : 'latin1')
    const done = replace(text, own(call.old), own(call.new), call.all)
    if ('why' in done) throw new Refused(`${plain(place.shown)} was not changed. ${done.why}`)
    if (done.text.length > fileBytes) throw new Refused(`${plain(place.shown)} would become larger than 8 MiB.`)
    put(place, Buffer.from(done.text, unicode ? 'utf8' : 'latin1'))
    const times = done.lines.length === 1 ? '' : ` in ${done.lines.length} places`
    const shown = excerpt(done.text, done.lines[0] ?? 1, call.new.split('\n').length)
    return {
      text: cut(`${plain(place.shown)} was changed${times}. ${done.note}\n${shown}`, Math.min(call.most, shownLetters)),
      ...(done.note === '' ? {} : { note: done.note }),
    }
  })
}

function excerpt(text: string, line: number, length: number): string {
  const from = Math.max(0, line - 1 - around)
  const lines = text.split('\n').slice(from, from + Math.min(length, 40) + 2 * around)
  return lines.map((one, index) => `${from + index + 1}| ${cut(one, 200)}`).join('\n')
}

export function write(root: string, call: Of<'write'>): Changed {
  const bytes = Buffer.from(call.text, 'utf8')
  if (bytes.length > fileBytes) throw new Refused('The text is larger than 8 MiB. Make the file with a command.')
  // A look before any folder is made: what belongs to git is not made either.
  if (isGits(call.path)) throw new Refused(`${plain(call.path)} belongs to git. Change files only.`)
  return within({ root, path: call.path, make: true }, (place) => {
    notGits(place)
    put(place, bytes)
    const lines = call.text === '' ? 0 : call.text.replace(/\n$/, '').split('\n').length
    const done = place.seen === undefined ? 'was made' : 'was replaced as a whole'
    return { text: `${plain(place.shown)} ${done}: ${lines} lines, ${bytes.length} bytes.` }
  })
}
