// Runs what every kind of check must do over the kinds there are, and what each does beyond it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkers, commandChecker, filesChecker } from '../../src/checks/index.ts'
import type { CheckSpec } from '../../src/core/nouns/check.ts'
import { type CheckOrder, SandboxMissing, type Spawner } from '../../src/core/ports.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { type CheckerBench, checkerCase } from './checker.case.ts'

const home = mkdtempSync(join(tmpdir(), 'baton-checker-'))
const folder = mkdtempSync(join(tmpdir(), 'baton-result-'))
const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }
let spawner: Spawner

beforeAll(async () => {
  mkdirSync(join(folder, 'src/deep'), { recursive: true })
  writeFileSync(join(folder, 'src/a.ts'), 'a')
  writeFileSync(join(folder, "it's; touch pwned $(x).ts"), 'a')
  symlinkSync('a.ts', join(folder, 'src/inside.ts'))
  symlinkSync('/etc/passwd', join(folder, 'absolute'))
  symlinkSync('../../../etc/passwd', join(folder, 'src/above'))
  symlinkSync('/etc', join(folder, 'etc'))
  symlinkSync('nowhere', join(folder, 'dangling'))
  spawner = await createSpawner({ home, kind: 'plain', graceMs: 200 })
})
afterAll(async () => {
  await spawner.close()
  for (const each of [home, folder]) rmSync(each, { recursive: true, force: true })
})

const order = (spec: CheckSpec): CheckOrder => ({
  spec,
  folder,
  commit: 'c'.repeat(40),
  attempt: '001-x/T012/1',
  step: {
    key: 'T012',
    title: '',
    brief: '',
    order: 1,
    group: '',
    after: [],
    parallel: false,
    writes: [],
    locks: [],
    role: 'coder',
    ticked: false,
  },
  isolation: 'none',
})

const samples: Readonly<Record<string, Pick<CheckerBench, 'good' | 'bad' | 'senseless'>>> = {
  command: {
    good: { kind: 'command', name: 'good', argv: ['/bin/sh', '-c', 'test -f src/a.ts'] },
    bad: { kind: 'command', name: 'bad', argv: ['/bin/sh', '-c', 'exit 4'] },
    senseless: { kind: 'command', name: 'senseless', argv: [] },
  },
  files: {
    good: {
      kind: 'files',
      name: 'good',
      exist: ['src/a.ts', 'src/deep/', 'src/inside.ts', "it's; touch pwned $(x).ts"],
    },
    bad: { kind: 'files', name: 'bad', exist: ['src/a.ts', 'src/b.ts'] },
    senseless: { kind: 'files', name: 'senseless', exist: [] },
  },
}

for (const [kind, each] of Object.entries(samples)) {
  checkerCase(kind, async () => {
    const made = checkers.map((make) => make({ spawner, environment })).find((checker) => checker.kind === kind)
    if (!made) throw new Error(`There is no check of kind ${kind}.`)
    return { checker: made, order, ...each }
  })
}

it('has samples for every kind', () => {
  expect(checkers.map((make) => make({ spawner, environment }).kind)).toEqual(Object.keys(samples))
})

describe('command', () => {
  const run = (script: string, timeoutMs?: number) =>
    commandChecker({ spawner, environment }).run(
      order({
        kind: 'command',
        name: 'c',
        argv: ['/bin/sh', '-c', script],
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }),
    )

  it('keeps the head and the tail of a flood, safe to show', async () => {
    const verdict = await run(
      'printf "first\\033[2J"; head -c 3000000 /dev/zero | tr "\\0" x; printf "\\377last"; exit 1',
    )
    expect(verdict.evidence.length).toBeLessThan(40_000)
    expect(verdict.evidence.startsWith('first\\x1b[2J')).toBe(true)
    expect(verdict.evidence.endsWith('\ufffdlast')).toBe(true)
    expect(verdict.evidence).toContain(`… ${3_000_014 - 32_768} bytes left out …`)
    expect((await run('printf "h\\303\\251"')).evidence).toBe('hé')
  })

  it('stops what takes too long, children included', async () => {
    const verdict = await run('echo up; sleep 600 & wait', 150)
    expect(verdict).toMatchObject({ passed: false, why: expect.stringContaining('did not end within') })
    expect(verdict.evidence).toContain('up')
  })

  it('names a missing program and its remedy', async () => {
    expect((await run('nowhere-at-all')).why).toMatch(/not found.*baton\.yaml/)
    const spec: CheckSpec = { kind: 'command', name: 'c', argv: ['/nowhere/x'] }
    expect(await commandChecker({ spawner, environment }).run(order(spec))).toMatchObject({
      passed: false,
      why: expect.stringContaining('Install it'),
    })
  })

  it('gives nothing of our own environment away, and no network is asked for', async () => {
    process.env.BATON_TEST_SECRET = 'sesame'
    const verdict = await run('env')
    delete process.env.BATON_TEST_SECRET
    expect(verdict.evidence).not.toContain('sesame')
    expect(verdict.evidence).toContain('BATON_KEY=T012')
  })

  it('tells what judges several steps at once of all of them, and of none as if it were the only one', async () => {
    const spec: CheckSpec = { kind: 'command', name: 'c', argv: ['/bin/sh', '-c', 'env'] }
    const { evidence } = await commandChecker({ spawner, environment }).run({ ...order(spec), batch: ['T011', 'T012'] })
    expect(evidence).toContain('BATON_KEYS=T011 T012')
    expect(evidence).not.toContain('BATON_KEY=')
  })

  it('throws when the machine cannot check: that is no fault of the result', async () => {
    for (const error of [new SandboxMissing('bwrap is missing'), new Error('the spawner is gone')]) {
      const broken: Spawner = { ...spawner, start: () => Promise.reject(error) }
      for (const make of checkers) {
        const checker = make({ spawner: broken, environment })
        const spec = samples[checker.kind]?.good
        if (spec) await expect(checker.run(order(spec))).rejects.toBe(error)
      }
    }
  })
})

describe('files', () => {
  it.each([
    ['src/b.ts', 'is not there'],
    ['src/a.ts/', 'is a file'],
    ['nowhere/a.ts', 'is not there'],
    ['dangling', 'is not there'],
    ['absolute', 'leads out'],
    ['src/above', 'leads out'],
    ['etc/passwd', 'leads out'],
    ['../x', 'not a path inside'],
    ['/etc/passwd', 'not a path inside'],
    ['a\nb', 'not a path inside'],
    ['.git/config', 'not a path inside'],
    ['', 'not a path inside'],
  ])('fails %j: it %s', async (path, why) => {
    const verdict = await filesChecker({ spawner, environment }).run(
      order({ kind: 'files', name: 'f', exist: ['src/a.ts', path] }),
    )
    expect(verdict).toMatchObject({ passed: false, why: expect.stringContaining(why) })
  })
})

it('judges one attempt on two commits at once, and the end of the one is not the end of the other', async () => {
  const checker = commandChecker({ spawner, environment })
  const [short, long] = ['d', 'e'].map((letter) => letter.repeat(40)) as [string, string]
  const spec = (seconds: string): CheckSpec => ({ kind: 'command', name: 'tests', argv: ['/bin/sleep', seconds] })
  const later = checker.run({ ...order(spec('1')), commit: long })
  await checker.run({ ...order(spec('0.1')), commit: short })
  expect(await later).toMatchObject({ passed: true })
})
