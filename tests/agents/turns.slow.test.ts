// Turns that go wrong, in a real house with real agents: killed with Baton, fallen silent, wrong again and again, in each other's way.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { markOfAll } from '../../src/spawners/mark.ts'
import { fileOf, soon, usual, type Whole, whole } from './whole.ts'

vi.setConfig({ testTimeout: 90_000 })

const programs = ['codex', 'claude', 'copilot', 'gemini']

/** Processes whose command or surroundings hold one of these words. */
function processesWith(...words: readonly string[]): string[] {
  const found: string[] = []
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    try {
      const told = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8'))
      const about = told.join('\0').replaceAll('\0', ' ')
      if (words.some((word) => about.includes(word))) found.push(`${pid} ${about.slice(0, 120)}`)
    } catch {
      // It has ended meanwhile.
    }
  }
  return found
}

/** What every process that a house starts carries with it. */
const marked = ({ home }: Whole): string => markOfAll(home)

describe('Baton is killed in the middle of a turn', () => {
  for (const program of programs)
    it(`loses the attempt of ${program}, and nothing runs twice or on`, async (ctx) => {
      if (process.platform !== 'linux') ctx.skip('processes are looked for in /proc')
      let killed = false
      const napping = `tail -f -s 4321.${programs.indexOf(program)}${process.pid} /dev/null`
      // What has landed before is seen with the quickest of them.
      const steps = program === 'codex' ? 2 : 1
      const last = steps === 2 ? 'two' : 'one'
      const house = await whole(ctx, { agents: { [program]: '' }, steps }, (asked) =>
        !killed && fileOf(asked.all) === last ? { run: napping } : usual(asked),
      )
      const first = house.start('run', house.plan)
      await soon('the last step to be at work', () => processesWith(napping).length > 0)
      expect(processesWith(marked(house))).not.toEqual([])
      first.kill('SIGKILL')
      await first.ended
      killed = true
      expect((await house.baton('run', house.plan)).code).toBe(0)
      expect([house.landed('one.txt'), house.landed('two.txt')]).toEqual(['alpha', steps === 2 ? 'beta' : undefined])
      const ended = await house.data('attempt.ended')
      expect(ended.map(({ attempt, outcome }) => [attempt, outcome.kind, outcome.reason])).toEqual([
        ...(steps === 2 ? [['001-words/T001/1', 'succeeded', undefined]] : []),
        [`001-words/T00${steps}/1`, 'lost', 'lost'],
        [`001-words/T00${steps}/2`, 'succeeded', undefined],
      ])
      expect(await house.data('landing.done')).toHaveLength(steps)
      expect(processesWith(marked(house), napping)).toEqual([])
    })
})

describe('a server of models that answers no more', () => {
  for (const program of programs)
    it(`does not hold ${program} for longer than its silence may last`, async (ctx) => {
      let asked = 0
      const answer = Promise.withResolvers<void>()
      const house = await whole(
        ctx,
        { agents: { [program]: 'silence: 5s' }, more: 'tries: 1\n', steps: 1 },
        async () => {
          asked += 1
          await answer.promise
          return { say: 'Late.' }
        },
      )
      await house.baton('run', house.plan)
      answer.resolve()
      const [ended] = await house.data('attempt.ended')
      expect(ended.outcome).toMatchObject({ kind: 'failed', reason: 'stalled' })
      expect(asked).toBeGreaterThan(0)
      expect(ended.used.ms).toBeLessThan(25_000)
      expect(processesWith(marked(house))).toEqual([])
    })
})

describe('the same check that fails again', () => {
  it('calls for the stronger agent, which is told what the check said', async (ctx) => {
    const said: string[] = []
    const setting = { agents: { codex: '', claude: '' }, more: 'routing: {ladder: [codex, claude]}\n', steps: 1 }
    const house = await whole(ctx, setting, (asked) => {
      if (asked.model === 'mock-codex')
        return asked.results.length > 0 ? { say: 'Done.' } : { run: 'echo wrong > one.txt' }
      said.push(asked.all)
      return usual(asked)
    })
    expect((await house.baton('run', house.plan)).code).toBe(0)
    const started = await house.data('attempt.started')
    expect(started.map(({ agent }) => agent)).toEqual(['codex', 'codex', 'claude'])
    expect(started[2].because).toContain('codex failed 2 times at the same (check words)')
    expect(said[0]).toContain('one.txt does not hold alpha')
    expect(house.landed('one.txt')).toBe('alpha')
  })
})

describe('two steps that change the same line', () => {
  for (const program of programs)
    it(`are brought together by ${program}`, async (ctx) => {
      const both = Promise.withResolvers<void>()
      const begun = new Set<string>()
      const told: string[] = []
      const setting = { agents: { [program]: '' }, steps: 2, parallel: true, files: { 'list.txt': 'nothing\n' } }
      const house = await whole(ctx, setting, async (asked) => {
        if (asked.results.length > 0) return { say: 'The list is as it should be.' }
        const marks = asked.order.includes("Git's marks stand in")
        if (marks) {
          told.push(asked.order)
          return { run: "printf 'alpha\\nbeta\\n' > list.txt" }
        }
        const name = fileOf(asked.all)
        begun.add(name)
        if (begun.size === 2) both.resolve()
        await both.promise
        return { run: `echo ${name === 'one' ? 'alpha' : 'beta'} > list.txt` }
      })
      expect((await house.baton('run', house.plan, '--parallel', '2')).code).toBe(0)
      expect(told).toHaveLength(1)
      expect(told[0]).toContain('list.txt')
      expect(house.landed('list.txt')).toBe('alpha\nbeta')
      const started = await house.data('attempt.started')
      expect(started).toHaveLength(3)
      expect(started[2].mends).toMatchObject({ what: 'conflict' })
      expect(await house.data('gate.opened')).toEqual([])
    })
})
