// The built-in agent's work with real hands and a model that says what the test says.
import { readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { builtInRoles, type Role } from '../../src/core/nouns/role.ts'
import { ModelFailed } from '../../src/core/ports.ts'
import { contents, type Part, ran, resultIn, type Said, scripted, spec, stage, started } from './model.stage.ts'

const on = stage()
const done: Said = { text: 'All done.' }
const reads = { readsOnly: true }

/** Says these one after another; the last one again and again. */
const inTurn =
  (...said: readonly Said[]): Part =>
  (turn) =>
    said[Math.min(turn, said.length - 1)] ?? done

describe('work', () => {
  it('plans, looks, changes, runs and sums up, told as any agent tells it', async () => {
    const folder = on.folder({ 'a.ts': 'export const a = 1\n' })
    const models = scripted(
      inTurn(
        {
          thought: 'Hm.',
          text: 'I begin. ',
          calls: [
            ['plan', { steps: ['[x] look', '[~] change', 'check'] }],
            ['read', { path: 'a.ts' }],
          ],
        },
        {
          calls: [
            ['edit', { path: 'a.ts', old: 'a = 1', new: 'a = 2' }],
            ['write', { path: 'b/c.txt', text: 'see\n' }],
          ],
        },
        { calls: [['run', { command: 'cat a.ts b/c.txt' }]] },
        { text: 'Changed a and wrote c.' },
      ),
    )
    const result = await ran(started(on, models, on.assigned({ folder })))
    expect(result.outcome).toEqual({ kind: 'succeeded', why: 'The model says that it is done.' })
    expect(result.summary).toBe('Changed a and wrote c.')
    expect(contents(folder, 'a.ts')).toBe('export const a = 2\n')
    expect(result.used).toMatchObject({ tokensIn: 400, tokensOut: 40 })
    expect(result.updates).toContainEqual({
      kind: 'plan',
      entries: [
        { text: 'look', status: 'done' },
        { text: 'change', status: 'doing' },
        { text: 'check', status: 'pending' },
      ],
    })
    expect(result.updates).toContainEqual({ kind: 'thought', text: 'Hm.' })
    expect(result.tools.map(({ name, tool, status }) => `${name} ${tool} ${status}`)).toEqual([
      'model.think think done',
      'fs.read read done',
      'fs.edit edit done',
      'fs.edit edit done',
      'model.run execute done',
    ])
    expect(result.tools[4]).toMatchObject({ input: 'cat a.ts b/c.txt', output: expect.stringContaining('a = 2\nsee') })
    expect(models.requests[0]?.tools?.map(({ name }) => name)).toEqual([
      'plan',
      'list',
      'read',
      'search',
      'edit',
      'write',
      'run',
      'ask',
    ])
    // What a server may know already stays the same from turn to turn.
    const first = JSON.stringify(models.requests[0]?.messages).slice(0, -1)
    expect(JSON.stringify(models.requests[3]?.messages).startsWith(first)).toBe(true)
  })

  it('reminds once who changed nothing, and gives feedback with the prompt', async () => {
    const models = scripted(inTurn(done))
    const result = await ran(started(on, models, on.assigned({ folder: on.folder(), feedback: 'tests: 1 failed' })))
    expect(result.outcome.kind).toBe('succeeded')
    expect(models.requests).toHaveLength(2)
    expect(models.requests[0]?.messages[1]?.content).toMatch(/^Please\.[\s\S]*tests: 1 failed/)
    expect(resultIn(models, 1)).toContain('changed nothing so far')
  })

  it('only looks when its step, profile or role only reads', async () => {
    for (const more of [reads, { role: builtInRoles[0] as Role }]) {
      const folder = on.folder({ 'a.txt': 'a\n' })
      const models = scripted(
        inTurn(
          {
            calls: [
              ['write', { path: 'b', text: '' }],
              ['run', { command: 'touch c' }],
            ],
          },
          done,
        ),
      )
      const result = await ran(started(on, models, on.assigned({ folder, ...more })))
      expect(result.outcome.kind).toBe('succeeded')
      expect(resultIn(models, 1)).toContain('no tool of this name')
      expect(readdirSync(folder)).toEqual(['a.txt'])
    }
  })
})

describe('a model that goes wrong', () => {
  it('is stopped when it repeats itself, alone or in turn', async () => {
    const same = scripted(inTurn({ calls: [['read', { path: 'a.txt' }]] }))
    const result = await ran(started(on, same, on.assigned({ folder: on.folder({ 'a.txt': 'a\n' }) })))
    expect(result.outcome).toMatchObject({ kind: 'failed', reason: 'stalled', why: expect.stringContaining('circles') })
    expect(same.requests).toHaveLength(6)
    expect(resultIn(same, 3)).toContain('Do something else')
    const turns = scripted((turn) => ({ calls: [turn % 2 === 0 ? ['list', {}] : ['run', { command: 'echo x' }]] }))
    const other = await ran(started(on, turns, on.assigned({ folder: on.folder() })))
    expect(other.outcome).toMatchObject({ reason: 'stalled' })
    expect(turns.requests.length).toBeLessThan(20)
  })

  it('is told what was wrong with its calls, and nothing leaves the folder', async () => {
    const folder = on.folder({ 'a.txt': 'a\n' })
    const outside = on.folder()
    symlinkSync(outside, join(folder, 'link'))
    const bad: readonly (readonly [string, unknown])[] = [
      ['read', '{"path": "a.t'],
      ['read', '[1]'],
      ['read', {}],
      ['write', { path: '../out.txt', text: 'x' }],
      ['write', { path: join(outside, 'x'), text: 'x' }],
      ['write', { path: 'link/x', text: 'x' }],
      ['write', { path: 'a\0b', text: 'x' }],
      ['write', { path: 'big', text: 'x'.repeat(3_000_000) }],
      ['edit', { path: 'a.txt', old: 'y'.repeat(1_000_000), new: '' }],
      ['rm -rf /', {}],
      ['run', { command: 'x'.repeat(40_000) }],
      ['read', { path: 'x'.repeat(100_000) }],
    ]
    const models = scripted(inTurn({ calls: bad }, { calls: [['write', { path: 'ok', text: 'ok' }]] }, done))
    const result = await ran(started(on, models, on.assigned({ folder })))
    expect(result.outcome.kind).toBe('succeeded')
    const told = models.requests[1]?.messages.slice(-bad.length) ?? []
    expect(told.every(({ role, content }) => role === 'tool' && content.length < 4_000)).toBe(true)
    expect(told.map(({ content }) => content.slice(0, 60))).not.toContainEqual(
      expect.stringMatching(/was made|Exit code/),
    )
    expect(result.tools.filter(({ status }) => status === 'failed')).toHaveLength(bad.length)
    for (const message of models.requests[1]?.messages ?? [])
      for (const call of message.calls ?? []) expect(() => JSON.parse(call.arguments)).not.toThrow()
    expect(readdirSync(outside)).toEqual([])
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'link', 'ok'])
    expect(result.all.every((report) => JSON.stringify(report).length < 35_000)).toBe(true)
  })

  it('is heard only so far: ids twice, too many calls, empty answers, cut answers, calls as words', async () => {
    const many = Array.from({ length: 40 }, (_, index): readonly [string, unknown] => [
      'write',
      { path: `f${index}`, text: '' },
    ])
    const folder = on.folder()
    const models = scripted(
      inTurn(
        { calls: many },
        { text: '' },
        { text: 'and so', finish: 'length' },
        { text: '<tool_call>{"name":"write","arguments":{"path":"late","text":"x"}}</tool_call>' },
        done,
      ),
    )
    const result = await ran(started(on, models, on.assigned({ folder })))
    expect(result.outcome.kind).toBe('succeeded')
    expect(readdirSync(folder)).toHaveLength(17)
    expect(contents(folder, 'late')).toBe('x')
    expect(result.notices).toContain('gave a call of a tool as words')
    const silent = await ran(started(on, scripted(inTurn({ text: ' ' })), on.assigned({ folder, ...reads })))
    expect(silent.outcome).toMatchObject({ reason: 'bad-output' })
  })

  it('ends as it fails: with its reason, its time, and never a guess', async () => {
    const quota = new ModelFailed('quota', 'No more today.', { until: 99 })
    const ends = async (said: Said) =>
      (await ran(started(on, scripted(inTurn(said)), on.assigned({ folder: on.folder() })))).outcome
    expect(await ends({ text: 'Well', fails: quota })).toEqual({
      kind: 'failed',
      reason: 'quota',
      why: 'No more today.',
      until: 99,
    })
    expect(await ends({ fails: new Error('boom') })).toMatchObject({
      reason: 'crashed',
      why: expect.stringContaining('boom'),
    })
    expect(await ends({ text: 'no', finish: 'filtered' })).toMatchObject({ reason: 'bad-output' })
    const { model: _, ...modelless } = on.assigned({ folder: on.folder() })
    expect((await ran(started(on, scripted(inTurn(done)), modelless))).outcome).toMatchObject({
      reason: 'defect',
      why: expect.stringContaining('no model'),
    })
  })

  it('is ended at its limits and in its time', async () => {
    const more = { folder: on.folder({ 'a.txt': 'a\n' }) }
    const looking = (): ReturnType<typeof scripted> =>
      scripted((turn) => ({ calls: [['read', { path: 'a.txt', from: turn }]] }))
    expect(
      (await ran(started(on, looking(), on.assigned({ ...more, limits: { tokens: 250 } })))).outcome,
    ).toMatchObject({ reason: 'budget' })
    const price = { input: 1000, output: 1000 }
    const priced = on.assigned({ ...more, model: { ...spec, price }, limits: { costUsd: 0.2 } })
    expect((await ran(started(on, looking(), priced))).outcome).toMatchObject({
      reason: 'budget',
      why: expect.stringContaining('dollars'),
    })
    const hangs = scripted(inTurn({ text: 'Hm', hangs: () => undefined }))
    expect((await ran(started(on, hangs, on.assigned({ ...more, timeoutMs: 700 })))).outcome).toMatchObject({
      reason: 'timeout',
    })
    expect((await ran(started(on, hangs, on.assigned({ ...more, silenceMs: 400 })))).outcome).toMatchObject({
      reason: 'stalled',
    })
  })
})

