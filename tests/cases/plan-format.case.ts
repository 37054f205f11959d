// What every plan format must do: know its own, read with places, write only what must change, and survive anything.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanRead } from '../../src/core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../src/core/ports.ts'
import { filesOf, filesWith } from '../fixtures/plans/reading.ts'

export interface PlanSample {
  readonly files: Files
  readonly path: string
  /** The file that `detect` names and mutations are made of. */
  readonly file: string
  /** What is written as steps land, when that is not `file`. */
  readonly tickFile?: string
}

// Two seconds on a machine of its own; tests share theirs.
const msAtMost = 4000

function stepsOf(read: PlanRead) {
  return read.items.flatMap((item) => item.steps)
}

/** Holds for whatever a format gives, however bad its input was. */
function isSound(read: PlanRead, format: PlanFormat): void {
  expect(read.format).toBe(format.name)
  for (const note of read.notes) {
    expect(note.line).toBeGreaterThan(0)
    expect(note.text.length).toBeGreaterThan(0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(note.text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202e]/)
  }
  const broken = read.notes.some((note) => note.level === 'error')
  expect(read.items.length > 0 || broken).toBe(true)
  for (const item of read.items) {
    expect(item.id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/)
    const keys = item.steps.map((step) => step.key)
    if (!broken) expect(new Set(keys).size).toBe(keys.length)
    for (const step of item.steps) {
      expect(step.title).not.toBe('')
      expect(step.writes.every((path) => !path.startsWith('/') && !path.split('/').includes('..'))).toBe(true)
      if (!broken) expect(step.after.every((edge) => keys.includes(edge.key) && edge.key !== step.key)).toBe(true)
    }
  }
}

export function planFormatCase(format: PlanFormat, samples: readonly PlanSample[]): void {
  describe(format.name, () => {
    for (const sample of samples) describe(sample.path, () => oneSample(format, sample))

    it('is not sure of what is none of its plans', async () => {
      const files = filesOf({ 'README.md': '# Hello\n', 'a.yaml': 'a: 1\n', 'x/notes.txt': '' })
      for (const path of ['README.md', 'a.yaml', 'x', 'nowhere', '', '../x', '/etc/passwd', 'a\0b']) {
        expect(await format.detect(files, path)).toBeUndefined()
      }
    })

    it('says what is missing instead of throwing', async () => {
      for (const path of ['specs/000-none', '../out', '/abs/tasks.md', 'a\0b']) {
        const read = await format.read(filesOf({}), path)
        isSound(read, format)
        expect(read.items).toEqual([])
      }
    })

    it('survives arbitrary bytes', async () => {
      const name = samples[0]?.file ?? ''
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), async (bytes) => {
          isSound(await format.read(filesOf({ [name]: bytes }), name), format)
          await format.write(filesOf({ [name]: bytes }), name, [{ kind: 'tick', key: 'T001', stamp }])
        }),
        { numRuns: 100 },
      )
    })
  })
}

const stamp = { at: '2026-03-04T05:06:07.000Z', by: 'a-test' }

/** Every line of `before`, in order, among the lines of `after`; of a line with a box or a field, what stands before its mark. */
function keeps(before: Uint8Array, after: Uint8Array): boolean {
  const bare = (bytes: Uint8Array): string[] =>
    Buffer.from(bytes)
      .toString('latin1')
      .split('\n')
      .map((line) => line.replace(/\[[ xX]\]/g, '[]').replace(/^(\s*[-*+]\s+(?:\*\*)?[A-Z][\w ()/]{0,40}:).*/, '$1'))
  const lines = bare(after)
  let at = 0
  return bare(before).every((line) => {
    at = lines.indexOf(line, at) + 1
    return at > 0
  })
}

