// What every plan format must do: know its own, read with places, write only what must change, and survive anything.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanRead } from '../../src/core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../src/core/ports.ts'
import { filesOf } from '../fixtures/plans/reading.ts'

export interface PlanSample {
  readonly files: Files
  readonly path: string
  /** The file that is ticked; it also decides what mutations are made of. */
  readonly file: string
  /** Whether done-ness is written into the file. */
  readonly ticks: boolean
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
          expect(format.write(bytes, name, [{ kind: 'tick', key: 'T001' }])).toHaveLength(bytes.length)
        }),
        { numRuns: 100 },
      )
    })
  })
}

function oneSample(format: PlanFormat, { files, path, file, ticks }: PlanSample): void {
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
    expect(read.tickFile).toBe(file)
    expect(await format.read(files, path)).toEqual(read)
    const text = Buffer.from(await bytesOf())
      .toString()
      .split('\n')
    for (const step of stepsOf(read)) expect(text[(step.place?.line ?? 0) - 1]).toContain(step.key)
    expect(stepsOf(read).map((step) => step.order)).toEqual(
      stepsOf(read)
        .map((step) => step.order)
        .toSorted((a, b) => a - b),
    )
  })

  it('writes one byte a tick, and unticking gives the first bytes back', async () => {
    const bytes = await bytesOf()
    const open = stepsOf(await format.read(files, path))
      .filter((step) => !step.ticked)
      .map((step) => step.key)
    await fc.assert(
      fc.asyncProperty(fc.subarray(open), async (keys) => {
        const ticked = format.write(
          bytes,
          file,
          keys.map((key) => ({ kind: 'tick', key })),
        )
        const changed = ticked.filter((byte, index) => byte !== bytes[index]).length
        expect(ticked).toHaveLength(bytes.length)
        expect(changed).toBe(ticks ? keys.length : 0)
        const again = format.write(
          ticked,
          file,
          keys.map((key) => ({ kind: 'untick', key })),
        )
        expect(Buffer.compare(again, bytes)).toBe(0)
        if (!ticks) return
        const read = await format.read(
          { ...files, read: async (name) => (name === file ? ticked : files.read(name)) },
          path,
        )
        for (const step of stepsOf(read)) if (open.includes(step.key)) expect(step.ticked).toBe(keys.includes(step.key))
      }),
      { numRuns: 50 },
    )
  })

  it('leaves the file alone for a key that is not in it', async () => {
    const bytes = await bytesOf()
    expect(Buffer.compare(format.write(bytes, file, [{ kind: 'tick', key: 'nowhere' }]), bytes)).toBe(0)
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
