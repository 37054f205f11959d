// What a successor and an auditor ask of a record: what came about since, what is gone, what came of an item, and a proof of one entry.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Json, Stage } from './ground.ts'
import { play, policy, teaFeature, teaTasks } from './plans.ts'

const made = new Stage()
const other = new Stage()
const kept = join(made.out, 'kept')
const at = (name: string): string => join(kept, name)
let landed: Json
let secret: Json

/** One item that is done, one that is only read in, and what was kept of checkpoints before, between and after. */
beforeAll(async () => {
  mkdirSync(kept)
  const steps = [
    { key: 'a', order: 1, gate: 'review' },
    { key: 'b', order: 2 },
  ]
  await play(made, {
    steps,
    keys: { a: 'echo "her name is Mallory"; write a' },
    files: { [`${teaFeature}/tasks.md`]: teaTasks },
  })
  await made.must('plan', 'import', teaFeature)
  await note('before.note')
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'approve', '--reason', 'read \u202e it')
  await made.must('run', 'wf.yaml')
  await note('landed.note')
  ;[landed] = await made.facts('landing.done')
  await made.must('forget', 'wf/a/1', '--reason', 'it held a customer name')
  ;[secret] = await made.facts('transcript.forgotten')
  other.commit({ 'baton.yaml': policy() }, 'start')
  await other.ready()
  await other.must('audit', 'checkpoint')
}, 60_000)

afterAll(() => {
  made.remove()
  other.remove()
})

async function note(name: string): Promise<void> {
  writeFileSync(at(name), (await made.must('audit', 'checkpoint')).note)
}

async function proofOf(seq: number): Promise<{ proof: string; key: string }> {
  return made.must('audit', 'prove', String(seq))
}

