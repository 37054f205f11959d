// Hostile text in the files of every plan format: each is read, or refused with a place and a reason, in bounded time.
import { describe, expect, it } from 'vitest'
import { planFormats } from '../../src/plans/index.ts'
import { samples } from '../cases/plan-samples.ts'
import { filesWith } from '../fixtures/plans/reading.ts'

const long = 400_000
const many = (piece: string): string => piece.repeat(Math.ceil(long / piece.length))

/** One line of 400 kB, or 400 kB of lines, made of what some careless pattern would try again and again. */
const pieces: Readonly<Record<string, string>> = {
  brackets: many('['),
  braces: many('{"a":'),
  'open boxes': many('- [ ] '),
  'boxes in rows': many('- [ ] x\n'),
  'boxes ever deeper': Array.from({ length: 900 }, (_, at) => `${' '.repeat(at)}- [ ] x${at}\n`).join(''),
  stars: many('*'),
  ticks: many('`'),
  'fences that open': many('```\n~~~\n'),
  comments: many('<!--'),
  'comments that close': many('--><!--'),
  pipes: many('| '),
  'rows of a table': many('| a | b |\n|---|---|\n'),
  blanks: `${many(' ')}- [ ] x`,
  tabs: `${many('\t')}- [ ] x`,
  'said of order': many('(depends on '),
  'named again and again': `- [ ] T001 a (depends on ${many('T001, ')}\n`,
  ranges: `- [ ] T001 a\n## Dependencies\n- ${many('T001-T999999 before ')}\n`,
  marks: many('@a#b!c '),
  hashes: many('#'),
  headings: many('# a\n'),
  dashes: many('-'),
  numbers: many('1.'),
  quotes: many('"'),
  escapes: `"${many('\\u0041')}"`,
  'a number': `{"id":${many('9')}}`,
  'line ends': many('\r\n'),
  'carriage returns': many('\r'),
  zeros: many('\0'),
  'turned around': many('\u202e'),
  'half letters': many('\ud800'),
  'combining marks': `a${many('\u0301')}`,
  'front matter': `---\n${many('a: b\n')}`,
  'front matter in circles': `---\na: &a [*a, *a]\nb: ${many('*a ')}\n---\n`,
  'colons and words': many('a: '),
  'prototype keys': '{"__proto__":{"x":1},"constructor":1,"tasks":[{"id":"__proto__","title":"x","status":"pending"}]}',
  'many members': `{${Array.from({ length: 30_000 }, (_, at) => `"k${at}":{}`).join(',')}}`,
  'one key many times': `{${many('"a":1,')}"a":1}`,
  'rows of records': many('{"id":"bd-1","title":"x","status":"open"}\n'),
}

/** On a machine of its own two seconds are far away; what counts is that time grows with the length and no faster. */
const cpuMsAtMost = 4000

async function bounded(act: () => Promise<unknown>): Promise<void> {
  const before = process.cpuUsage()
  await act()
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000).toBeLessThan(cpuMsAtMost)
}

for (const format of planFormats) {
  describe(format.name, () => {
    const [sample] = samples[format.name] ?? []
    if (sample === undefined) throw new Error(`${format.name} has no sample`)
    const { files, path, file } = sample

    it.each(Object.entries(pieces))('takes %s', async (_, hostile) => {
      const bytes = Buffer.from((await files.read(file)) ?? [])
      const middle = bytes.indexOf(10, bytes.length / 2) + 1
      const inside = Buffer.concat([bytes.subarray(0, middle), Buffer.from(hostile), bytes.subarray(middle)])
      for (const content of [Buffer.from(hostile), inside]) {
        const there = filesWith(files, [{ path: file, bytes: content }])
        await bounded(() => format.detect(there, path))
        await bounded(async () => {
          const { items, notes } = await format.read(there, path)
          expect(items.length > 0 || notes.some(({ level }) => level === 'error')).toBe(true)
          for (const note of notes) expect(note.line).toBeGreaterThan(0)
          expect(notes.length).toBeLessThan(1000)
        })
        const stamp = { at: '2026-01-02T03:04:05Z', by: 'a-test' }
        await bounded(() => format.write(there, path, [{ kind: 'tick', key: 'nowhere', upward: true, stamp }]))
      }
    })

    it.each([
      ['UTF-16', Buffer.from('\ufeff- [ ] T001 a', 'utf16le')],
      ['bytes that are no text', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 97) % 256))],
      ['nothing', Buffer.alloc(0)],
    ])('takes %s', async (_, bytes) => {
      const there = filesWith(files, [{ path: file, bytes }])
      const { items, notes } = await format.read(there, path)
      expect(items.length > 0 || notes.some(({ level }) => level === 'error')).toBe(true)
      await format.write(there, path, [{ kind: 'untick', key: 'T001' }])
    })
  })
}
