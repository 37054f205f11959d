// Plans written to hang, flood, mislead or escape the reader.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanRead } from '../../src/core/nouns/plan.ts'
import { chooseFormat, planFormats } from '../../src/plans/index.ts'
import { filesOf } from '../fixtures/plans/reading.ts'

// Two seconds on a machine of its own; tests share theirs.
const msAtMost = 4000
const tasks = 'specs/001-x/tasks.md'

async function read(name: string, path: string, content: string | Uint8Array): Promise<PlanRead> {
  const format = planFormats.find((each) => each.name === name)
  if (!format) throw new Error(`There is no format ${name}.`)
  const began = performance.now()
  const given = await format.read(filesOf({ [path]: content }), path)
  expect(performance.now() - began).toBeLessThan(msAtMost)
  return given
}

const speckit = (content: string | Uint8Array): Promise<PlanRead> => read('speckit', tasks, content)
const workflow = (content: string | Uint8Array): Promise<PlanRead> => read('workflow', 'w.yaml', content)
const edgesOf = (given: PlanRead): number =>
  given.items.flatMap((item) => item.steps).reduce((sum, step) => sum + step.after.length, 0)
const step = (number: number, rest: string): string => `- [ ] T${String(number).padStart(3, '0')} ${rest}\n`
const many = (count: number, from: number, rest: string): string =>
  Array.from({ length: count }, (_, index) => step(from + index, rest)).join('')

