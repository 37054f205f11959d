// Runs what every executor must do over the executors there are, and what each does beyond it.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtInRoles, type Role } from '../../src/core/nouns/role.ts'
import type { Assignment, Spawner } from '../../src/core/ports.ts'
import { SandboxMissing } from '../../src/core/ports.ts'
import { type Act, partOf, scriptedExecutor, shellExecutor } from '../../src/executors/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { allOf, endOf, executorCase, type Play, said } from './executor.case.ts'

const home = mkdtempSync(join(tmpdir(), 'baton-executor-'))
const work = mkdtempSync(join(tmpdir(), 'baton-work-'))
const prompts = mkdtempSync(join(tmpdir(), 'baton-prompts-'))
const environment = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' }
let spawner: Spawner
let attempts = 0

beforeAll(async () => {
  spawner = await createSpawner({ home, kind: 'plain', graceMs: 200 })
})
afterAll(async () => {
  await spawner.close()
  for (const folder of [home, work, prompts]) rmSync(folder, { recursive: true, force: true })
})

function assignment(argv: readonly string[], more: Partial<Assignment> = {}): Assignment {
  return {
    attempt: '001-x/T012/1',
    fence: 7,
    item: '001-x',
    step: {
      key: 'T012',
      title: 'Do it',
      brief: 'Do it well',
      order: 1,
      group: 'Phase 1',
      after: [],
      parallel: false,
      writes: ['src/a.ts', 'docs/'],
      locks: [],
      role: 'coder',
      ticked: false,
    },
    agent: { name: 'shell', executor: 'shell', argv, env: {}, network: 'none', seats: 1, roles: [], timeoutMs: 60_000 },
    folder: work,
    base: 'a'.repeat(40),
    prompt: 'Please.',
    feedback: '',
    isolation: 'none',
    timeoutMs: 60_000,
    stable: 0,
    silenceMs: 0,
    limits: {},
    role: builtInRoles[1] as Role,
    readsOnly: false,
    tools: [],
    ...more,
  }
}

const floodLetters = 3_000_000
const sh = (script: string): string[] => ['/bin/sh', '-c', script]
const commands: Readonly<Record<Play, readonly string[]>> = {
  succeed: ['/bin/true'],
  fail: sh('echo broken >&2; exit 3'),
  speak: sh('printf "h\\303"; sleep 0.05; printf "\\251llo"'),
  flood: sh(`head -c ${floodLetters} /dev/zero | tr "\\0" x`),
  hang: sh('echo up; sleep 600 & wait'),
  broken: ['/nowhere/agent'],
}

executorCase('shell', async () => ({
  executor: shellExecutor({ spawner, environment }),
  flood: floodLetters,
  // When one ends, everything that carries its attempt's marker ends with it.
  assignment: (play) => {
    attempts += 1
    return assignment(commands[play], { attempt: `001-x/T012/${attempts}` })
  },
}))

const acts: Readonly<Record<Play, readonly Act[]>> = {
  succeed: [],
  fail: [{ do: 'fail', reason: 'crashed' }],
  speak: [{ do: 'say', text: 'héllo' }],
  flood: Array.from({ length: 30_000 }, (): Act => ({ do: 'say', text: 'x'.repeat(100) })),
  hang: [{ do: 'say', text: 'up' }, { do: 'hang' }],
  broken: [{ do: 'write', path: 'refused', text: '' }],
}

const realClock = { monotonic: () => performance.now(), after: () => () => undefined }

executorCase('scripted', async () => ({
  executor: scriptedExecutor({
    clock: realClock,
    part: ({ prompt }) => acts[prompt as Play],
    write: async () => {
      throw new Error('There is no room.')
    },
  }),
  flood: 3_000_000,
  assignment: (play) => assignment([], { prompt: play }),
}))

