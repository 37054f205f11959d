// What the executor for the agent client protocol does with an agent, beyond what every executor must do.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Update } from '../../src/core/nouns/update.ts'
import type { Assignment, Report, Spawner } from '../../src/core/ports.ts'
import { type AcpOptions, acpExecutor } from '../../src/executors/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { endOf, said } from '../cases/executor.case.ts'
import { assignment } from './assignment.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-acp-'))
const work = join(root, 'work')
const homes = join(root, 'homes')
const program = join(import.meta.dirname, 'acp.agent.ts')
let spawner: Spawner

beforeAll(async () => {
  mkdirSync(work)
  spawner = await createSpawner({ home: join(root, 'home'), kind: 'plain', graceMs: 200 })
})
afterAll(async () => {
  await spawner.close()
  rmSync(root, { recursive: true, force: true })
})

interface Staged extends Partial<Assignment> {
  readonly how?: readonly string[]
  readonly options?: Partial<AcpOptions>
  readonly chosen?: Readonly<Record<string, string>>
  /** Undefined: nobody answers. */
  answer?(question: Report & { kind: 'asked' }): string | undefined
}

function start(play: string, { how = [], options = {}, chosen = {}, ...more }: Staged = {}) {
  const argv = [process.execPath, program, ...how]
  const agent = {
    name: 'stand-in',
    executor: 'acp',
    argv,
    env: { OWN: 'mine', BATON_OWN: 'forged', HOME: '/forged' },
    network: 'none',
    seats: 1,
    roles: [],
    timeoutMs: 60_000,
    options: chosen,
  } as const
  const executor = acpExecutor({
    spawner,
    environment: { PATH: '/usr/bin:/bin' },
    scratch: homes,
    graceMs: 300,
    ...options,
  })
  return executor.start(assignment({ agent, folder: work, prompt: play, ...more }))
}

async function play(name: string, staged: Staged = {}): Promise<Report[]> {
  const run = start(name, staged)
  const all: Report[] = []
  for await (const report of run.reports) {
    all.push(report)
    if (report.kind === 'asked') run.answer(report.question.id, staged.answer?.(report))
  }
  return all
}

const updates = (all: readonly Report[]): Update[] => all.flatMap((each) => (each.kind === 'told' ? each.update : []))
const notices = (all: readonly Report[]): string[] =>
  updates(all).flatMap((each) => (each.kind === 'notice' ? each.text : []))

