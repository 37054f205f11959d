// Entries that hold others become groups, and what is said of a group holds for its steps.
import { describe, expect, it } from 'vitest'
import { assemble } from './assemble.ts'
import { Keys } from './names.ts'
import { Notes } from './notes.ts'
import type { Draft } from './tree.ts'

const file = 'plan.json'
function draft(key: string, more: Partial<Draft> = {}, line = 1): Draft {
  return { key, title: `Do ${key}`, brief: `Do ${key} in src/${key}.ts`, place: { file, line }, ticked: false, ...more }
}

function read(drafts: readonly Draft[]) {
  const notes = new Notes()
  const assembled = assemble(drafts, notes)
  return { ...assembled, notes: notes.all(file) }
}

const edges = (steps: ReturnType<typeof read>['steps']) =>
  Object.fromEntries(steps.map((step) => [step.key, step.after.map((edge) => edge.key)]))

describe('groups', () => {
  it('are what holds others; only what holds nothing is a step', () => {
    const { steps, groups } = read([draft('1'), draft('1.1', { parent: '1' }), draft('2')])
    expect(steps.map(({ key, parent, order, group }) => [key, parent, order, group])).toEqual([
      ['1.1', '1', 1, 'Do 1'],
      ['2', undefined, 2, ''],
    ])
    expect(groups.map(({ key, title }) => [key, title])).toEqual([['1', 'Do 1']])
    expect(steps[0]?.brief).toContain('Part of 1: Do 1')
    expect(steps[0]?.writes).toEqual(['src/1.1.ts'])
  })

  it('wait as one and are waited for as one', () => {
    const { steps } = read([
      draft('1'),
      draft('1.1', { parent: '1' }),
      draft('1.2', { parent: '1', after: [{ key: '1.1' }] }),
      draft('2', { after: [{ key: '1' }] }),
      draft('2.1', { parent: '2' }),
      draft('3', { after: [{ key: '2' }] }),
    ])
    expect(edges(steps)).toEqual({ '1.1': [], '1.2': ['1.1'], '2.1': ['1.1', '1.2'], '3': ['2.1'] })
  })

  it('say when their box disagrees with what they hold', () => {
    const { notes } = read([
      draft('1', { ticked: true }),
      draft('1.1', { parent: '1' }),
      draft('2', {}, 5),
      draft('2.1', { parent: '2', ticked: true }),
    ])
    expect(notes.map(({ kind, line }) => [kind, line])).toEqual([
      ['open-under-ticked', 1],
      ['ticked-under-open', 5],
    ])
  })

  it('cannot be part of themselves', () => {
    const { notes, steps } = read([
      draft('a', { parent: 'b' }),
      draft('b', { parent: 'a' }),
      draft('c', { parent: 'z' }),
    ])
    expect(notes.map(({ kind }) => kind).toSorted()).toEqual(['cycle', 'dangling-parent'])
    expect(notes.find(({ kind }) => kind === 'cycle')?.text).toContain('a → b → a')
    expect(steps.length).toBeGreaterThan(0)
  })
})

describe('edges', () => {
  it('to what is not there hold nothing back, and are said', () => {
    const { notes, steps } = read([draft('1', { after: [{ key: '9', at: { file, line: 7, column: 3 } }] })])
    expect(notes).toMatchObject([{ kind: 'dangling', level: 'warning', line: 7, column: 3 }])
    expect(edges(steps)).toEqual({ '1': [] })
  })

  it('in a circle are an error that shows the circle', () => {
    const { notes } = read([draft('1', { after: [{ key: '2' }] }), draft('2', { after: [{ key: '1' }] })])
    expect(notes.filter(({ level }) => level === 'error')).toMatchObject([{ kind: 'cycle' }])
    expect(notes[0]?.text).toMatch(/1 → 2 → 1/)
  })

  it('against the order of the file win, and are said', () => {
    const { notes } = read([draft('1', { after: [{ key: '2' }] }), draft('2')])
    expect(notes).toMatchObject([{ kind: 'backward', level: 'warning' }])
  })

  it('are bounded, whatever the plan states', () => {
    const many = Array.from({ length: 1500 }, (_, at) => draft(`a${at}`, { parent: 'a' }))
    const more = Array.from({ length: 1500 }, (_, at) => draft(`b${at}`, { parent: 'b' }))
    const { notes, steps } = read([draft('a'), ...many, draft('b', { after: [{ key: 'a' }] }), ...more])
    expect(notes).toMatchObject([{ kind: 'too-many', level: 'error' }])
    expect(steps.reduce((sum, { after }) => sum + after.length, 0)).toBeLessThanOrEqual(500_000)
  })
})

describe('ids', () => {
  const place = (line: number) => ({ file, line })
  it('are made safe, twins are errors, and look-alikes are said', () => {
    const notes = new Notes()
    const keys = new Keys(notes)
    expect(keys.take('#12', place(1))).toBe('12')
    expect(keys.take('Größe 1', place(2))).toBe('Gr-e-1')
    expect(keys.take('T\u20111', place(3))).toBe('T-1')
    expect(keys.take('T-1', place(4))).toBeUndefined()
    expect(keys.take('abc', place(5))).toBe('abc')
    expect(keys.take('ABC', place(6))).toBe('ABC')
    expect(keys.take('…', place(7))).toBeUndefined()
    expect(notes.all(file).map(({ kind, line, level }) => [line, kind, level])).toEqual([
      [2, 'odd-id', 'warning'],
      [3, 'odd-id', 'warning'],
      [4, 'duplicate', 'error'],
      [6, 'look-alike', 'warning'],
      [7, 'odd-id', 'error'],
    ])
  })
})