describe('audit diff', () => {
  it('given two checkpoints that were kept, then it proves that the one grew out of the other, and says who did what between them', async () => {
    const found = await made.must('audit', 'diff', at('before.note'), at('landed.note'))
    expect(found.from.signedBy).toMatch(/^baton.invalid\/.*\+[0-9a-f]{8}$/u)
    expect(found.to.size - found.from.size).toBe(found.entries)
    const kinds = Object.fromEntries(found.kinds.map((one: Json) => [one.kind, one]))
    expect(kinds.done).toMatchObject({ count: 2, more: 0 })
    expect(kinds.done.told[0]).toMatchObject({
      seq: landed.seq,
      by: 'baton',
      of: 'wf',
      says: expect.stringMatching(/^a\/1 landed as [0-9a-f]{10}$/u),
    })
    expect(kinds.answered.told[0].says).toMatch(/^gate-\d+ answered: approve by \w+: read \\u\{202e\} it$/u)
    expect(kinds.opened.told.map((one: Json) => one.says)).toEqual(['opened from wf.yaml: The workflow wf'])
    expect(kinds['handed-over'].count).toBeGreaterThan(0)
    expect(kinds.removed.told.map((one: Json) => one.says).join()).not.toContain('customer')
    const { out, err, code } = await made.baton('audit', 'diff', at('before.note'), at('landed.note'))
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(
      /proved: the later record begins with all of the earlier one[\s\S]*\nopened: 1\n[\s\S]*\nanswered: 1\n[\s\S]*\ndone: 2\n/u,
    )
    expect(out).not.toContain('\u202e')
  })

  it('given a number or a time, then it means so many entries, and says that nobody vouches for them', async () => {
    const done = await made.baton('audit', 'diff', '0', String(landed.seq), '--limit', '1')
    expect(done.out).toContain('from  the beginning')
    expect(done.err).toContain('No checkpoint vouches')
    const day = new Date(landed.at).toISOString().slice(0, 10)
    expect((await made.must('audit', 'diff', day)).from.size).toBe(0)
    expect((await made.must('audit', 'diff', '0', '2001-01-01')).entries).toBe(0)
    const one = await made.must('audit', 'diff', '0', '--kind', 'judged', '--limit', '1')
    const [judged] = one.kinds.filter(({ kind }: Json) => kind === 'judged')
    const next = await made.must('audit', 'diff', '0', '--kind', 'judged', '--after', String(judged.told[0].seq))
    expect(next.kinds.find(({ kind }: Json) => kind === 'judged').told).toHaveLength(judged.count - 1)
  })

  it('given an item, then only what came about of it is counted and told, since the beginning when no end is named', async () => {
    const all = await made.must('audit', 'diff', '0')
    const own = await made.must('audit', 'diff', '--item', 'wf')
    expect(own).toMatchObject({ item: 'wf', from: { size: 0 }, streams: [{ of: 'wf', entries: own.entries }] })
    expect(own.entries).toBe(all.streams.find(({ of }: Json) => of === 'wf').entries)
    expect(own.kinds.map(({ kind }: Json) => kind)).not.toContain('house')
    const told = own.kinds.flatMap((one: Json) => one.told)
    expect(new Set(told.map(({ of }: Json) => of))).toEqual(new Set(['wf']))
    expect(told.map(({ says }: Json) => says)).toContain(`a/1 landed as ${landed.data.commit.slice(0, 10)}`)
    const some = await made.must('audit', 'diff', at('before.note'), at('landed.note'), '--item', 'wf')
    expect(some.entries).toBeLessThan(own.entries)
    const tea = await made.must('audit', 'diff', at('before.note'), '--item', '001-tea')
    expect(tea).toMatchObject({ entries: 0, kinds: [], from: { signedBy: expect.stringContaining('+') } })
    const { out } = await made.baton('audit', 'diff', '--item', 'wf', '--kind', 'done', '--limit', '1')
    expect(out).toMatch(
      /entries between them, \d+ of them of wf\nby [\s\S]*\ndone: 2\n.* a\/1 landed[\s\S]*--kind done --after/u,
    )
    expect(await made.baton('audit', 'diff', '--item', 'nothing')).toMatchObject({ code: 5, out: '' })
    expect((await made.baton('audit', 'diff')).err).toMatch(/does not say since when\n.*--item <item>/u)
  })

  it('given something that was kept and does not verify, then it is refused in words, and nothing is told', async () => {
    const text = readFileSync(at('landed.note'), 'utf8')
    writeFileSync(at('forged.note'), text.replace(/\n\d+\n/u, '\n3\n'))
    writeFileSync(at('foreign.note'), (await other.must('audit', 'checkpoint')).note)
    writeFileSync(at('noise.note'), 'tomorrow\n')
    for (const [from, code, why] of [
      ['forged.note', 6, /the checkpoint: .*signature/u],
      ['foreign.note', 6, /is of the record/u],
      ['noise.note', 2, /no signed checkpoint/u],
    ] as const) {
      const done = await made.baton('audit', 'diff', at(from))
      expect([from, done.code, done.out]).toEqual([from, code, ''])
      expect(done.err).toMatch(why)
    }
    expect((await made.baton('audit', 'diff', 'nowhere')).code).toBe(5)
    expect((await made.baton('audit', 'diff', '2026-02-31')).code).toBe(2)
    expect((await made.baton('audit', 'diff', at('landed.note'), '3')).code).toBe(2)
    expect((await made.baton('audit', 'diff', '99999')).code).toBe(5)
  })
})

describe('erasure', () => {
  it('given words that were removed by name, then the audit is green, and audit, show, log and the handoffs say what is gone', async () => {
    expect(await made.must('audit', 'verify')).toMatchObject({
      whole: true,
      sealed: { forgotten: ['wf/a/1'], missing: [] },
    })
    expect((await made.baton('audit', 'verify')).out).toContain('forgotten by name: wf/a/1')
    expect((await made.must('show', 'wf/a/1')).forgotten).toMatchObject({
      why: 'it held a customer name',
      at: secret.at,
    })
    expect((await made.baton('show', 'wf/a/1')).out).toMatch(
      /gone: what its agent said was removed .* by \w+: it held/u,
    )
    expect(await made.must('show', 'wf/b/1')).not.toHaveProperty('forgotten')
    const log = await made.baton('log', 'wf/a/1')
    expect([log.code, log.out]).toEqual([0, ''])
    expect(log.err).toContain('baton show wf/a/1 says whether it was removed')
    expect(await made.must('handoff', 'show', 'wf/a/1')).toMatchObject({
      standing: 'whole',
      forgotten: { why: 'it held a customer name' },
    })
    expect((await made.baton('handoff', 'show', 'wf/a/1')).out).toContain(
      'gone     what was said in wf/a/1 was removed',
    )
    expect(await made.must('handoff', 'verify')).toMatchObject({ whole: true, forgotten: ['wf/a/1'] })
    expect((await made.baton('handoff', 'verify')).out).toContain('what was said in wf/a/1 was removed by name')
  })

  it('given the same, then a report and an export name it and hold none of it', async () => {
    const page = join(made.out, 'page.html')
    expect(await made.must('report', 'wf', '--out', page)).toMatchObject({ gone: ['wf/a/1'] })
    expect(readFileSync(page, 'utf8')).toMatch(/What is gone.*wf\/a\/1.*it held a customer name/su)
    const out = join(made.out, 'wf.jsonl')
    await made.must('audit', 'export', 'wf', '--out', out)
    expect(await made.must('audit', 'check', out)).toMatchObject({ forgotten: ['wf/a/1'] })
    const { items } = JSON.parse((await made.must('export', 'wf')).text)
    expect(items[0].attempts.map((one: Json) => [one.attempt, one.forgottenAt])).toEqual([
      ['wf/a/1', new Date(secret.at).toISOString()],
      ['wf/b/1', undefined],
    ])
    const [told] = (await made.must('audit', 'diff', at('landed.note'), '--kind', 'removed')).kinds.flatMap(
      (one: Json) => one.told,
    )
    expect(told.says).toMatch(/^what was said in a\/1 was removed by \w+: it held a customer name$/u)
  })
})