describe('size', () => {
  it('bounds the edges between wide phases, and still orders them', async () => {
    const given = await speckit(`## Phase 1: A\n${many(5000, 1, '[P] a')}## Phase 2: B\n${many(5000, 5001, '[P] b')}`)
    expect(edgesOf(given)).toBeLessThan(20_000)
    expect(comesBefore(given, 'T001', 'T9000')).toBe(true)
    expect(comesBefore(given, 'T9000', 'T001')).toBe(false)
    expect(comesBefore(given, 'T001', 'T002')).toBe(false)
  })

  it('bounds the edges of wide ranges', async () => {
    const given = await speckit(`${many(6000, 1, '[P] a')}## Dependencies\n- T001-T3000 before T3001-T6000\n`)
    expect(edgesOf(given)).toBeLessThan(20_000)
    expect(comesBefore(given, 'T007', 'T5000')).toBe(true)
  })

  it('stops at too many statements, with an error', async () => {
    const given = await speckit(
      `${many(9000, 1, '[P] a')}## Dependencies\n${Array.from(
        { length: 175 },
        (_, index) =>
          `- T${1000 + 50 * index}-T${1049 + 50 * index} before T${2000 + 40 * index}-T${2040 + 40 * index}\n`,
      )
        .join('')
        .repeat(5)}`,
    )
    expect(given.notes.some(({ kind, level }) => kind === 'too-many' && level === 'error')).toBe(true)
  })

  it.each([
    ['a line of 4 MB', `- [ ] T001 ${'a'.repeat(4e6)}`],
    ['blanks without end', `- [ ] T001 ${' '.repeat(4e6)}x`],
    ['marks without end', `- [ ] T001 ${'[P]'.repeat(1e6)}`],
    ['brackets without end', `- ${'['.repeat(4e6)}`],
    ['ids without end', `- [ ] T001 a (depends on ${'T002, '.repeat(7e5)}`],
    ['ranges without end', `${many(2000, 1, 'a')}## Dependencies\n- ${'T001-T2000 '.repeat(3e5)} before T001`],
    ['verbs without end', `## Dependencies\n- T001 ${'before '.repeat(1e6)}T002`],
    ['stars without end', `- [ ] ${'*'.repeat(4e6)}T001`],
    ['backticks without end', `- [ ] T001 ${'`a '.repeat(2e6)}`],
    ['comments without end', `- [ ] T001 ${'<!-- a -->'.repeat(7e5)}`],
    ['openings without end', '<!--\n'.repeat(1e6)],
    ['fences without end', '```\n'.repeat(1e6)],
    ['headings without end', '## Phase 1: a\n'.repeat(5e5)],
    ['line ends without end', '\r\n'.repeat(4e6)],
    ['dots without end', `- [ ] T001 ${'a. '.repeat(2e6)}`],
    ['digits without end', `- [ ] T${'1'.repeat(4e6)} a`],
    ['odd boxes without end', '- [~] T001 a\n'.repeat(4e5)],
    ['a step of 8 MB', `- [ ] T001 a\n${'  more\n'.repeat(1.1e6)}`],
    [
      'chains of phases',
      Array.from({ length: 1e5 }, (_, index) => `## Phase ${index}: a\n${step(index + 1, 'a')}`).join(''),
    ],
    [
      'one range said again and again',
      `${many(2000, 1, 'a')}## Dependencies\n${'- T001-T060 before T070-T130\n'.repeat(2e5)}`,
    ],
    [
      'one long range said again and again',
      `${many(9000, 1, 'a')}## Dependencies\n${'- T001-T8999 before T9000\n'.repeat(2e5)}`,
    ],
    [
      'one edge said again and again',
      `${many(9000, 1, 'a')}## Dependencies\n- T001-T8999 before T9000\n${'- T001 before T9000\n'.repeat(2e5)}`,
    ],
    ['loose words again and again', `${many(9000, 1, 'a')}## Dependencies\n${'- T001 after the rest\n'.repeat(2e5)}`],
    [
      'a circle of thousands',
      many(9000, 1, 'a').replace(
        /T(\d+) a/g,
        (_, n) => `T${n} a (depends on T${String((Number(n) % 9000) + 1).padStart(3, '0')})`,
      ),
    ],
    ['paths without end', `- [ ] T001 ${'a/b.ts '.repeat(1e6)}`],
    ['slashes without end', `- [ ] T001 ${'a/'.repeat(3e6)}`],
  ])('%s', async (_, text) => {
    const given = await speckit(text)
    expect(given.notes.length).toBeLessThan(400)
  })

  it('refuses more than 8 MiB, UTF-16 and says so for NULs', async () => {
    expect((await speckit(new Uint8Array(8 * 1024 * 1024 + 1))).notes).toMatchObject([
      { kind: 'too-large', level: 'error' },
    ])
    expect((await speckit(Buffer.from('\ufeff- [ ] T001 a', 'utf16le'))).notes[0]).toMatchObject({
      kind: 'encoding',
      level: 'error',
    })
    const given = await speckit('- [ ] T001 a\0b\n')
    expect(given.items[0]?.steps[0]?.brief).toBe('a\ufffdb')
    expect(given.notes[0]).toMatchObject({ kind: 'encoding', level: 'warning' })
  })
})

describe('words', () => {
  it('keeps terminals and readers safe in titles, notes and ids', async () => {
    const evil = '\u001b]52;c;aGk=\u0007\u001b[2J\u202egnp.exe\u200b\r'
    const given = await speckit(`# Tasks: ${evil}\n## Phase 1: ${evil}\n- [ ] T001 ${evil} a\n- [~] T002 ${evil}\n`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    const unsafe = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b\u202e]/
    for (const text of [
      given.items[0]?.title,
      given.items[0]?.steps[0]?.title,
      ...given.notes.map((note) => note.text),
    ]) {
      expect(text).not.toMatch(unsafe)
    }
  })

  it('makes a plain id of any folder', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 40 }), async (name) => {
        const folder = `specs/${name.replaceAll('/', '-')}`
        const path = `${folder}/tasks.md`
        const format = planFormats[0]
        const given = await format?.read(filesOf({ [path]: '- [ ] T001 a\n' }), path)
        for (const item of given?.items ?? []) {
          expect(item.id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/)
          expect(item.id).not.toMatch(/\.\.|\.lock$|[-._]$/i)
        }
      }),
    )
  })

  it('takes no branch that could mean something else', async () => {
    for (const name of [
      '--upload-pack=x',
      '../x',
      'a..b',
      'HEAD',
      'refs/heads/x',
      'a b',
      'x.lock',
      '@{-1}',
      'a//b',
      '[###-feature]',
      '-x',
      'a\u202eb',
    ]) {
      const files = filesOf({ [tasks]: '- [ ] T001 a\n', 'specs/001-x/plan.md': `**Branch**: \`${name}\` | x\n` })
      expect((await planFormats[0]?.read(files, tasks))?.items[0]?.branch).toBeUndefined()
    }
  })

  it('does not choose silently between two formats', async () => {
    const twins = planFormats.map((format) => ({ ...format, detect: async () => ({ sure: 0.9, why: 'it says so' }) }))
    const chosen = await chooseFormat(twins, filesOf({}), 'x')
    expect(chosen).toMatchObject({
      format: undefined,
      remedy: `Say which: --as ${twins[0]?.name} or --as ${twins[1]?.name}.`,
    })
    expect(await chooseFormat(planFormats, filesOf({}), 'x')).toMatchObject({ format: undefined })
    expect((await chooseFormat(planFormats, filesOf({ [tasks]: '- [ ] T001 a\n' }), 'specs/001-x')).format?.name).toBe(
      'speckit',
    )
    expect((await chooseFormat(planFormats, filesOf({}), 'x', 'workflow')).format?.name).toBe('workflow')
    expect(await chooseFormat(planFormats, filesOf({}), 'x', 'nope')).toMatchObject({ format: undefined })
  })
})

