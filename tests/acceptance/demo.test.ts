// The demo, as a person sees it.
import { expect, it } from 'vitest'
import { stage } from './stage.ts'

it('says each question once, with the answer that it gives', async () => {
  const made = stage()
  const { code, out } = await made.baton('demo', '--once', '--isolation', 'none')
  expect(code).toBe(0)
  const asked = out.match(/^\? .*$/gm) ?? []
  expect(asked.length).toBeGreaterThan(0)
  for (const line of asked) expect(out.split(line.slice(2)).length - 1, line).toBe(1)
  const gates = [...out.matchAll(/the demo answers for you: baton gate (gate-\d+) /g)].map(([, gate]) => gate ?? '')
  expect(gates).toHaveLength(asked.length)
  for (const gate of gates) expect(out.split(gate).length - 1, gate).toBe(1)
})
