// What somebody who leads is told when a word does not fit, and by which short words things are known.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { wish } from '../../src/core/wishes.ts'
import { baton, busyHouse, folder, type PaperHouse, spec } from './testing.ts'

/** The busy house with an item more in a second repository, which has the same keys. */
function led(): PaperHouse {
  const house = busyHouse()
  const words = { brief: '', priority: 1, policy: 'document', workflow: 'direct', openChecklists: [] } as const
  const item = { ...words, id: '002-books', title: 'Books', steps: [spec('T001', 1)] }
  const at = { source: 'specs/001', format: 'speckit', tickFile: '', base: 'b', tip: 'b' }
  house.say(wish('workspace.open', 'ann', { path: '/books', baseBranch: 'main' }))
  house.say(wish('plan.import', 'ann', { ...at, workspace: '/books', item }))
  house.say(
    wish('plan.import', 'ann', {
      ...at,
      workspace: folder,
      item: { ...item, id: '003-again', steps: [spec('T009', 1)] },
    }),
  )
  return house
}

it('names the repository of each item when there are several, and takes a key for that of the one stood in', async () => {
  const house = led()
  const { out } = await baton(['status'], house)
  expect(out).toContain('· /books\n')
  expect(out).toContain(`· ${folder}\n`)
  expect((await baton(['status'], busyHouse())).out).not.toContain(folder)
  expect((await baton(['why', 'T001'], house)).out).toContain('001-photo-albums/T001')
})

it('says of an item why it does not go on in words, and what its steps have still to meet', async () => {
  const house = led()
  const idle = await baton(['status', '002-books'], house)
  expect(idle.out).toContain('No run of this item is under way.\n  → baton run specs/001\n')
  expect(idle.out).not.toContain('not-wanted')
  const busy = await baton(['status', '001'], house)
  expect(busy.out).toContain("T001 has still to meet: its checks pass on the result merged with the item's branch; ")
})

it('repeats a filter that nothing fits, instead of saying that nothing was open', async () => {
  const { out, code } = await baton(['metrics', '--owner', 'nobdy', '--workflow', 'x@9'], led())
  expect([code, out]).toEqual([0, 'nothing to measure: no item fits --owner nobdy --workflow x@9\n'])
  const bare = await baton(['metrics', '--to', '2027-01-01'], led())
  expect(bare.out).toContain('001-photo-albums')
})

it('writes what the name of a file ends in, and says plainly that it is there already', async () => {
  const out = mkdtempSync(join(tmpdir(), 'export-'))
  onTestFinished(() => rmSync(out, { recursive: true, force: true }))
  const file = join(out, 'portfolio.CSV')
  expect((await baton(['export', '--out', file], led())).code).toBe(0)
  expect(readFileSync(file, 'utf8').split(',', 2)).toEqual(['id', 'title'])
  const again = await baton(['export', '--out', file], led())
  expect([again.code, again.err]).toEqual([
    6,
    `baton: --out ${file}: it is there already\n  → name a file that does not exist yet\n`,
  ])
  expect((await baton(['export', '--out', `${out}/x.csv`, '--format', 'md'], led())).code).toBe(0)
  expect(readFileSync(`${out}/x.csv`, 'utf8')).toMatch(/^# Portfolio\n/)
  const none = await baton(['export', '--format', 'csv', '--status', 'rework'], led())
  expect(none.err).toBe('nothing to measure: no item fits --status rework\n')
})

it('knows the second item of a suspicion, one that goes on and one that is reverted by their beginning too', async () => {
  const house = led()
  const suspected = await baton(['duplicates', 'suspect', '003', '001', '--why', 'both sort'], house)
  expect(suspected.out).toMatch(/^duplicate-\d+: 003-again may be 001-photo-albums\.\n$/)
  const name = suspected.out.split(':', 1)[0] ?? ''
  expect((await baton(['duplicates', 'merge', name, '--into', '001', '--why', 'one'], house)).err).toBe('')
  expect((await baton(['revert', '001', '--why', 'x'], house)).err).toContain('001-photo-albums')
  expect((await baton(['revert', '009', '--why', 'x'], house)).err).toContain('item 009: nothing, open or over,')
})

it('sends work back with a rejection alone', async () => {
  const given = ['--work-item', '002-books', '--gate', 'release', '--reentry-step', 'T001', '--decision']
  const { code, err } = await baton(['gate', ...given, 'approve'], led())
  expect([code, err]).toEqual([2, 'baton: --reentry T001: only a rejection sends work back\n  → leave it out\n'])
  expect((await baton(['gate', ...given, 'reject'], led())).err).toContain('gate release of 002-books: no such gate')
  const asked = led()
  asked.say(wish('duplicate.suspect', 'ann', { item: '003-again', of: '001-photo-albums', why: 'both sort' }))
  asked.say(wish('run.start', 'ann', { item: '003-again', parallel: 1, include: [], exclude: [], force: false }))
  expect((await baton(['gate', '--work-item', '003'], asked)).out).toContain('003-again looks like 001-photo-albums')
  expect((await baton(['gate', '--work-item', '002'], asked)).out).toBe('No question is open.\n')
})

it('takes the reason of an obstacle, and of what is skipped, as --why too', async () => {
  const house = led()
  expect((await baton(['block', '002-books', '--why', 'no paper'], house)).code).toBe(0)
  expect([...house.state.blockers.values()]).toMatchObject([{ notes: 'no paper', item: '002-books' }])
  expect((await baton(['block', '002-books'], house)).err).toContain('--notes: it is missing')
  expect((await baton(['skip', '002-books/T001', '--why', 'done by hand'], house)).code).toBe(0)
  expect((await baton(['why', '002-books/T001'], house)).out).toContain('It is skipped: done by hand.')
})
