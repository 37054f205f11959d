import { describe, expect, it } from 'vitest'
import { Trouble } from '../trouble.ts'
import { Events } from './events.ts'

const read = (...pieces: readonly string[]): string[] => {
  const events = new Events(1_000_000)
  const found = [...pieces.flatMap((piece) => events.take(piece)), ...events.end()]
  return found.map(({ name, data }) => `${name}:${data}`)
}

describe('server-sent events', () => {
  it.each([
    ['data: a\n\ndata:b\n\n', [':a', ':b']],
    ['event: x\ndata: a\ndata: b\n\n', ['x:a\nb']],
    [': ping\n\nid: 7\nretry: 9\ndata: a\n\n', [':a']],
    ['data: a', [':a']],
    ['data\n\n', [':']],
    ['event: lonely\n\ndata: a\n\n', [':a']],
    ['data:  two blanks\r\n\r\n', [': two blanks']],
    ['\uFEFFdata: a\n\n', [':a']],
    ['', []],
  ])('%j', (text, found) => {
    expect(read(text)).toEqual(found)
    expect(read(...text)).toEqual(found)
  })

  it('have lines and data of a length that they may not pass', () => {
    const long = 'x'.repeat(1000)
    expect(() => new Events(500).take(long)).toThrow(Trouble)
    const events = new Events(5000)
    expect(() => {
      for (let n = 0; n < 10; n += 1) events.take(`data: ${long}\n`)
    }).toThrow(Trouble)
  })

  it('cost no more in many small pieces than in few large ones', () => {
    const began = performance.now()
    const events = new Events(4_000_000)
    for (let n = 0; n < 1_000_000; n += 1) events.take('xyz')
    expect(events.end()).toEqual([])
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
