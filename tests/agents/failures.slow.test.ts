// Accounts that cannot be used, in a real house with real agents: barred once for all, waited for, taken over by another, freed by a person.
import { describe, expect, it, vi } from 'vitest'
import type { Json } from '../acceptance/stage.ts'
import type { Raw } from './model.ts'
import { soon, usual, type Whole, whole } from './whole.ts'

vi.setConfig({ testTimeout: 90_000 })

const hour = 3_600_000
const programs = ['codex', 'claude', 'copilot', 'gemini']

const spent = {
  error: { message: "You've hit your usage limit. Try again in 3 hours.", type: 'rate_limit_error' },
  status: 429,
}

/** Codex reads a time out of its vendor's own fields alone, which the double does not send. */
function codexSpent(free: () => boolean): Raw {
  return async (_, response) => {
    if (free()) return false
    const resets = { resets_at: Math.floor((Date.now() + 3 * hour) / 1000), resets_in_seconds: 10_800 }
    const error = { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'plus' }
    response
      .writeHead(429, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { ...error, ...resets } }))
    return true
  }
}

async function bothHeld(house: Whole, kind: string): Promise<Json[]> {
  return soon(`both to be held (${kind})`, async () => {
    const all = [await house.why('T001'), await house.why('T002')]
    return all.every((one) => one.kind === kind) ? all : undefined
  })
}

describe('a quota that is used up', () => {
  for (const program of programs)
    it(`is waited for by ${program}, and no try is burnt`, async (ctx) => {
      let free = false
      const setting = { agents: { [program]: 'account: team' }, steps: 2, parallel: true }
      const house = await whole(ctx, setting, (asked) => (free ? usual(asked) : spent))
      house.model.mount(
        '/v1/responses',
        codexSpent(() => free),
      )
      const run = house.go('run', house.plan)
      const held = await bothHeld(house, 'quota')
      const [bar, ...more] = await house.data('account.barred')
      expect(more).toEqual([])
      expect(bar).toMatchObject({ account: 'team', kind: 'quota' })
      expect(Math.abs(bar.until - Date.now() - 3 * hour)).toBeLessThan(hour / 10)
      const shown = new Date(bar.until).toISOString().slice(11, 16)
      for (const { until } of held) expect(until).toContain(`${shown} UTC`)
      free = true
      await house.must('agents', 'free', 'team')
      expect((await run.ended).code).toBe(0)
      expect([house.landed('one.txt'), house.landed('two.txt')]).toEqual(['alpha', 'beta'])
      for (const one of await house.data('step.requeued'))
        expect(one).toMatchObject({ reason: 'quota', counted: false })
    })

  it('is not waited for where another agent may go on', async (ctx) => {
    const setting = {
      agents: { claude: 'account: team', codex: '' },
      more: 'default-agent: claude\nquota: {fallback: true}\n',
      steps: 1,
    }
    const house = await whole(ctx, setting, (asked) => (asked.model === 'mock-codex' ? usual(asked) : spent))
    expect((await house.baton('run', house.plan)).code).toBe(0)
    const ended = await house.data('attempt.ended')
    expect(ended.map(({ outcome }) => [outcome.kind, outcome.reason])).toEqual([
      ['failed', 'quota'],
      ['succeeded', undefined],
    ])
    const started = await house.data('attempt.started')
    expect(started.map(({ agent }) => agent)).toEqual(['claude', 'codex'])
    expect(house.landed('one.txt')).toBe('alpha')
  })
})

describe('a login that does not hold', () => {
  for (const program of programs)
    it(`stops ${program} once, and not once for each step`, async (ctx) => {
      let known = false
      const refused = {
        error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
        status: 401,
      }
      const house = await whole(ctx, { agents: { [program]: 'account: team' }, steps: 3 }, (asked) =>
        known ? usual(asked) : refused,
      )
      const run = house.go('run', house.plan)
      await soon('the login to be barred', async () => (await house.why('T001')).kind === 'barred')
      expect(await house.data('account.barred')).toMatchObject([{ account: 'team', kind: 'auth' }])
      expect(await house.data('attempt.started')).toHaveLength(1)
      expect((await house.why('T001')).until).toContain('baton agents free')
      known = true
      await house.baton('agents', 'free', 'team')
      await run.ended
      expect((await house.baton('run', house.plan)).code).toBe(0)
      expect(house.landed('three.txt')).toBe('gamma')
    })
})

describe('a model with too little context', () => {
  const overflow = {
    error: {
      message: "This model's maximum context length is 8192 tokens. Your messages resulted in 20480 tokens.",
      type: 'invalid_request_error',
      code: 'context_length_exceeded',
    },
    status: 400,
  }
  for (const program of programs)
    it(`makes room for a stronger one than ${program}`, async (ctx) => {
      const strong = program === 'codex' ? 'claude' : 'codex'
      const more = `routing: {ladder: [${program}, ${strong}]}\n`
      const house = await whole(ctx, { agents: { [program]: '', [strong]: '' }, more, steps: 1 }, (asked) =>
        asked.model === (strong === 'codex' ? 'mock-codex' : 'claude-sonnet-4-5') ? usual(asked) : overflow,
      )
      expect((await house.baton('run', house.plan)).code).toBe(0)
      const ended = await house.data('attempt.ended')
      expect(ended.map(({ outcome }) => outcome.reason)).toEqual(['context-overflow', undefined])
      expect((await house.data('attempt.started')).map(({ agent }) => agent)).toEqual([program, strong])
    })
})