describe('the proof of one entry', () => {
  it('given every way to change it, then it proves nothing any more', async () => {
    const { proof, key } = await proofOf(landed.seq)
    const foreign = await proofOf((await made.facts()).findLast((one) => one.stream === '001-tea')?.seq ?? 0)
    const older = readFileSync(at('before.note'), 'utf8')
    const [own, theirs] = [proof, foreign.proof].map((text) => /^extra (\S+)$/mu.exec(text)?.[1] ?? '')
    const text = Buffer.from(own ?? '', 'base64').toString('utf8')
    const swapped = (was: string, is: string) => proof.replace(was, is)
    const cut = proof.indexOf('\n\n')
    for (const [name, tampered] of [
      [
        'another author',
        swapped(own ?? '', Buffer.from(text.replace('"by":"baton"', '"by":"eve"')).toString('base64')),
      ],
      ["another item's entry", swapped(own ?? '', theirs ?? '')],
      ['another place', swapped(`index ${landed.seq - 1}`, `index ${landed.seq}`)],
      ['an older checkpoint', `${proof.slice(0, cut + 2)}${older}`],
      [
        'another path',
        proof.replace(/^(index \d+\n)(.)/mu, (_, line, letter) => `${line}${letter === 'A' ? 'B' : 'A'}`),
      ],
      ['no signature', proof.replace(/\u2014 .*\n/u, '')],
    ] as const) {
      expect(tampered, name).not.toBe(proof)
      writeFileSync(at('tampered.proof'), tampered)
      const done = await other.baton('audit', 'check', at('tampered.proof'), '--key', key)
      expect([name, done.code, done.out]).toEqual([name, 6, ''])
      expect(done.err, name).toMatch(/^baton: .*tampered\.proof: .+\n {2}\u2192 .+/u)
    }
  })

  it('given one that was made long ago, then it holds for ever, and with nothing but the key', async () => {
    const { proof, key } = await proofOf(3)
    writeFileSync(at('old.proof'), proof)
    await made.must('plan', 'import', teaFeature)
    const checked = await other.must('audit', 'check', at('old.proof'), '--key', key)
    const [third] = (await made.facts()).slice(2)
    expect(checked).toMatchObject({ kind: 'proof', entries: 1, told: [{ seq: 3, of: third?.stream, by: third?.by }] })
    expect((await other.baton('audit', 'check', at('old.proof'))).code).toBe(2)
  })
})

