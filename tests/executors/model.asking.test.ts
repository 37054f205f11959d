// The built-in agent asks, is asked about, and goes on with what an earlier attempt began.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/core/ports.ts'
import { type Part, ran, resultIn, type Said, scripted, stage, started } from './model.stage.ts'

const on = stage()
const done: Said = { text: 'All done.' }
const reads = { readsOnly: true }

/** Says these one after another; the last one again and again. */
const inTurn =
  (...said: readonly Said[]): Part =>
  (turn) =>
    said[Math.min(turn, said.length - 1)] ?? done

describe('questions', () => {
  const asking = scripted(inTurn({ calls: [['ask', { question: 'Red or blue?', options: ['Red', 'Blue'] }]] }, done))

  async function answered(answer: string | undefined) {
    const models = scripted(inTurn({ calls: [['ask', { question: 'Red or blue?', options: ['Red', 'Blue'] }]] }, done))
    const run = started(on, models, on.assigned({ folder: on.folder(), ...reads, timeoutMs: 5_000 }))
    const all: Report[] = []
    for await (const report of run.reports) {
      all.push(report)
      if (report.kind !== 'asked') continue
      expect(report.question).toMatchObject({
        about: 'question',
        asks: 'Red or blue?',
        options: [{ label: 'Red' }, { label: 'Blue' }],
      })
      run.answer('unknown', 'o1')
      run.answer(report.question.id, answer)
      run.answer(report.question.id, 'second')
    }
    return resultIn(models, 1)
  }

  it('wait for an answer, in words or by an option, or for nobody', async () => {
    expect(await answered('o2')).toBe('Blue')
    expect(await answered('Green, please')).toBe('Green, please')
    expect(await answered(undefined)).toContain('Nobody will answer')
  })

  it('let no time pass meanwhile, and can be broken off', async () => {
    const run = started(on, asking, on.assigned({ folder: on.folder(), ...reads, timeoutMs: 1_500, silenceMs: 1_500 }))
    const all: Report[] = []
    for await (const report of run.reports) {
      all.push(report)
      if (report.kind === 'asked') setTimeout(() => void run.stop('enough'), 2_000)
    }
    expect(all.at(-1)).toMatchObject({ outcome: { kind: 'stopped', why: 'enough' } })
  })

  it('are asked before what its permissions do not allow', async () => {
    const folder = on.folder()
    const assigned = on.assigned({ folder })
    const strict = { ...assigned, agent: { ...assigned.agent, permissions: { execute: 'ask', '*': 'allow' } as const } }
    const part = inTurn(
      { calls: [['run', { command: 'touch one' }]] },
      { calls: [['run', { command: 'touch two' }]] },
      { calls: [['run', { command: 'touch three' }]] },
      done,
    )
    for (const answers of [['reject', 'allow', 'reject'], ['always'], [undefined, 'use make', 'reject']] as const) {
      const models = scripted(part)
      const run = started(on, models, strict)
      let asked = 0
      for await (const report of run.reports) {
        if (report.kind !== 'asked') continue
        expect(report.question).toMatchObject({
          about: 'permission',
          tool: 'execute',
          shows: expect.stringContaining('touch'),
        })
        run.answer(report.question.id, answers[asked])
        asked += 1
      }
      expect(asked).toBe(answers.length)
      if (answers[1] === 'use make') expect(resultIn(models, 2)).toContain('use make')
      if (answers[1] === 'allow') expect(readdirSync(folder)).toEqual(['two'])
    }
  })
})

describe('sessions', () => {
  it('are gone on with by a later attempt, and believed only when whole', async () => {
    const folder = on.folder({ 'a.txt': 'a\n' })
    const home = on.folder()
    const first = scripted(inTurn({ calls: [['write', { path: 'b.txt', text: 'b\n' }]] }, { text: 'Wrote b.' }))
    const { session } = await ran(started(on, first, on.assigned({ folder, home })))
    expect(session).toMatch(/^baton-[a-z0-9]+$/)
    const again = on.assigned({ folder, home, resume: session as string, prompt: 'The checks said no.' })
    const second = scripted(inTurn({ calls: [['edit', { path: 'b.txt', old: 'b', new: 'c' }]] }, done))
    const result = await ran(started(on, second, again))
    expect(result.session).toBe(session)
    const words = second.requests[0]?.messages.map(({ role, content }) => `${role} ${content.slice(0, 20)}`)
    expect(words?.slice(1)).toEqual([
      'user Please.',
      'assistant ',
      expect.stringMatching(/^tool b.txt was made/),
      'assistant Wrote b.',
      'user The checks said no.',
    ])
    const file = join(home, 'conversations', `${session}.json`)
    for (const spoil of ['{"version":1,"entries":[{"turn":1}]}', readFileSync(file, 'utf8').slice(0, 100), '']) {
      writeFileSync(file, spoil)
      const third = scripted(inTurn(done))
      const begun = await ran(started(on, third, { ...again, ...reads }))
      expect(begun.notices).toContain('It begins anew')
      expect(third.requests[0]?.messages).toHaveLength(2)
    }
    const odd = await ran(started(on, scripted(inTurn(done)), { ...again, ...reads, resume: '../../etc/passwd' }))
    expect(odd.notices).toContain('none of this agent')
    expect(odd.session).toMatch(/^baton-/)
  })

  it('lose nothing of the work when they cannot be kept', async () => {
    const home = on.folder()
    mkdirSync(join(home, 'conversations', 'x'), { recursive: true })
    symlinkSync('/nowhere', join(home, 'link'))
    const folder = on.folder()
    const models = scripted(inTurn({ calls: [['write', { path: 'a', text: 'a' }]] }, done))
    const result = await ran(started(on, models, on.assigned({ folder, home: join(home, 'link') })))
    expect(result.outcome.kind).toBe('succeeded')
    expect(result.notices).toContain('cannot be kept')
  })
})
