// A replacement is exact, or says how it was not; it never guesses between two places and never touches lines that say something else.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Replaced, replace } from './replace.ts'

function done(text: string, old: string, fresh: string, all = false): Replaced {
  const found = replace(text, old, fresh, all)
  if ('why' in found) throw new Error(found.why)
  return found
}

function refused(text: string, old: string, fresh: string, all = false): string {
  const found = replace(text, old, fresh, all)
  if (!('why' in found)) throw new Error(`It was replaced: ${found.text.slice(0, 100)}`)
  return found.why
}

it('replaces what stands there once, and says nothing more', () => {
  expect(done('a\nb\nc\n', 'b\n', 'x\ny\n')).toEqual({ text: 'a\nx\ny\nc\n', lines: [2], note: '' })
  expect(done('cost: $1', '$1', '$&')).toMatchObject({ text: 'cost: $&' })
})

it('asks which one when there are two, and replaces all when told', () => {
  expect(refused('a\nb\na\n', 'a', 'x')).toMatch(/more than once \(lines 1, 3\)/)
  expect(done('a\nb\na\n', 'a', 'x', true)).toMatchObject({ text: 'x\nb\nx\n', lines: [1, 3] })
  expect(refused('  a\n\ta\n', ' a ', 'x')).toMatch(/more than once/)
})

it('keeps the line ends of the file', () => {
  expect(done('a\r\nb\r\nc\r\n', 'a\nb\n', 'x\ny\n')).toMatchObject({
    text: 'x\r\ny\r\nc\r\n',
    note: expect.stringContaining('Line ends'),
  })
  expect(done('a \r\nb\r\nc', 'a\nb\nc', 'x\nc')).toMatchObject({
    text: 'x\r\nc',
    note: expect.stringContaining('blanks'),
  })
})

it('overlooks blanks, quotes and indentation, and says so', () => {
  expect(done('a  \nb\n', 'a\nb\n', 'x\n')).toMatchObject({
    text: 'x\n',
    note: expect.stringContaining('blanks at the ends'),
  })
  expect(done('say “hi”\n', 'say "hi"', 'say "ho"')).toMatchObject({ note: expect.stringContaining('quotes') })
  const text = 'class A {\n    run() {\n        go()\n    }\n}\n'
  const edited = done(text, 'run() {\n  go()\n}', 'run() {\n  stop()\n  go()\n}')
  expect(edited.note).toContain('indentation')
  expect(edited.text).toBe('class A {\n    run() {\n      stop()\n        go()\n    }\n}\n')
})

it('understands what was copied with line numbers', () => {
  const edited = done('a\nb\nc\n', '2| b\n3| c', '2| x\n3| c')
  expect(edited).toMatchObject({ text: 'a\nx\nc\n', note: expect.stringContaining('Line numbers') })
})

it('replaces nothing that says something else, and shows what is there', () => {
  const why = refused('function go() {\n  return 1\n}\n', 'function go() {\n  return 2\n}', 'x')
  expect(why).toContain('not found')
  expect(why).toContain('2|   return 1')
  expect(refused('a\n', 'nothing like it', 'x')).toContain('read the file again')
  expect(refused('a\n', '', 'x')).toContain('empty')
  expect(refused('a\n', 'a', 'a')).toContain('same')
  expect(refused('\n\n\n', '  \n ', 'x')).toContain('not found')
})

it('stays quick on what repeats without end', () => {
  const began = performance.now()
  const text = 'x\n'.repeat(300_000)
  expect(refused(text, `${'x \n'.repeat(20_000)}y`, 'z')).toContain('not found')
  expect(refused('1| '.repeat(300_000), `${'1| '.repeat(200_000)}y`, 'z')).toContain('not found')
  expect(performance.now() - began).toBeLessThan(5_000)
})

it('makes exactly the text that a plain replacement makes, whatever the words', () => {
  const words = fc
    .array(fc.constantFrom('a', 'b', ' ', '\n', '\t', '$&', 'é', '“'), { maxLength: 30 })
    .map((w) => w.join(''))
  fc.assert(
    fc.property(words, words, words, words, (before, old, after, fresh) => {
      fc.pre(old !== '' && old !== fresh)
      const text = before + old + after
      const found = replace(text, old, fresh, false)
      const once = text.split(old).length === 2
      if (once) expect(found).toEqual({ text: text.split(old).join(fresh), lines: [expect.any(Number)], note: '' })
      else expect(found).toHaveProperty('why')
    }),
  )
})
