// What is given away of the record proves itself without the home, and tells of nobody else.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, teaFeature, teaTasks } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const steps = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
]

/** Two items: one done, one only read in; an obstacle of each names the other. */
async function twoItems(made: Stage): Promise<Stage> {
  await play(made, { steps, files: { [`${teaFeature}/tasks.md`]: teaTasks } })
  await made.must('run', 'wf.yaml')
  await made.must('plan', 'import', teaFeature)
  await made.must('block', 'wf', '--notes', 'waits for 001-tea/T004, which boils the secret kettle')
  await made.must('block', '001-tea', '--notes', 'waits for wf')
  return made
}

it('gives an item away without a word of another: what names one is withheld, and proved all the same', async () => {
  const made = await twoItems(stage())
  const out = join(made.out, 'wf.jsonl')
  const { lines, withheld } = await made.must('audit', 'export', 'wf', '--out', out)
  const text = readFileSync(out, 'utf8')
  for (const foreign of ['001-tea', 'kettle', 'T004', 'A tea book', 'book/']) expect(text).not.toContain(foreign)
  expect(withheld).toBe(1)
  const all = (await made.facts()).filter((one) => one.stream === 'wf')
  expect(lines - 1).toBeGreaterThanOrEqual(all.length - 1)
  expect(text).toContain('landing.done')
  const tea = (await made.baton('audit', 'export', '001-tea')).out
  expect(tea).toContain('book/glossary.md')
  for (const foreign of ['\\"wf\\"', 'waits for wf', 'wf/a', 'baton/wf', 'landing.done'])
    expect(tea).not.toContain(foreign)
})

it('gives nothing away under a name that the record does not have', async () => {
  const made = await twoItems(stage())
  expect(await made.baton('audit', 'export', 'nothing')).toMatchObject({ code: 5, out: '' })
})

it('gives a repository away with all its items', async () => {
  const made = await twoItems(stage())
  const lines = (await made.baton('audit', 'export', made.path)).out.trim().split('\n')
  const [heading, ...rest] = lines.map((line) => JSON.parse(line))
  expect(heading).toMatchObject({ stream: made.path, streams: [made.path, '001-tea', 'wf'] })
  const streams = new Set(rest.map(({ text }) => JSON.parse(text).stream))
  expect(streams).toEqual(new Set([made.path, '001-tea', 'wf']))
})

it('lets whoever has the file and the key check it, elsewhere, and finds every change', async () => {
  const made = await twoItems(stage())
  const { proof, key } = await made.must('audit', 'prove', '3')
  const files = { proof: join(made.out, 'entry.proof'), item: join(made.out, 'item.jsonl') }
  writeFileSync(files.proof, proof)
  await made.must('audit', 'export', 'wf', '--out', files.item)
  const elsewhere = stage()
  const checked = await elsewhere.must('audit', 'check', files.proof, '--key', key)
  expect(checked).toMatchObject({ kind: 'proof', entries: 1, withheld: 0, told: [{ seq: 3 }] })
  expect(await elsewhere.must('audit', 'check', files.item, '--key', key)).toMatchObject({
    kind: 'export',
    withheld: 1,
  })
  expect((await elsewhere.baton('audit', 'check', files.item)).err).toContain('names itself')
  expect(await elsewhere.baton('audit', 'check', files.proof)).toMatchObject({ code: 2 })
  writeFileSync(join(made.out, 'one.note'), (await made.must('audit', 'checkpoint')).note)
  const keyless = await elsewhere.baton('audit', 'check', files.item, '--key', join(made.out, 'one.note'))
  expect([keyless.code, keyless.err]).toEqual([2, expect.stringContaining('--key')])
  expect(keyless.err).toContain('one.note: a checkpoint alone says who signed')
  const told = (await elsewhere.baton('audit', 'check', files.item, '--key', key)).out
  expect(told).toMatch(/\n {2}… and \d+ more\n$/u)
  const text = readFileSync(files.item, 'utf8')
  for (const [was, is] of [
    ['landing.done', 'landing.dome'],
    ['"withheld":', '"witheld":'],
    ['"seq":', '"seq":1'],
  ] as const) {
    const at = text.lastIndexOf(was)
    writeFileSync(files.item, text.slice(0, at) + is + text.slice(at + was.length))
    expect((await elsewhere.baton('audit', 'check', files.item, '--key', key)).code, was).toBe(6)
  }
  writeFileSync(files.item, text)
  const other = await twoItems(stage())
  const { key: foreign } = await other.must('audit', 'prove', '3')
  expect((await elsewhere.baton('audit', 'check', files.item, '--key', foreign)).code).toBe(6)
})

it('says what is gone when something was forgotten: the audit stays green, report and export name it', async () => {
  const made = await play(stage(), { steps, keys: { a: 'echo hello; write a' } })
  await made.must('run', 'wf.yaml')
  await made.must('forget', 'wf/a/1', '--reason', 'it held a customer name')
  expect(await made.must('audit', 'verify')).toMatchObject({
    whole: true,
    sealed: { forgotten: ['wf/a/1'], missing: [] },
  })
  const page = join(made.out, 'wf.html')
  expect(await made.must('report', 'wf', '--out', page)).toMatchObject({ gone: ['wf/a/1'] })
  expect(readFileSync(page, 'utf8')).toMatch(/What is gone.*wf\/a\/1.*it held a customer name/su)
  const out = join(made.out, 'wf.jsonl')
  await made.must('audit', 'export', 'wf', '--out', out)
  expect(await made.must('audit', 'check', out)).toMatchObject({ forgotten: ['wf/a/1'], unvouched: true })
  expect((await made.baton('report', 'wf', '--out', page)).code).toBe(6)
})
