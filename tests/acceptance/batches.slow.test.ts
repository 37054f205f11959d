// Results that pile up are checked once and land in one move; the one that breaks them is found, and judged alone.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { Stage } from './ground.ts'
import { play } from './plans.ts'
import { stage } from './stage.ts'
import { until } from './until.ts'

// Two checks at a time on every machine: how often something is checked is what these tests count.
vi.mock('node:os', async (real) => ({ ...(await real<typeof import('node:os')>()), availableParallelism: () => 2 }))

interface Line {
  readonly keys: readonly string[]
  /** Lines of shell that judge, after the run was counted and let go. */
  readonly judges: string
  readonly agents?: Readonly<Record<string, string>>
  readonly files?: Readonly<Record<string, string>>
  readonly more?: string
  /** How the run ends. */
  readonly code?: number
}

/** Steps that end one after the other while the first two checks wait for `go`; then everything is let go. */
async function lineUp({ keys, judges, agents = {}, files = {}, more = '', code = 0 }: Line): Promise<Stage> {
  const made = stage()
  const script = [
    `OUT='${made.out}'`,
    'printf "%s %s\\n" "$BATON_KEY" "$BATON_KEYS" >> "$OUT/checks"',
    'until [ -e "$OUT/go" ]; do sleep 0.02; done',
    judges,
  ]
  const lines = Object.fromEntries(keys.map((key) => [key, `wait_for ${key}\n${agents[key] ?? 'write "$BATON_KEY"'}`]))
  await play(made, {
    steps: keys.map((key) => ({ key, order: 1, parallel: true })),
    keys: lines,
    policy: {
      checks: 'checks:\n  - {name: whole, command: ["sh", "check.sh"], timeout: 60s}\n',
      more: `desired: 16\n${more}`,
    },
    files: { 'check.sh': `${script.join('\n')}\n`, ...files },
  })
  const going = made.go('run', 'wf.yaml', '--parallel', '16', '--json')
  for (const [at, key] of keys.entries()) {
    await made.logged(`start ${key} 1`)
    made.say(key)
    await until(`${key} to end`, async () => (await made.facts('attempt.ended')).length > at)
    if (at < 2) await until(`check ${at + 1} to begin`, () => runs(made).length > at)
  }
  made.say('go')
  const ended = await going.ended
  expect(ended.code, ended.out + ended.err).toBe(code)
  return made
}

function runs(made: Stage): string[] {
  const file = join(made.out, 'checks')
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}

interface Said {
  readonly attempt: string
  readonly commit: string
  readonly tip: string
  readonly on?: string
  readonly passed: boolean
  readonly batch?: readonly { readonly attempt: string; readonly commit: string }[]
}

const said = async (made: Stage, type: string): Promise<Said[]> =>
  (await made.facts(type)).map(({ data }) => data as Said)
const moves = (made: Stage): string[] =>
  made.git('reflog', 'show', '--format=%H', 'refs/heads/baton/wf').split('\n').reverse()

const seven = ['a', 'b', 'c', 'd', 'e', 'f', 'g']

it('checks seven results that pile up behind two checks three times, and moves the branch as often', async () => {
  const made = await lineUp({ keys: seven, judges: 'true' })
  expect(runs(made)).toEqual(['a ', 'b ', ' c d e f g'])
  const landed = await said(made, 'landing.done')
  expect(landed.map(({ attempt }) => attempt)).toEqual(seven.map((key) => `wf/${key}/1`))
  const commits = made.git('rev-list', '--reverse', '--first-parent', 'main..baton/wf').split('\n')
  expect(landed.map(({ commit }) => commit)).toEqual(commits)
  expect(moves(made)).toEqual([commits[0], commits[1], commits[6]])
  const checked = await said(made, 'attempt.checked')
  expect(checked.map(({ commit }) => commit)).toEqual(commits)
  expect(checked.map(({ on }) => on)).toEqual([undefined, undefined, ...Array(5).fill(commits[6])])
  const [, , together] = await said(made, 'landing.ordered')
  expect(together).toMatchObject({ attempt: 'wf/c/1', commit: commits[6] })
  expect(together?.batch?.map(({ commit }) => commit)).toEqual(commits.slice(2))
  expect((await made.baton('audit', 'verify')).code).toBe(0)
})

it('halves a batch that fails: what is before the one that breaks it lands, and that one alone is tried again', async () => {
  const keys = [...seven, 'h', 'i', 'j']
  const breaks = 'if [ "$TRY" = 1 ]; then write BAD; else write good; fi'
  const made = await lineUp({ keys, judges: '! grep -rqs BAD out', agents: { g: breaks } })
  const ran = runs(made)
  expect(ran.slice(0, 6)).toEqual(['a ', 'b ', ' c d e f g h i j', ' c d e f', ' g h', 'g '])
  expect(ran.length).toBeLessThanOrEqual(8)
  const bad = (await said(made, 'attempt.checked')).filter(({ passed }) => !passed)
  expect(bad).toMatchObject([{ attempt: 'wf/g/1' }])
  expect(bad[0]?.on).toBeUndefined()
  const landed = (await said(made, 'landing.done')).map(({ attempt }) => attempt)
  expect([...landed].sort()).toEqual(keys.map((key) => `wf/${key}/${key === 'g' ? 2 : 1}`))
  for (const commit of moves(made)) expect(made.at(commit, 'out/g.txt')).not.toBe('BAD')
})

it('judges one by one what asks which step it judges, and finds that out by itself', async () => {
  const made = await lineUp({ keys: seven, judges: 'test -s "out/$BATON_KEY.txt"' })
  const alone = runs(made).filter((line) => !line.startsWith(' '))
  expect(alone.map((line) => line.trim()).sort()).toEqual(seven)
  expect((await said(made, 'attempt.checked')).every(({ on, passed }) => on === undefined && passed)).toBe(true)
  expect(runs(made).length).toBeLessThanOrEqual(seven.length + 4)
})

it('never lands with others what a person must see, and those before it do not wait for that', async () => {
  const keys = [...seven, 'h', 'i']
  const made = await lineUp({
    keys,
    judges: 'true',
    agents: { h: 'write h; printf "{}\\n" > package.json' },
    files: { 'package.json': '{"private": true}\n' },
    more: 'protect: [package.json]\n',
    code: 4,
  })
  const batches = (await said(made, 'landing.ordered')).flatMap(({ batch }) => (batch === undefined ? [] : [batch]))
  expect(batches.map((batch) => batch.map(({ attempt }) => attempt.at(-3)))).toEqual([['c', 'd', 'e', 'f', 'g']])
  const [gate] = (await made.must('gate')).gates
  expect(gate).toMatchObject({ step: 'wf/h', asks: expect.stringContaining('package.json') })
  await made.must('gate', gate.id, 'approve')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(await said(made, 'landing.done')).toHaveLength(keys.length)
})