describe('status of an item that is over', () => {
  it('given an item that was integrated, and then taken back, then its status says when, as what, by whom and why, and what its steps left', async () => {
    made.commit({ 'out/kept.txt': 'kept\n' })
    await made.must('integrate', 'wf', '--approve', 'read it')
    const over = await made.status('wf')
    const [{ commit, by }] = over.integrations
    expect(made.git('rev-parse', 'main')).toBe(commit)
    expect(over.integrations).toHaveLength(1)
    expect(over.list.map((one: Json) => [one.key, one.end, one.tries, one.landed?.commit === undefined])).toEqual([
      ['a', 'done', 1, false],
      ['b', 'done', 1, false],
    ])
    expect(over).toMatchObject({ id: 'wf', why: expect.stringContaining('integrated'), forgotten: ['wf/a/1'] })
    expect(over.handoffs.written + over.handoffs.owed).toBeGreaterThan(3)
    const { out } = await made.baton('status', 'wf')
    expect(out).toMatch(
      new RegExp(`integrated [0-9: -]+ into refs/heads/main as ${commit.slice(0, 10)}, signed off by ${by}`, 'u'),
    )
    expect(out).toContain('baton report wf --out wf.html')
    await made.must('revert', 'wf', '--why', 'it leaks')
    expect((await made.baton('status', 'wf')).out).toMatch(
      /^wf {2}The workflow wf {2}taken back\n[\s\S]*taken back [0-9: -]+ as [0-9a-f]{10}, by \w+: it leaks\n/u,
    )
    expect((await made.status('wf')).integrations[0].reverted).toMatchObject({
      why: 'it leaks',
      commit: made.git('rev-parse', 'main'),
    })
  })

  it('given a step of it, then whoever asks is shown the way; an attempt of it is shown; an open item or an unknown one has none of this', async () => {
    const done = await made.baton('status', 'wf/a')
    expect(done.code).toBe(5)
    expect(done.err).toContain('baton status wf shows what came of it')
    expect(await made.must('show', 'wf/a/1')).toMatchObject({ attempt: 'wf/a/1', step: 'wf/a' })
    expect((await made.status('001-tea')).total).toBe(5)
    expect((await made.baton('status', 'nothing')).code).toBe(5)
  })
})

describe('a record that somebody had in his hands', () => {
  function tamper(sql: string): void {
    const journal = new DatabaseSync(join(made.home, 'journal.db'))
    try {
      journal.exec(sql)
    } finally {
      journal.close()
    }
  }

  it('given an entry that was rewritten or filed elsewhere, then verify, diff and report say which, and what can be done', async () => {
    for (const [change, back, why] of [
      ['text = replace(text, \'"by":"baton"\', \'"by":"batom"\')', "text = replace(text, 'batom', 'baton')", /hash/u],
      ["stream = '001-tea'", "stream = 'wf'", /filed under/u],
    ] as const) {
      tamper(`UPDATE entries SET ${change} WHERE seq = ${landed.seq}`)
      const verified = await made.baton('audit', 'verify')
      expect(verified.code).toBe(6)
      expect(verified.out).toContain(`first bad entry ${landed.seq}: `)
      expect(verified.out).toMatch(
        /\n {2}What stands after entry \d+ was not read[\s\S]*\n→ copy this home elsewhere[\s\S]*\n→ baton restore/u,
      )
      expect((await made.baton('audit', 'diff', '--item', 'wf')).err).toMatch(why)
      const page = await made.baton('report', 'wf')
      expect(page.code).toBe(6)
      expect(page.err).toContain(`entry ${landed.seq}: it is`)
      expect(page.out.slice(0, page.out.indexOf('<h1>'))).toMatch(why)
      tamper(`UPDATE entries SET ${back} WHERE seq = ${landed.seq}`)
      expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
    }
    const text = `(SELECT text FROM entries WHERE seq = ${landed.seq})`
    tamper(`CREATE TABLE aside AS SELECT ${text} AS text; UPDATE entries SET text = '{' WHERE seq = ${landed.seq}`)
    const unread = await made.baton('report', 'wf')
    expect([unread.code, unread.out]).toEqual([6, ''])
    expect(unread.err).toContain(`the record is not whole: entry ${landed.seq}`)
    tamper(`UPDATE entries SET text = (SELECT text FROM aside) WHERE seq = ${landed.seq}; DROP TABLE aside`)
    const { root, seq } = await made.must('report', 'wf')
    expect((await made.must('audit', 'diff', at('landed.note'), String(seq))).to.root).toBe(root)
  })

  it('given the kept copy of a handoff that is gone or changed, then verify names it, and repair keeps it again', async () => {
    const { digest, path } = (await made.must('handoff', 'list', 'wf')).handoffs[0]
    const file = join(made.home, 'blobs', digest.slice(0, 2), digest.slice(2))
    for (const spoil of [() => rmSync(file), () => writeFileSync(file, 'forged')]) {
      spoil()
      const verified = await made.baton('audit', 'verify')
      expect([verified.code, verified.out]).toEqual([6, expect.stringContaining(`: the kept copy of ${path}`)])
      expect(verified.out).toContain('→ baton handoff repair <item>')
      expect(await made.must('handoff', 'repair', 'wf')).toMatchObject({ written: [path], lost: [] })
      expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
    }
  })
})