describe('acp', () => {
  it('tells what an agent does in our words, in order, and what it used and says of it', async () => {
    const all = await play('work')
    const told = updates(all).filter(({ kind }) => kind !== 'other')
    expect(told).toEqual([
      { kind: 'message', text: 'First I look.' },
      { kind: 'thought', text: 'Hm.' },
      { kind: 'plan', entries: [{ text: 'write it', status: 'doing' }] },
      { kind: 'tool', id: 't1', status: 'running' },
      {
        kind: 'tool',
        id: 't1',
        tool: 'edit',
        name: 'fs.edit',
        title: 'Write a.txt',
        status: 'pending',
        paths: ['a.txt'],
      },
      { kind: 'tool', id: 't1', status: 'done', output: 'a.txt\n+written\n+' },
      { kind: 'message', text: 'I wrote a.txt.' },
    ])
    const others = updates(all).flatMap((each) => (each.kind === 'other' ? [each.name, each.raw] : []))
    expect(others).toEqual(expect.arrayContaining(['dream', '_private/thing', '{"a":1}']))
    expect(all.find((each) => each.kind === 'said')).toEqual({ kind: 'said', from: 'out', text: 'not a message\n' })
    const end = endOf(all)
    expect(end).toMatchObject({
      outcome: { kind: 'succeeded' },
      used: { tokensIn: 100, tokensOut: 30, cachedIn: 40, cost: 0.25 },
      session: 's1',
      summary: 'I wrote a.txt.',
    })
    expect(end.used).not.toHaveProperty('unpriced')
    expect(readFileSync(join(work, 'a.txt'), 'utf8')).toBe('written\n')
  })

  it('asks, and answers with the option that was chosen, never with one that was not offered', async () => {
    const seen: Report[] = []
    const allowed = await play('ask', {
      answer: (asked) => {
        seen.push(asked)
        return 'yes-77'
      },
    })
    expect(seen).toMatchObject([
      {
        question: {
          about: 'permission',
          tool: 'execute',
          asks: 'May it do this (execute): rm -rf build?',
          shows: '{"command":"rm -rf build"}',
          options: [
            { id: 'yes-77', kind: 'allow-once', label: 'Yes' },
            { id: 'no-78', kind: 'reject-once', label: 'No' },
          ],
        },
      },
    ])
    expect(said(allowed)).toContain('[yes-77]')
    expect(endOf(allowed).outcome.kind).toBe('succeeded')
    for (const [answer, heard] of [
      ['no-78', '[no-78]'],
      ['sudo', '[no-78]'],
      [undefined, '[cancelled]'],
    ] as const) {
      const all = await play('ask', { answer: () => answer })
      expect(said(all)).toContain(heard)
      expect(endOf(all).outcome).toMatchObject({
        kind: 'failed',
        reason: 'refused-tool',
        why: expect.stringContaining('rm -rf build'),
      })
    }
  })

  it('lets no answer count twice or for another question, and holds few open', async () => {
    const run = start('ask often')
    const asked: string[] = []
    let text = ''
    let outcome: unknown
    const count = (word: string): number => text.split(' ').filter((one) => one === word).length
    for await (const report of run.reports) {
      if (report.kind === 'ended') outcome = report.outcome
      if (report.kind === 'asked') asked.push(report.question.id)
      if (report.kind !== 'told' || report.update.kind !== 'message') continue
      const before = count('cancelled')
      text += report.update.text
      // Nothing is answered until all that may be open are, and the others were turned away.
      if (before === 8 || count('cancelled') < 8) continue
      run.answer('q999', 'yes-77')
      for (const id of asked) for (const answer of ['yes-77', 'no-78']) run.answer(id, answer)
    }
    expect(new Set(asked).size).toBe(32)
    expect([count('yes-77'), count('cancelled'), count('no-78')]).toEqual([32, 8, 0])
    // The second answers were refusals.
    expect(outcome).toMatchObject({ kind: 'succeeded', why: expect.not.stringContaining('not allowed') })
  })

  it('gives no files and no terminal away', async () => {
    const all = said(await play('reach', { how: ['shows'] }))
    const offered = '"fs":{"readTextFile":false,"writeTextFile":false},"terminal":false'
    expect(all).toContain('fs/read_text_file -32601\nterminal/create -32601\nfs/write_text_file -32601\n')
    expect(all).toMatch(/^offered: /)
    expect(all.includes('offered: {}') || all.includes(offered)).toBe(true)
  })

  it('tells an agent to end its turn before it ends its process', async () => {
    const run = start('hang')
    for await (const report of run.reports)
      if (report.kind === 'told' && report.update.kind === 'message') await run.stop('enough')
    expect(existsSync(join(work, 'told-to-end'))).toBe(true)
  })

  it('withdraws the question of an agent that is stopped', async () => {
    const run = start('ask')
    const all: Report[] = []
    for await (const report of run.reports) {
      all.push(report)
      if (report.kind === 'asked') await run.stop('enough')
    }
    expect(endOf(all).outcome).toEqual({ kind: 'stopped', reason: 'cancelled', why: 'enough' })
  })

  it('stands what is no message, no update and too long', async () => {
    const garbage = await play('garbage')
    expect(said(garbage)).toContain('still here')
    expect(endOf(garbage).outcome.kind).toBe('succeeded')
    const long = await play('long')
    expect(said(long)).toContain('was left out')
    expect(said(long)).toContain('after')
    expect(said(long).length).toBeLessThan(1000)
  })

  it.each([
    ['refusal', 'bad-output'],
    ['tokens', 'context-overflow'],
    ['dawn', 'bad-output'],
    ['quota', 'quota'],
    ['fail', 'crashed'],
    ['broken', 'crashed'],
  ])('says why it ended: %s', async (name, reason) => {
    expect(endOf(await play(name)).outcome).toMatchObject({ kind: 'failed', reason })
  })

  it('knows when a quota begins again, and what a process said last', async () => {
    const now = Date.UTC(2026, 10, 20, 14)
    const clock = {
      now: () => now,
      monotonic: () => performance.now(),
      after: (ms: number, then: () => void) => {
        const timer = setTimeout(then, ms)
        return () => clearTimeout(timer)
      },
    }
    expect(endOf(await play('quota', { options: { clock } })).outcome).toMatchObject({ until: now + 2 * 3_600_000 })
    expect(endOf(await play('broken')).outcome.why).toMatch(/exit code 3.*a last word/s)
  })

  it('ends what falls silent and what takes too long', async () => {
    expect(endOf(await play('deaf', { silenceMs: 300 })).outcome).toMatchObject({ reason: 'stalled' })
    expect(endOf(await play('deaf', { timeoutMs: 300 })).outcome).toMatchObject({ reason: 'timeout' })
  })

  it.each([
    ['slow', 'stalled', /did not answer within 1 s as it started/],
    ['mute', 'stalled', /did not answer/],
    ['future', 'crashed', /version 2 of the agent client protocol/],
    ['closed', 'auth', /Log in to it/],
  ])('says what is wrong with one that cannot begin: %s', async (how, reason, why) => {
    const all = await play('succeed', {
      how: [how],
      options: { startMs: how === 'slow' || how === 'mute' ? 1000 : 20_000 },
    })
    expect(endOf(all).outcome).toMatchObject({ kind: 'failed', reason, why: expect.stringMatching(why) })
  })

  it('chooses options by id or category, modes by id, and says what is not offered', async () => {
    const byOption = await play('succeed', {
      how: ['options'],
      chosen: { mode: 'slow', auto: 'false', effort: 'high' },
    })
    expect(said(byOption)).toContain('option: mode-of-work slow')
    expect(said(byOption)).toContain('option: auto false')
    expect(notices(byOption)).toEqual(['It has no effort "high": it works as it is.\n'])
    expect(updates(byOption)).toContainEqual({ kind: 'setting', name: 'mode-of-work', value: 'slow' })
    const byMode = await play('succeed', { how: ['modes'], chosen: { mode: 'careful' } })
    expect(said(byMode)).toContain('mode: https://x.invalid/modes#careful')
  })

  it('goes on with a session where it can, without its past, and begins anew where it cannot', async () => {
    const home = join(homes, 'kept')
    const { session } = endOf(await play('speak', { home }))
    const again = await play('speak', { home, resume: session ?? '' })
    expect(endOf(again).session).toBe(session)
    expect(said(again)).toBe('héllo')
    const lost = await play('speak', { home, resume: 'forgotten' })
    expect(endOf(lost)).toMatchObject({ session: 's2', outcome: { kind: 'succeeded' } })
    expect(notices(lost)).toEqual(['Its session could not be taken up again: it begins a new one.\n'])
  })

  it('gives tools with their token where they are taken', async () => {
    const tools = [{ name: 'baton', url: 'http://127.0.0.1:9/mcp', token: 'only-mine' }]
    expect(said(await play('succeed', { tools }))).toContain(
      '"headers":[{"name":"Authorization","value":"Bearer only-mine"}]',
    )
    const without = await play('succeed', { tools, how: ['toolless'] })
    expect(said(without)).not.toContain('only-mine')
    expect(notices(without)).toHaveLength(1)
  })

  it('gives nothing of our own environment, a HOME of its own, and takes back one that nobody keeps', async () => {
    process.env.BATON_TEST_SECRET = 'sesame'
    const fresh = await play('env')
    delete process.env.BATON_TEST_SECRET
    const { env, cwd } = JSON.parse(said(fresh)) as { env: Record<string, string>; cwd: string }
    expect(JSON.stringify(env)).not.toMatch(/sesame|forged/)
    expect(env).toMatchObject({ OWN: 'mine', PATH: '/usr/bin:/bin' })
    expect(env.HOME?.startsWith(homes)).toBe(true)
    expect(existsSync(env.HOME ?? '')).toBe(false)
    expect(cwd).toBe(work)
    const home = join(homes, 'mine')
    await play('env', { home })
    expect(said(await play('env', { home }))).toContain('"kept":true')
    expect(readdirSync(home)).toContain('kept')
  })

  it('names what is missing, and how to get it', async () => {
    const without = { agentsFolder: join(root, 'nowhere'), path: join(root, 'nowhere') }
    const known = {
      name: 'g',
      executor: 'acp',
      argv: [],
      env: {},
      network: 'none',
      seats: 1,
      roles: [],
      timeoutMs: 1,
    } as const
    const executor = acpExecutor({ spawner, environment: {}, scratch: homes, find: without })
    const endWith = async (more: object): Promise<string> => {
      const all: Report[] = []
      for await (const report of executor.start(assignment({ agent: { ...known, ...more }, folder: work })).reports)
        all.push(report)
      expect(all.map(({ kind }) => kind)).toEqual(['began', 'ended'])
      return endOf(all).outcome.why
    }
    expect(await endWith({ program: 'gemini' })).toMatch(
      /gemini was not found; get it with: npm install --global @google\/gemini-cli/,
    )
    expect(await endWith({ program: 'codex' })).toMatch(/codex-acp was not found/)
    expect(await endWith({ program: 'nobody' })).toMatch(/"nobody", which is not known here/)
    expect(await endWith({})).toMatch(/neither a program nor a command/)
    expect(await executor.available?.({ ...known, program: 'qwen' })).toMatchObject({
      ok: false,
      why: expect.stringContaining('@qwen-code/qwen-code'),
    })
  })
})
