// Handoffs held to the record: what is done to the ref is found and named, and what is as recorded is not.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Handoff } from '../../src/core/handoffs/artifact.ts'
import { textOf } from '../../src/core/handoffs/compose.ts'
import { pathOf } from '../../src/core/handoffs/place.ts'
import { handoff10, handoff11 } from '../../src/core/handoffs/schema.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import type { House } from '../../src/core/ports/house.ts'
import type { Repository } from '../../src/core/ports.ts'
import { stepOf } from '../../src/core/state.ts'
import { memoryRepository } from '../../src/repositories/memory.ts'
import { baton, busyHouse, folder, hostile } from '../cli/testing.ts'

const ref = 'refs/baton/record'
const item = '001-photo-albums'
const path = `handoff/2026-${item}-T001-1-2001.json`
type Files = Readonly<Record<string, string>>

function handoff(over: Partial<Handoff> = {}): Handoff {
  return {
    schemaVersion: '1.0',
    workItemId: item,
    workflow: { name: 'direct', version: '1' },
    step: { key: 'T001', order: 1 },
    eventType: 'attempt-completed',
    attemptId: `${item}/T001/1`,
    timestamp: '2026-01-02T03:04:05.678Z',
    actor: 'sh',
    outcome: 'landed',
    nextAction: 'T002 may start',
    baselineIntegration: 'pre',
    links: ['baton:journal/2001'],
    ...over,
  }
}

async function put(repository: Repository, files: Files): Promise<void> {
  const changes = Object.entries(files).map(([one, text]) => ({
    path: one,
    kind: 'added' as const,
    mode: '100644',
    content: Buffer.from(text),
  }))
  const tree = await repository.writeTree('', changes)
  const from = { authorName: 'Baton', authorEmail: 'baton@localhost', at: 0 }
  const commit = await repository.commit({ tree, parents: [], message: 'handoffs', ...from })
  await repository.moveRef(ref, commit, await repository.tip(ref), 'test')
}

/** A house whose record names `recorded` for entry 2001, a landing of `item`; on the ref lie `files`. */
async function held(recorded: string, files: Files, words?: string): Promise<House> {
  const repository = memoryRepository({ 'a.txt': 'a' })
  if (Object.keys(files).length > 0) await put(repository, files)
  const house = busyHouse()
  const line = { of: 2001, event: 'attempt-completed', path, digest: hash('sha256', recorded) }
  const data = { item, commit: 'c0ffee', files: [{ ...line, attempt: `${item}/T001/1` }] }
  const more = [
    entry(2001, 'landing.done', {}),
    entry(2002, 'attempt.used', {}),
    entry(2003, 'landing.done', {}, 'other'),
    entry(2004, 'handoff.written', data),
  ]
  house.state.seq = 2004
  const read: House['read'] = async (after, limit, stream) =>
    [...house.entries, ...more]
      .filter((one) => one.seq > after && (stream ?? one.stream) === one.stream)
      .slice(0, limit)
  return { ...house, read, repository: () => repository, words: async () => words }
}

function entry(seq: number, type: string, data: object, stream = item): Entry {
  return { seq, stream, type, data, at: 1000, by: 'baton', because: '', version: 1, prev: '' }
}

const good = textOf(handoff())

async function verified(house: House, ...words: string[]) {
  const { code, out } = await baton(['handoff', 'verify', ...words, '--json'], house)
  return { code, said: JSON.parse(out) }
}

describe('baton handoff verify', () => {
  it('finds nothing in what is there, as recorded, valid, and of the entry that it links to', async () => {
    const { code, said } = await verified(await held(good, { [path]: good }), item)
    expect(said).toMatchObject({ whole: true, counts: { whole: 1, foreign: 0 }, found: [], owed: 0, ref, item })
    expect(code).toBe(0)
  })

  const wrong = (over: Partial<Handoff>) => textOf(handoff(over))
  const { actor: _, ...actorless } = handoff()
  it.each([
    ['missing', good, {}, 'the ref is gone'],
    ['missing', good, { 'handoff/other.txt': 'x' }, 'not at the tip'],
    ['changed', good, { [path]: good.replace('landed', 'Landed') }, 'its bytes'],
    ['invalid', '{', { [path]: '{' }, 'no JSON'],
    ['invalid', JSON.stringify(actorless), { [path]: JSON.stringify(actorless) }, 'actor'],
    ['invalid', wrong({ links: [] }), { [path]: wrong({ links: [] }) }, 'no entry of the journal'],
    ['invalid', wrong({ links: ['baton:journal/2002'] }), { [path]: wrong({ links: ['baton:journal/2002'] }) }, '2002'],
    ['invalid', wrong({ workItemId: 'other' }), { [path]: wrong({ workItemId: 'other' }) }, 'another item'],
    [
      'invalid',
      wrong({ eventType: 'gate-approved' }),
      { [path]: wrong({ eventType: 'gate-approved' }) },
      'another event',
    ],
    ['invalid', wrong({ attemptId: 'x' }), { [path]: wrong({ attemptId: 'x' }) }, 'not about'],
  ])('names one that is %s', async (standing, recorded, files: Files, why) => {
    const house = await held(recorded, files)
    const { code, said } = await verified(house, item)
    expect(said.found).toMatchObject([{ standing, path, item, of: 2001 }])
    expect(said.found[0].why).toContain(why)
    expect(said).toMatchObject({ whole: false, counts: { whole: 0, [standing]: 1 } })
    expect(code).toBe(6)
    const { out } = await baton(['handoff', 'verify', item], house)
    expect(out).toContain('NOT WHOLE')
    expect(out.includes(`baton handoff repair ${item}`)).toBe(standing !== 'invalid')
  })

  it('names what no entry names, in a workspace all of it, of an item what says that it is of it', async () => {
    const forged = pathOf(handoff(), 9)
    const files = { [path]: good, [forged]: good, 'handoff/what.txt': hostile, 'notes.md': 'x' }
    const house = await held(good, files)
    const one = (await verified(house, item)).said
    expect(one.found).toMatchObject([{ standing: 'foreign', path: forged, item }])
    const looked = { ...(await house.repository(folder).look()), root: folder }
    const repository: Repository = Object.assign(Object.create(house.repository(folder)), { look: async () => looked })
    const bound = Object.getPrototypeOf(repository) as Repository
    for (const name of ['tip', 'list', 'readFile'] as const)
      Object.assign(repository, { [name]: bound[name].bind(bound) })
    const all = await verified({ ...house, repository: () => repository })
    expect(all.said.counts).toMatchObject({ whole: 1, foreign: 3 })
    expect(all.code).toBe(6)
  })

  it('names so many and counts the rest, and asks for an item that there is', async () => {
    const files = Object.fromEntries([1, 2, 3].map((of) => [pathOf(handoff(), of), good]))
    const { said } = await verified(await held(good, files), item, '--limit', '1')
    expect(said.found).toHaveLength(1)
    expect(said).toMatchObject({ more: 3, counts: { missing: 1, foreign: 3 } })
    const none = await baton(['handoff', 'verify', 'nothing'], await held(good, {}))
    expect(none).toMatchObject({ code: 5 })
    expect(none.err).toContain('item nothing')
  })
})

