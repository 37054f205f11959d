// A long conversation is cut where it hurts least, and every result keeps the call that it answers.
import { expect, it } from 'vitest'
import { History } from './history.ts'

function long(turns: number, letters: number, written = letters): History {
  const history = new History()
  history.open('system', 'You work.')
  history.open('user', 'Do it.')
  for (let turn = 1; turn <= turns; turn += 1) {
    const id = `c${turn}`
    history.answered('', [{ id, name: 'write', arguments: JSON.stringify({ path: 'a', text: 'y'.repeat(written) }) }])
    history.result(id, `${turn} ${'x'.repeat(letters)}`, `read: file ${turn}`)
  }
  return history
}

function sound(history: History): void {
  const open = new Set<string>()
  for (const { role, calls, call } of history.messages) {
    for (const { id, arguments: given } of calls ?? []) {
      open.add(id)
      expect(() => JSON.parse(given)).not.toThrow()
    }
    if (role === 'tool') expect(open.delete(call ?? '')).toBe(true)
  }
  expect(open.size).toBe(0)
  expect(history.messages[0]?.content).toBe('You work.')
  expect(history.messages[1]?.content).toMatch(/^Do it\./)
  for (const [index, { role }] of history.messages.entries())
    expect(role === 'user' && history.messages[index - 1]?.role === 'user').toBe(false)
}

it('takes out what was said long ago, and only when there is something to gain', () => {
  const history = long(12, 2_000, 10)
  const before = history.tokens
  expect(history.mask()).toBe(6)
  expect(history.tokens).toBeLessThan(before * 0.8)
  expect(history.messages[3]?.content).toBe('[read: file 1: left out to save room. Do it again if you need it.]')
  expect(history.messages.at(-1)?.content).toContain('xxx')
  expect(history.mask()).toBe(0)
  sound(history)
})

it('fits into less and less, and says when it cannot', () => {
  for (const room of [12_000, 6_000, 3_000, 1_500]) {
    const history = long(12, 2_000)
    expect(history.fit(room)?.left).toContain('left out')
    expect(history.tokens).toBeLessThanOrEqual(room)
    sound(history)
  }
  expect(long(12, 2_000).fit(20)).toBeUndefined()
})

it('can be cut again and again without growing', () => {
  const history = long(30, 2_000)
  for (let round = 0; round < 20; round += 1) {
    history.answered('', [{ id: `n${round}`, name: 'read', arguments: '{}' }])
    history.result(`n${round}`, 'z'.repeat(4_000), `read: new ${round}`)
    expect(history.fit(5_000)).toBeDefined()
    sound(history)
  }
  expect(history.messages.filter(({ content }) => content.includes('[Earlier turns')).length).toBe(1)
})

it('leaves out no words that a later attempt began with', () => {
  const history = new History(long(12, 2_000).entries)
  history.open('user', 'The checks said no.')
  for (let turn = 0; turn < 8; turn += 1) history.answered('x'.repeat(3_000), [])
  expect(history.fit(4_000)).toBeDefined()
  expect(history.messages.some(({ content }) => content.includes('The checks said no.'))).toBe(true)
})