function oneSample(format: PlanFormat, { files, path, file, tickFile }: PlanSample): void {
  const bytesOf = async (): Promise<Uint8Array> => (await files.read(file)) ?? new Uint8Array()

  it('knows its own, and says why', async () => {
    const answer = await format.detect(files, path)
    expect(answer?.sure).toBeGreaterThan(0.8)
    expect(answer?.why).toContain(file)
  })

  it('reads the same twice, without errors, each step with its place', async () => {
    const read = await format.read(files, path)
    isSound(read, format)
    expect(read.notes.filter((note) => note.level === 'error')).toEqual([])
    expect(read.tickFile).toBe(format.writes.includes('tick') ? (tickFile ?? file) : read.tickFile)
    expect(await format.read(files, path)).toEqual(read)
    for (const step of stepsOf(read)) {
      expect(step.place?.line).toBeGreaterThan(0)
      expect(await files.read(step.place?.file ?? '')).not.toBeNull()
    }
    for (const { steps } of read.items) {
      const orders = steps.map((step) => step.order)
      expect(orders).toEqual(orders.toSorted((a, b) => a - b))
    }
  })

  it('writes what was ticked and nothing else, and unticking gives the first bytes back', async () => {
    const read = await format.read(files, path)
    const open = read.items.flatMap((item) =>
      item.steps.filter((step) => !step.ticked).map((step) => ({ item: item.id, key: step.key, to: step.mark })),
    )
    const first = async (name: string): Promise<Uint8Array> => (await files.read(name)) ?? new Uint8Array()
    await fc.assert(
      fc.asyncProperty(fc.subarray(open), async (chosen) => {
        const ticks = chosen.map(({ item, key }) => ({ kind: 'tick', item, key, stamp }) as const)
        const ticked = await format.write(files, path, ticks)
        if (!format.writes.includes('tick')) {
          expect(ticked).toEqual([])
          return
        }
        expect(ticked.length > 0).toBe(chosen.length > 0)
        const after = filesWith(files, ticked)
        if (format.keepsHistory === true) {
          for (const one of ticked) expect(keeps(await first(one.path), one.bytes)).toBe(true)
        } else {
          const back = chosen.map(({ item, key, to }) => {
            return { kind: 'untick', item, key, ...(to === undefined ? {} : { to }) } as const
          })
          const again = filesWith(after, await format.write(after, path, back))
          for (const one of ticked)
            expect(Buffer.compare((await again.read(one.path)) ?? one.bytes, await first(one.path))).toBe(0)
        }
        const names = new Set(chosen.map(({ item, key }) => `${item} ${key}`))
        for (const item of (await format.read(after, path)).items)
          for (const step of item.steps) {
            const was = read.items.find(({ id }) => id === item.id)?.steps.find(({ key }) => key === step.key)
            expect(step.ticked).toBe(was?.ticked === true || names.has(`${item.id} ${step.key}`))
          }
      }),
      { numRuns: 50 },
    )
  })

  it('leaves the files alone for a key that is not in it', async () => {
    expect(await format.write(files, path, [{ kind: 'tick', key: 'nowhere', stamp }])).toEqual([])
    expect(await format.write(files, path, [{ kind: 'untick', key: 'nowhere', stamp }])).toEqual([])
  })

  it('survives mutations of its own', async () => {
    const text = Buffer.from(await bytesOf()).toString()
    const pieces = [
      'T001',
      'T001-T999',
      '```',
      '<!--',
      '-->',
      '- [ ] ',
      '\r',
      '\u202e',
      '\u001b]52;c;',
      '(depends on T014)',
      '## Phase 1: ',
      '\t',
      '[[[[',
      '&a *a',
      '\0',
      ' before ',
      '\ud800',
    ]
    const edit = fc.tuple(
      fc.nat(text.length),
      fc.nat(60),
      fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 12 })),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
        const mutated = edits.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text)
        const began = performance.now()
        const read = await format.read(
          { ...files, read: async (name) => (name === file ? Buffer.from(mutated) : files.read(name)) },
          path,
        )
        expect(performance.now() - began).toBeLessThan(msAtMost)
        isSound(read, format)
      }),
      { numRuns: 150 },
    )
  })
}