describe('much of everything', () => {
  it('stays within what the model reads, whatever commands print', async () => {
    const folder = on.folder({ 'big.txt': `${'word '.repeat(60)}\n`.repeat(20_000) })
    const context = 12_000
    const models = scripted((turn, { messages, tools }) => {
      const used = { tokensIn: Math.ceil((JSON.stringify(messages).length + JSON.stringify(tools).length) / 3.5) }
      if (turn > 30) return { ...done, used }
      if (turn % 3 === 0) return { calls: [['run', { command: `echo ${turn}; yes ${turn} | head -n 400000` }]], used }
      if (turn % 3 === 1) return { calls: [['read', { path: 'big.txt', from: turn * 7 }]], used }
      return { calls: [['write', { path: `out${turn}`, text: 'z'.repeat(5_000) }]], used }
    })
    const result = await ran(started(on, models, on.assigned({ folder, model: { ...spec, context } })))
    expect(result.outcome.kind).toBe('succeeded')
    for (const { messages, tools } of models.requests) {
      const letters = JSON.stringify(messages).length + JSON.stringify(tools).length
      expect(letters / 3.5).toBeLessThan(context)
      expect(messages[1]?.content).toMatch(/^Please\./)
    }
    expect(result.notices).toContain('left out')
    for (const report of result.all) expect(JSON.stringify(report).length).toBeLessThan(40_000)
  })

  it('asks about less when a server reads less than it says, and gives up when nothing is left to leave out', async () => {
    const folder = on.folder({ 'big.txt': `${'word '.repeat(60)}\n`.repeat(2_000) })
    const cut: Said = { text: 'Eh?', truncated: true, used: { tokensIn: 9_000 } }
    for (const way of [cut, { fails: new ModelFailed('context-overflow', 'Too long.') }]) {
      let overflows = 0
      const models = scripted((turn, { messages }) => {
        const letters = JSON.stringify(messages).length
        if (letters > 60_000) overflows += 1
        if (letters > 60_000) return way
        const used = { tokensIn: Math.ceil(letters / 3.5) }
        return turn < 14 ? { calls: [['read', { path: 'big.txt', from: turn * 10 + 1 }]], used } : { ...done, used }
      })
      const result = await ran(started(on, models, on.assigned({ folder, ...reads })))
      expect(result.outcome.kind).toBe('succeeded')
      expect(overflows).toBeGreaterThan(0)
      expect(overflows).toBeLessThan(3)
    }
    const tiny = on.assigned({ folder, prompt: 'word '.repeat(20_000), model: { ...spec, context: 4_000 } })
    const none = scripted(inTurn(done))
    expect((await ran(started(on, none, tiny))).outcome).toMatchObject({ reason: 'context-overflow' })
    expect(none.requests).toHaveLength(0)
  })

  it('shows no secret to a model, and lets none be overwritten by what stands for it', async () => {
    const folder = on.folder({ 'env.txt': 'KEY=house-secret-1\nTOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123\nA=1\n' })
    const models = scripted(
      inTurn(
        {
          calls: [
            ['read', { path: 'env.txt' }],
            ['run', { command: 'cat env.txt' }],
          ],
        },
        { calls: [['write', { path: 'env.txt', text: 'KEY=[removed: secret]\nA=2\n' }]] },
        { calls: [['edit', { path: 'env.txt', old: 'A=1', new: 'A=2' }]] },
        done,
      ),
    )
    await ran(started(on, models, on.assigned({ folder }), false, ['house-secret-1']))
    expect(JSON.stringify(models.requests)).not.toMatch(/house-secret-1|ghp_abc/)
    expect(resultIn(models, 2)).toContain('stands for a secret')
    expect(contents(folder, 'env.txt')).toBe('KEY=house-secret-1\nTOKEN=ghp_abcdefghijklmnopqrstuvwxyz0123\nA=2\n')
  })
})