describe('baton handoff list', () => {
  it('says which entry left which file, of an item and of a step', async () => {
    const house = await held(good, { [path]: good })
    const listed = JSON.parse((await baton(['handoff', 'list', '--json'], house)).out)
    expect(listed).toMatchObject({ handoffs: [{ path, of: 2001, seq: 2004, item, commit: 'c0ffee' }], more: 0 })
    expect((await baton(['handoff', 'list', 'T001'], house)).out).toContain(`#2001  attempt-completed  ${item}/T001/1`)
    expect((await baton(['handoff', 'list', 'T002'], house)).out).toContain('nothing has left a handoff yet')
  })
})

describe('baton handoff show', () => {
  const show = async (house: House, name: string) =>
    JSON.parse((await baton(['handoff', 'show', name, '--json'], house)).out)

  it('shows what it says, by its path and as that of an attempt', async () => {
    const house = await held(good, { [path]: good })
    for (const name of [path, `${item}/T001/1`, 'T001'])
      expect(await show(house, name)).toMatchObject({ standing: 'whole', path, seq: 2004, handoff: handoff() })
    const { out } = await baton(['handoff', 'show', 'T001'], house)
    for (const words of ['whole', 'landed', 'T002 may start', 'baton:journal/2001', path]) expect(out).toContain(words)
    expect(await baton(['handoff', 'show', `handoff/2026-${item}-T001-1-2002.json`], house)).toMatchObject({ code: 5 })
  })

  it('gives the newest that a step has left, though it is tried again since', async () => {
    const house = await held(good, { [path]: good })
    const step = stepOf(house.state, `${item}/T001`)
    const first = step?.attempts.at(-1)
    if (first !== undefined) step?.attempts.push({ ...first, id: `${item}/T001/2`, number: 2 })
    expect(await show(house, 'T001')).toMatchObject({ path })
    expect((await baton(['handoff', 'show', 'T001/2'], house)).code).toBe(5)
    expect((await baton(['handoff', 'show', 'T002'], house)).err).toContain('none of this path, attempt or step')
  })

  it('knows an item that is over by its beginning, and its steps', async () => {
    const house = await held(good, { [path]: good })
    const over = { id: item, workspace: folder, title: 'Photo albums', steps: 3, done: 3, closedAt: 9, why: 'done' }
    const rest = { owner: '', workflow: 'direct', branch: 'b', openedAt: 1, attempts: 1, owes: [] }
    house.state.closed.set(item, { ...over, ...rest })
    house.state.items.delete(item)
    for (const name of ['001/T001', '001/T001/1', `${item}/T001`])
      expect(await show(house, name)).toMatchObject({ path })
    for (const name of ['001', '001/T001', item])
      expect((await baton(['handoff', 'list', name], house)).out).toContain(`#2001  attempt-completed  ${item}/T001/1`)
    expect((await verified(house, '001')).said).toMatchObject({ whole: true, counts: { whole: 1 } })
    expect((await baton(['handoff', 'list', '002'], house)).code).toBe(5)
  })

  it('gives what was recorded of one that was changed, and never what somebody put in its place', async () => {
    const forged = textOf(handoff({ outcome: hostile }))
    const kept = await held(good, { [path]: forged }, good)
    expect(await show(kept, `${item}/T001/1`)).toMatchObject({ standing: 'changed', handoff: { outcome: 'landed' } })
    const gone = await held(good, { [path]: forged })
    expect(await show(gone, `${item}/T001/1`)).not.toHaveProperty('handoff')
    const { out } = await baton(['handoff', 'show', 'T001'], gone)
    expect(out).toContain(`baton handoff repair ${item}`)
    expect(out).not.toContain('owned')
  })
})

it('the documentation holds both schemas as they are', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'handoffs.md'), 'utf8')
  const blocks = [...text.matchAll(/^```json\n(.*?)^```/gmsu)].map(([, json]) => JSON.parse(json ?? ''))
  expect(blocks).toEqual([handoff10, handoff11])
})
