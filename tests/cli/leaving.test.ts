// A process that has let go of its home writes nothing into it any more: the home may be another's, or gone.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { wish } from '../../src/core/wishes.ts'
import { openAttended } from '../../src/presets/attended.ts'

it('given a page that was due when the house was closed, when its time comes, then it is not written', async () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'baton-left-')))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], shouldAdvanceTime: true })
  onTestFinished(() => void vi.useRealTimers())
  const { house, close } = await openAttended({ home, mode: 'work' })
  const answer = await house.submit(wish('workspace.open', 'ada', { path: home, baseBranch: 'main' }))
  expect(answer.ok).toBe(true)
  for await (const { type } of house.follow(0)) if (type === 'workspace.opened') break
  await close('stop')
  const page = join(home, 'status.json')
  expect(existsSync(page)).toBe(true)
  rmSync(page)
  vi.advanceTimersByTime(10_000)
  expect(existsSync(page)).toBe(false)
})