describe('workflow files', () => {
  const head = 'id: w\nname: W\nversion: 1\nsteps:\n'
  const one =
    '  - {key: a, order: 1, parallelizable: false, entryCriteria: [], exitCriteria: [x], responsibleRole: r}\n'

  it.each([
    ['flow', '['.repeat(900)],
    ['flow again, which ends a process that does not count first', '['.repeat(900)],
    ['maps', '{a: '.repeat(900)],
    ['bullets', `${'- '.repeat(900)}x`],
    ['keys', `${'? '.repeat(900)}x`],
    ['indentation', Array.from({ length: 900 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['JSON', `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`],
    ['200,000 levels', '['.repeat(200_000)],
  ])('refuses deep %s', async (_, text) => {
    expect((await workflow(text)).notes).toMatchObject([{ kind: 'too-deep', level: 'error' }])
  })

  it('refuses aliases, tags, doubles, prototypes and strangers', async () => {
    const bomb = `a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n${head}${one}`
    expect((await workflow(bomb)).notes[0]).toMatchObject({ kind: 'alias', line: 1 })
    expect((await workflow(`${head}${one}extra: !!js/function x\n`)).notes[0]?.level).toBe('error')
    expect((await workflow(`${head}${one}id: again\n`)).notes).toMatchObject([{ kind: 'key', line: 6 }])
    for (const key of ['__proto__', 'constructor', 'prototype', '<<']) {
      expect((await workflow(`${head}${one}${key}: {x: 1}\n`)).notes[0]).toMatchObject({ kind: 'key', line: 6 })
    }
    expect((await workflow(`${head}${one.replace('}', ', command: [rm]}')}`)).notes[0]).toMatchObject({
      kind: 'shape',
      line: 5,
    })
    expect({}).not.toHaveProperty('x')
  })

  it('refuses doubles, strangers, circles and ways out, each with its line', async () => {
    const line = (key: string, more: string): string => one.replace('key: a', `key: ${key}`).replace('}', `, ${more}}`)
    const kinds = async (text: string): Promise<string[]> =>
      (await workflow(head + text)).notes.map((note) => `${note.line} ${note.kind}`)
    expect(await kinds(one + one)).toEqual(['6 duplicate'])
    expect(await kinds(line('a', 'dependsOn: [b]'))).toEqual(['5 dangling'])
    expect(await kinds(line('a', 'dependsOn: [b]') + line('b', 'dependsOn: [a]'))).toEqual(['5 cycle'])
    expect(await kinds(line('a', 'dependsOn: [a]'))).toEqual(['5 cycle'])
    expect(await kinds(line('a', 'writes: [../x]'))).toEqual(['5 path'])
    expect(await kinds(one.replace('order: 1', 'order: 0'))).toEqual(['5 shape'])
    expect(await kinds(one.replace('[x]', '[]'))).toEqual(['5 shape'])
    expect(await kinds(one)).toEqual([])
  })
})

/** By the edges alone. */
function comesBefore(given: PlanRead, first: string, second: string): boolean {
  const steps = new Map(given.items.flatMap((item) => item.steps).map((each) => [each.key, each]))
  const seen = new Set<string>()
  const next = [second]
  for (let key = next.pop(); key !== undefined; key = next.pop()) {
    if (seen.has(key)) continue
    seen.add(key)
    for (const edge of steps.get(key)?.after ?? []) next.push(edge.key)
  }
  return seen.has(first) && first !== second
}
