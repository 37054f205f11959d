// The hands are bounded in what they give back and how long they take, and end whatever a command has started.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { alive, ask, handsIn, type Loose } from './hands.stage.ts'
import { stage } from './model.stage.ts'

const on = stage()

describe.each(['none', 'basic', 'strict'] as const)('at isolation %s', (isolation) => {
  it('ends whatever a command started, in a session of its own, without its mark, or deaf to asking', async () => {
    const word = `987${process.pid}${['none', 'basic', 'strict'].indexOf(isolation)}`
    const hands = handsIn(on, on.folder(), isolation)
    const command = [
      `sleep ${word}1 &`,
      `(setsid sleep ${word}2 >/dev/null 2>&1 &)`,
      `setsid sh -c 'trap "" TERM HUP; sleep ${word}3; sleep ${word}4' &`,
      'sleep 0.2; echo begun',
    ].join('\n')
    const began = performance.now()
    expect((await ask(hands, { do: 'run', command })).text).toContain('begun')
    expect(alive(`sleep ${word}`)).toEqual([])
    expect(performance.now() - began).toBeLessThan(8_000)
    const late = await ask(hands, { do: 'run', command: `${command}\nsleep ${word}5`, ms: 600 })
    expect(late).toMatchObject({ ok: false, text: expect.stringContaining('did not end within 0.6 s') })
    expect(alive(`sleep ${word}`)).toEqual([])
  })
})

describe('the hands', () => {
  it('bound everything that they give back', async () => {
    const folder = on.folder({
      'long.txt': `${'x'.repeat(1_000_000)}\n`.repeat(5),
      'many.txt': 'line\n'.repeat(200_000),
    })
    for (let index = 0; index < 1_200; index += 1) writeFileSync(join(folder, `f${index}`), '')
    const hands = handsIn(on, folder)
    const calls: readonly Loose[] = [
      { do: 'list', path: '.' },
      { do: 'read', path: 'long.txt' },
      { do: 'read', path: 'many.txt', lines: 1_000_000 },
      { do: 'search', pattern: 'line' },
      { do: 'run', command: 'yes & sleep 0.3' },
      { do: 'run', command: 'head -c 3000000 /dev/zero' },
    ]
    for (const call of calls) {
      const { text } = await ask(hands, { ...call, most: 5_000 })
      expect(text.length, call.do).toBeLessThanOrEqual(5_000)
      expect(text.length).toBeGreaterThan(100)
    }
    expect((await ask(hands, { do: 'list' })).text).toContain('more. List a folder')
    expect((await ask(hands, { do: 'read', path: 'many.txt', from: 199_999 })).text).toContain(
      'lines 199999 to 200000 of 200000',
    )
    expect((await ask(hands, { do: 'run', command: 'echo start; yes | head -n 500000; echo end' })).text).toMatch(
      /start\n[\s\S]*letters left out[\s\S]*end\n$/,
    )
  })

  it('are ended and started anew when they do not answer, and end with all they started', async () => {
    const folder = on.folder({ 'a.txt': `${'a'.repeat(40)}\n` })
    const hands = handsIn(on, folder)
    const slow = ask(hands, { do: 'search', pattern: '(a+)+$b', expression: true }, 700)
    await expect(slow).rejects.toThrow('did not answer in time')
    expect(await ask(hands, { do: 'read', path: 'a.txt' })).toMatchObject({ ok: true })
    const word = `7765${process.pid}`
    const run = ask(hands, { do: 'run', command: `sleep ${word}` })
    await expect.poll(() => alive(`sleep ${word}`).length).toBeGreaterThan(0)
    const stopped = expect(run).rejects.toThrow('stopped')
    await hands.stop()
    await stopped
    expect(alive(`sleep ${word}`)).toEqual([])
  })
})
