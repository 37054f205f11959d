// Document 004, the record: tampering is shown, corrections are added, outputs are provisional until they are integrated.
import { hash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'

const two = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2, title: 'Paint the fence' },
]

it('FR-009 one byte changed in journal.db: audit verify names the position and ends with 6', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
  const [added] = await made.facts('steps.added')
  const file = join(made.home, 'journal.db')
  const bytes = readFileSync(file)
  let flipped = 0
  for (let at = bytes.indexOf('Paint the fence'); at >= 0; at = bytes.indexOf('Paint the fence', at)) {
    bytes[at] = (bytes[at] ?? 0) ^ 0x20
    flipped += 1
  }
  expect(flipped).toBeGreaterThan(0)
  writeFileSync(file, bytes)
  const verified = await made.baton('audit', 'verify', '--json')
  expect(verified.code).toBe(6)
  expect(verified.json).toMatchObject({ whole: false, firstBad: { seq: added?.seq } })
  const told = await made.baton('audit', 'verify')
  expect(told.out).toContain('NOT WHOLE')
  expect(told.out).toContain(`first bad entry ${added?.seq}:`)
})

it('FR-009 a whole record written anew is shown by a checkpoint that was kept elsewhere', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  const note = join(made.out, 'kept.note')
  writeFileSync(note, (await made.must('audit', 'checkpoint')).note)
  expect(await made.must('audit', 'verify', '--checkpoint', note)).toMatchObject({ whole: true })
  const other = stage()
  cpSync(join(made.home, 'keys'), join(other.home, 'keys'), { recursive: true })
  await play(other, { steps: two })
  await other.must('run', 'wf.yaml')
  const held = await other.baton('audit', 'verify', '--checkpoint', note, '--json')
  expect(held.code).toBe(6)
  expect(held.json.whole).toBe(false)
})

it('FR-009 every record is linked to the one before it, and a correction is one more record', async () => {
  const made = await play(stage(), { steps: [{ key: 'a', order: 1, gate: 'review' }] })
  await made.baton('run', 'wf.yaml')
  const [first] = (await made.must('gate')).gates
  await made.must('gate', first.id, 'reject', '--reason', 'too short')
  await made.baton('run', 'wf.yaml')
  const lines = (await made.baton('audit', 'export')).out.split('\n').filter(Boolean)
  let prev = '0'.repeat(64)
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ prev })
    prev = hash('sha256', Buffer.concat([Buffer.of(0), Buffer.from(line)]))
  }
  const [second] = (await made.must('gate')).gates
  await made.must('gate', second.id, 'approve', '--reason', 'long enough')
  const answers = (await made.facts('gate.answered')).map(
    (one) => (one.data as { review: { answer: string } }).review.answer,
  )
  expect(answers).toEqual(['reject', 'approve'])
  const after = (await made.baton('audit', 'export')).out.split('\n').filter(Boolean)
  expect(after.slice(0, lines.length)).toEqual(lines)
})

it('FR-009 an entry is proved by itself, and an item is given away with proofs and nothing of its neighbours', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  const [landed] = await made.facts('landing.done')
  const { proof } = await made.must('audit', 'prove', String(landed?.seq))
  expect(proof).toContain('c2sp.org/tlog-proof')
  expect(await made.baton('audit', 'prove', '99999')).toMatchObject({ code: 5 })
  const out = join(made.out, 'record.jsonl')
  const { lines } = await made.must('audit', 'export', 'wf', '--out', out)
  const [heading, ...entries] = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(heading).toMatchObject({ export: 'baton/1', stream: 'wf' })
  expect(entries).toHaveLength(lines - 1)
  for (const { text } of entries) expect(JSON.parse(text)).toMatchObject({ stream: 'wf' })
  expect((await made.baton('audit', 'export', 'wf', '--out', out)).code).toBe(6)
})

it('FR-010 before integration: running the same again starts nothing, records no attempt and moves no branch', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  const tip = made.git('rev-parse', 'baton/wf')
  const log = made.log()
  const again = await made.must('run', 'wf.yaml')
  expect(again.results).toMatchObject([{ outcome: 'complete', counts: { done: 2 } }])
  expect(made.log()).toEqual(log)
  expect(made.git('rev-parse', 'baton/wf')).toBe(tip)
  expect(await made.facts('attempt.started')).toHaveLength(2)
  expect(await made.facts('landing.done')).toHaveLength(2)
})

it('FR-010 before integration: a step may be done again, its earlier attempt stays, and main has not moved', async () => {
  const main = 'write "$TRY"'
  const made = await play(stage(), { steps: two, keys: { a: main } })
  const base = made.git('rev-parse', 'main')
  await made.must('run', 'wf.yaml')
  await made.must('run', 'wf.yaml', '--include', 'a', '--force')
  expect(made.at('baton/wf', 'out/a.txt')).toBe('2')
  expect((await made.status('wf/a')).tried).toMatchObject([{ number: 1 }, { number: 2 }])
  expect(made.git('rev-parse', 'main')).toBe(base)
})

it('FR-010 after integration: the item is over, and running it again is refused until new work has a name of its own', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'read it')
  const main = made.git('rev-parse', 'main')
  const again = await made.baton('run', 'wf.yaml')
  expect(again.code).toBe(6)
  for (const words of ['a name of its own', 'baton revert wf --why']) expect(again.err).toContain(words)
  expect(made.git('rev-parse', 'main')).toBe(main)
  expect(made.log()).toHaveLength(4)
})

it('a backup is restored with what it held, the rollback is announced in the record, and the old home is put aside', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml', '--include', 'a')
  const folder = join(made.root, 'backup')
  const backup = await made.must('backup', folder)
  await made.must('run', 'wf.yaml')
  expect((await made.baton('restore', folder)).code).toBe(6)
  const newer = (await made.facts()).length
  const done = await made.must('restore', folder, '--aside')
  expect(done).toMatchObject({ head: backup.head, lost: newer - backup.head, aside: expect.stringContaining('aside-') })
  const [restored] = await made.facts('house.restored')
  expect(restored?.data).toMatchObject({ from: folder, head: backup.head, newerCheckpoint: newer })
  expect((await made.status('wf')).counts).toEqual({ done: 1, waiting: 1 })
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
  await made.must('skip', 'wf/b', '--reason', 'it is on the branch already')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
})