describe('a model without tools of its own', () => {
  const say = (tool: string, given: unknown): Said => ({
    text: JSON.stringify({ say: `Using ${tool}.`, tool, arguments: given }),
  })
  const model = { ...spec, tools: 'json' as const }

  it('is asked for JSON and works the same', async () => {
    const folder = on.folder({ 'a.txt': 'one\n' })
    const models = scripted(
      inTurn(
        say('read', { path: 'a.txt' }),
        { text: '{"tool": "edit", "arguments": {"path"' },
        { text: 'I will edit.\n```json\n{"tool":"edit","arguments":{"path":"a.txt","old":"one","new":"two"}}\n```' },
        say('done', { summary: 'One is two.' }),
      ),
    )
    const result = await ran(started(on, models, on.assigned({ folder, model })))
    expect(result.outcome.kind).toBe('succeeded')
    expect(result.summary).toBe('One is two.')
    expect(contents(folder, 'a.txt')).toBe('two\n')
    expect(models.requests[0]?.tools).toBeUndefined()
    expect(models.requests[0]?.schema?.schema).toMatchObject({ required: ['tool', 'arguments'] })
    expect(resultIn(models, 2)).toContain('not whole')
    expect(models.requests.every(({ messages }) => messages.every(({ role }) => role !== 'tool'))).toBe(true)
    expect(result.updates).toContainEqual({ kind: 'message', text: 'Using read.\n' })
  })

  it('is asked without a schema where the server has none, and given up when it never answers so', async () => {
    let refused = 0
    const models = scripted((_, { schema }) => {
      if (schema === undefined) return { text: 'I would rather chat.' }
      refused += 1
      return { fails: new ModelFailed('bad-output', 'No schemas here.') }
    })
    const result = await ran(started(on, models, on.assigned({ folder: on.folder(), model })))
    expect(refused).toBe(1)
    expect(result.outcome).toMatchObject({ reason: 'bad-output', why: expect.stringContaining('no JSON object') })
    expect(models.requests.length).toBeLessThan(8)
  })
})