describe('shell', () => {
  const play = async (argv: readonly string[], more: Partial<Assignment> = {}) =>
    allOf(
      shellExecutor({ spawner, environment, promptFolder: join(prompts, 'made/when/needed') }).start(
        assignment(argv, more),
      ).reports,
    )

  it('tells the step by variables and input, never inside the command', async () => {
    const evil = '$(touch pwned)`touch pwned`; touch pwned #\0\n"\''
    const step = { ...assignment([]).step, title: evil, brief: evil, key: 'T012' }
    const all = await play(
      sh(
        'printf "%s|" "$BATON_STEP" "$BATON_KEY" "$BATON_ATTEMPT" "$BATON_WRITES" "$BATON_TITLE" "$OWN" "$BATON_ROLE"; cat',
      ),
      {
        step,
        agent: {
          ...assignment([]).agent,
          argv: sh(
            'printf "%s|" "$BATON_STEP" "$BATON_KEY" "$BATON_ATTEMPT" "$BATON_WRITES" "$BATON_TITLE" "$OWN" "$BATON_ROLE"; cat',
          ),
          env: { OWN: 'mine', BATON_ROLE: 'forged' },
        },
      },
    )
    const clean = evil.replace('\0', '')
    expect(said(all)).toBe(`001-x/T012|T012|001-x/T012/1|src/a.ts\ndocs/|${clean}|mine|coder|Please.`)
    expect(existsSync(join(work, 'pwned'))).toBe(false)
  })

  it('lets a profile speak in none of our names', async () => {
    const env = { BATON_HOME: 'forged', BATON_PROMPT_FILE: 'forged', baton_x: 'forged' }
    const agent = { ...assignment([]).agent, argv: ['/usr/bin/env'], env }
    expect(said(await play([], { agent }))).not.toContain('forged')
  })

  it('gives nothing of our own environment away', async () => {
    process.env.BATON_TEST_SECRET = 'sesame'
    const all = await play(['/usr/bin/env'])
    delete process.env.BATON_TEST_SECRET
    expect(said(all)).not.toContain('sesame')
    expect(said(all)).toContain('PATH=/usr/bin:/bin')
  })

  it('lays a long prompt down in a file outside the folder, and takes it away again', async () => {
    const prompt = 'é'.repeat(100_000)
    const all = await play(
      sh('wc -c < "$BATON_PROMPT_FILE"; wc -c; echo "[$BATON_PROMPT]"; printf %s "$BATON_BRIEF" | wc -c'),
      {
        prompt,
        step: { ...assignment([]).step, brief: 'é'.repeat(50_000) },
      },
    )
    expect(said(all).split(/\s+/).slice(0, 4)).toEqual(['200000', '200000', '[]', '65536'])
    expect(readdirSync(join(prompts, 'made/when/needed'))).toEqual([])
    expect(readdirSync(work)).toEqual([])
  })

  it('ends in order when a prompt cannot be laid down', async () => {
    const executor = shellExecutor({ spawner, environment, promptFolder: '/dev/null/nowhere' })
    const all = await allOf(executor.start(assignment(['/bin/true'], { prompt: 'x'.repeat(70_000) })).reports)
    expect(all.map(({ kind }) => kind)).toEqual(['began', 'ended'])
    expect(endOf(all).outcome).toMatchObject({ kind: 'failed', reason: 'defect' })
  })

  it('ends what takes too long', async () => {
    const all = await play(commands.hang, { timeoutMs: 100 })
    expect(endOf(all).outcome).toMatchObject({ kind: 'failed', reason: 'timeout' })
  })

  it('gives the last lines, made safe, and the exit code', async () => {
    const all = await play(sh('for i in 1 2 3 4 5 6 7 8 9 10; do echo "line $i"; done; printf "\\033[2Jend"; exit 3'))
    const { outcome } = endOf(all)
    expect(outcome).toMatchObject({ kind: 'failed', reason: 'crashed' })
    expect(outcome.why).toContain('exit code 3')
    expect(outcome.why).toContain('\\x1b[2Jend')
    expect(outcome.why).not.toContain('line 2\n')
  })

  it('names what is missing, and the remedy', async () => {
    expect(endOf(await play(['/nowhere/agent'])).outcome).toMatchObject({
      reason: 'crashed',
      why: expect.stringMatching(/was not found.*baton\.yaml/),
    })
    expect(endOf(await play(sh('nowhere-at-all'))).outcome.why).toMatch(/A program was not found/)
    expect(endOf(await play([])).outcome).toMatchObject({
      reason: 'defect',
      why: expect.stringContaining('has no command'),
    })
    expect(endOf(await play([work])).outcome).toMatchObject({
      reason: 'crashed',
      why: expect.stringContaining('may not be run'),
    })
  })

  it('says when a signal ended it', async () => {
    expect(endOf(await play(sh('kill -9 $$'))).outcome.why).toContain('SIGKILL')
  })

  it('tells a missing sandbox and a lost spawner from a bad command', async () => {
    const refusing = (error: Error): Spawner => ({ ...spawner, start: () => Promise.reject(error) })
    const endWith = async (error: Error) => {
      const run = shellExecutor({ spawner: refusing(error), environment }).start(assignment(['/bin/true']))
      return endOf(await allOf(run.reports)).outcome
    }
    expect(await endWith(new SandboxMissing('bwrap is missing'))).toEqual({
      kind: 'failed',
      reason: 'sandbox-missing',
      why: 'bwrap is missing',
    })
    expect(await endWith(new Error('the spawner is gone'))).toMatchObject({
      reason: 'crashed',
      why: expect.stringContaining('is gone'),
    })
  })
})

describe('scripted', () => {
  const play = async (tries: Record<string, readonly (readonly Act[])[]>, attempt: string) => {
    const written: string[] = []
    const waited: number[] = []
    const executor = scriptedExecutor({
      part: partOf(tries),
      clock: {
        monotonic: () => 0,
        after: (ms, then) => {
          waited.push(ms)
          then()
          return () => undefined
        },
      },
      write: async (folder, path, content) => {
        written.push(`${folder === work} ${path} ${content}`)
      },
    })
    const all = await allOf(executor.start(assignment([], { attempt })).reports)
    return { all, written, waited }
  }

  it('plays the part of its try, the last one again and again', async () => {
    const tries = {
      T012: [
        [{ do: 'fail', reason: 'quota', until: 9 }],
        [
          { do: 'write', path: 'a', text: 'b' },
          { do: 'wait', ms: 5 },
          { do: 'delete', path: 'c' },
        ],
      ],
    } as const
    expect(endOf((await play(tries, '001-x/T012/1')).all).outcome).toMatchObject({ reason: 'quota', until: 9 })
    for (const attempt of ['001-x/T012/2', '001-x/T012/9']) {
      const { all, written, waited } = await play(tries, attempt)
      expect(endOf(all).outcome.kind).toBe('succeeded')
      expect(written).toEqual(['true a b', 'true c null'])
      expect(waited).toEqual([5])
    }
  })

  it('can break the contract on purpose: twice ended, and late', async () => {
    const again: Act = { do: 'report', report: { kind: 'said', from: 'agent', text: 'late' } }
    const { all } = await play(
      { '*': [[{ do: 'use', used: { tokensIn: 5 } }, { do: 'succeed' }, again]] },
      '001-x/T012/1',
    )
    expect(all.map(({ kind }) => kind)).toEqual(['began', 'used', 'ended', 'said'])
  })
})
