// Checkpoints that were put out of reach show a record that was cut, put back or forked, and the keys behind them are followed.
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { generateSigner, signCheckpoint } from '../../src/engine/journal/note.ts'
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const two = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
]

const begun = () => play(stage(), { steps: two })

/** How many signed checkpoints lie in a file. */
const countIn = (path: string): number =>
  (readFileSync(path, 'utf8').match(/^baton\.invalid\/\w+\n\d+\n/gm) ?? []).length

async function missed(made: Stage): Promise<readonly { place: string; why: string }[]> {
  return (await made.facts('checkpoint.missed')).map(({ data }) => data as { place: string; why: string })
}

it('a file gets a checkpoint at the end of the run and at closing, each after the other, and verify holds the record against it', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  await made.must('run', 'wf.yaml', '--include', 'a', '--checkpoint-to', file)
  const first = readFileSync(file, 'utf8')
  expect(first.startsWith('baton key\n')).toBe(true)
  expect(countIn(file)).toBe(2)
  const closed = await made.facts('house.closed')
  const kept = (await made.facts('checkpoint.kept')).map(({ data }) => data as { place: string; size: number })
  expect(kept.map(({ place }) => place)).toEqual([file, file])
  expect(kept.at(-1)?.size).toBe(closed.at(-1)?.seq)
  await made.must('run', 'wf.yaml', '--checkpoint-to', file)
  expect(readFileSync(file, 'utf8').startsWith(first)).toBe(true)
  expect(await made.must('audit', 'verify', '--since', file)).toMatchObject({ whole: true, checkpoints: countIn(file) })
  expect(await made.must('audit', 'verify', '--checkpoint', file)).toMatchObject({ whole: true })
})

it('a record that was put back, cut off or forked is told by verify --since, and gets no further checkpoint there', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  await made.must('run', 'wf.yaml', '--include', 'a', '--checkpoint-to', file)
  const older = join(made.root, 'older')
  cpSync(made.home, older, { recursive: true })
  await made.must('run', 'wf.yaml', '--checkpoint-to', file)
  const said = readFileSync(file, 'utf8')
  rmSync(made.home, { recursive: true })
  renameSync(older, made.home)
  const back = await made.baton('audit', 'verify', '--since', file, '--json')
  expect(back.code).toBe(6)
  expect(back.json.firstBad.what).toMatch(/cut off, or an older copy was put back/)
  // It goes on from the older copy, to as many entries and more: a fork.
  const forked = await made.baton('run', 'wf.yaml', '--checkpoint-to', file)
  expect(forked.code).toBe(0)
  expect(forked.err).toMatch(/checkpoint not kept.*has not grown out of/)
  for (let more = 0; more < 20; more++) await made.must('audit', 'checkpoint')
  expect(readFileSync(file, 'utf8')).toBe(said)
  const fork = await made.baton('audit', 'verify', '--since', file, '--json')
  expect(fork.code).toBe(6)
  expect(fork.json.firstBad.what).toMatch(/were rewritten/)
  expect((await missed(made))[0]).toMatchObject({ place: file, why: expect.stringContaining('has not grown out of') })
})

it('a ref of a bare repository without a remote gets one commit for each, by compare-and-swap', async () => {
  const made = await begun()
  const bare = join(made.out, 'notes.git')
  execFileSync('git', ['init', '-q', '--bare', bare])
  const place = `ref:${bare}:refs/baton/checkpoints`
  await made.must('run', 'wf.yaml', '--include', 'a', '--checkpoint-to', place)
  await made.must('run', 'wf.yaml', '--checkpoint-to', place)
  const commits = () =>
    execFileSync('git', ['-C', bare, 'rev-list', 'refs/baton/checkpoints'], { encoding: 'utf8' }).trim().split('\n')
  expect(commits()).toHaveLength(4)
  const show = (path: string) =>
    execFileSync('git', ['-C', bare, 'show', `refs/baton/checkpoints:${path}`], { encoding: 'utf8' })
  expect(show('keys')).toMatch(/^baton key\n/)
  expect(show('checkpoint')).toMatch(/^baton\.invalid\//)
  expect(await made.must('audit', 'verify', '--since', place)).toMatchObject({ whole: true, checkpoints: 1 })
  const cut = join(made.home, 'journal.db')
  rmSync(cut)
  for (const rest of ['-wal', '-shm']) rmSync(cut + rest, { force: true })
  rmSync(join(made.home, 'snapshot.json'))
  await play(made, { steps: two })
  const gone = await made.baton('audit', 'verify', '--since', place, '--json')
  expect(gone.code).toBe(6)
})

it('a ref of the workspace is the one where the person stands, and only below refs/baton', async () => {
  const made = await begun()
  await made.must('audit', 'checkpoint', '--checkpoint-to', 'ref:refs/baton/checkpoints')
  expect(made.git('log', '--format=%s', 'refs/baton/checkpoints')).toMatch(/^Checkpoint over \d+ entries$/)
  const head = made.git('rev-parse', 'HEAD')
  const refused = await made.baton('audit', 'checkpoint', '--checkpoint-to', 'ref:refs/heads/main')
  expect(refused.code).toBe(2)
  expect(made.git('rev-parse', 'HEAD')).toBe(head)
})

it('a command gets the note on standard input, without a shell; when it fails that is said and recorded, and the run is complete all the same', async () => {
  const made = await begun()
  const script = join(made.out, 'keep.sh')
  writeFileSync(script, `#!/bin/sh\ncat >> '${made.out}/kept'\nprintf '%s\\n' "$1" >> '${made.out}/words'\n`)
  chmodSync(script, 0o755)
  await made.must(
    'run',
    'wf.yaml',
    '--include',
    'a',
    '--checkpoint-to',
    `command:${JSON.stringify([script, '$(id); *'])}`,
  )
  expect(readFileSync(join(made.out, 'words'), 'utf8')).toBe('$(id); *\n$(id); *\n')
  expect(countIn(join(made.out, 'kept'))).toBe(2)
  writeFileSync(script, '#!/bin/sh\necho the tape is full >&2\nexit 3\n')
  const run = await made.baton('run', 'wf.yaml', '--checkpoint-to', `command:${JSON.stringify([script])}`)
  expect(run.code).toBe(0)
  expect(run.err).toMatch(/checkpoint not kept.*exit code 3: the tape is full/)
  expect(await missed(made)).toMatchObject([{ why: expect.stringContaining('the tape is full') }])
})

it('the setting in config.yaml holds for every command, and a wrong one stops nobody from looking', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  const config = (text: string) => writeFileSync(join(made.home, 'config.yaml'), text)
  config(`checkpoint-to: ${file}\n`)
  await made.must('run', 'wf.yaml', '--include', 'a')
  const before = countIn(file)
  expect(before).toBe(2)
  await made.must('skip', 'wf/b', '--reason', 'by hand')
  expect(countIn(file)).toBe(before + 1)
  const { lines } = await made.must('doctor')
  expect(lines).toContainEqual(expect.objectContaining({ what: `checkpoints: ${file}`, ok: true }))
  config('checkpoint-to: [not/absolute]\n')
  expect((await made.baton('status', 'wf')).code).toBe(0)
  expect((await made.must('doctor')).lines).toContainEqual(
    expect.objectContaining({ what: expect.stringContaining('config.yaml'), ok: false }),
  )
  expect((await made.baton('run', 'wf.yaml')).code).toBe(2)
  config('checkpoints-to: /x\n')
  expect((await made.baton('run', 'wf.yaml')).err).toContain('checkpoints-to')
})

it('a place in the home itself is refused, and so is one that a process elsewhere would not know of', async () => {
  const made = await play(stage(), { steps: two, keys: { a: 'wait_for go; write a' } })
  const inside = await made.baton('run', 'wf.yaml', '--checkpoint-to', join(made.home, 'notes'))
  expect(inside.code).toBe(2)
  const running = made.start('run', 'wf.yaml')
  await made.logged('start a 1')
  const other = await made.baton('run', 'wf.yaml', '--checkpoint-to', join(made.out, 'notes'))
  expect(other.code).toBe(6)
  expect(other.err).toContain('config.yaml')
  made.say('go')
  expect((await running.ended).code).toBe(0)
})

it('a place that could not be written is tried again, and the last note cut off is not written over', async () => {
  const made = await begun()
  const folder = join(made.out, 'later')
  const file = join(folder, 'checkpoints')
  expect((await made.baton('audit', 'checkpoint', '--checkpoint-to', file)).code).toBe(6)
  execFileSync('mkdir', [folder])
  await made.must('audit', 'checkpoint', '--checkpoint-to', file)
  const whole = readFileSync(file).length
  await made.must('audit', 'checkpoint', '--checkpoint-to', file)
  truncateSync(file, readFileSync(file).length - 20)
  const torn = await made.baton('audit', 'checkpoint', '--checkpoint-to', file)
  expect(torn.code).toBe(6)
  expect(torn.err).toMatch(/cut off: remove those \d+ bytes/)
  expect(await made.must('audit', 'verify', '--since', file)).toMatchObject({ whole: true, checkpoints: 1 })
  truncateSync(file, whole)
  await made.must('audit', 'checkpoint', '--checkpoint-to', file)
  appendFileSync(file, 'hello\n\nworld\n\n')
  expect((await made.baton('audit', 'checkpoint', '--checkpoint-to', file)).code).toBe(6)
})

it('keys that were rotated twice are followed from a checkpoint made before, and from what was kept', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  await made.must('run', 'wf.yaml', '--include', 'a', '--checkpoint-to', file)
  const note = join(made.out, 'before.note')
  writeFileSync(note, (await made.must('audit', 'checkpoint')).note)
  const first = await made.must('audit', 'rotate-key')
  const second = await made.must('audit', 'rotate-key')
  expect(second.before).toBe(first.key)
  expect(readdirSync(join(made.home, 'keys')).filter((name) => name.startsWith('retired-'))).toHaveLength(2)
  await made.must('run', 'wf.yaml', '--checkpoint-to', file)
  expect(await made.facts('key.rotated')).toHaveLength(2)
  expect(await made.must('audit', 'verify', '--since', note)).toMatchObject({
    whole: true,
    checkpoints: 1,
    foreign: [],
  })
  expect(await made.must('audit', 'verify', '--since', file)).toMatchObject({
    whole: true,
    checkpoints: countIn(file),
    foreign: [],
  })
  expect(readFileSync(file, 'utf8').match(/^baton key rotation$/gm)).toHaveLength(2)
})

it('a change of keys that was cut off after its fact is brought to its end', async () => {
  const made = await begun()
  await made.must('audit', 'checkpoint')
  const keys = join(made.home, 'keys')
  cpSync(keys, join(made.root, 'keys'), { recursive: true })
  await made.must('audit', 'rotate-key')
  // As a crash before the renaming would have left them.
  renameSync(join(keys, 'checkpoint.pem'), join(keys, 'next.pem'))
  cpSync(join(made.root, 'keys', 'checkpoint.pem'), join(keys, 'checkpoint.pem'))
  for (const name of readdirSync(keys).filter((one) => one.startsWith('retired-'))) rmSync(join(keys, name))
  await made.must('audit', 'checkpoint')
  expect(existsSync(join(keys, 'next.pem'))).toBe(false)
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true, foreign: [] })
})

it('a key that was swapped in without the word of the one before is named, and signs nothing', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  await made.must('run', 'wf.yaml', '--include', 'a', '--checkpoint-to', file)
  const pem = join(made.home, 'keys', 'checkpoint.pem')
  rmSync(pem)
  const stranger = generateSigner(readFileSync(join(made.home, 'keys', 'origin'), 'utf8').trim(), pem).verifier
  const name = `${stranger.name}+${stranger.id}`
  const verified = await made.baton('audit', 'verify', '--json')
  expect(verified.code).toBe(6)
  expect(verified.json.foreign).toEqual([expect.stringContaining(name)])
  expect((await made.baton('audit', 'checkpoint')).err).toContain(name)
  expect((await made.must('doctor')).lines).toContainEqual(expect.objectContaining({ what: 'signing key', ok: false }))
  const run = await made.baton('run', 'wf.yaml', '--checkpoint-to', file)
  expect(run.code).toBe(0)
  expect(run.err).toMatch(/checkpoint not kept.*foreign/)
  expect(await made.must('backup', join(made.root, 'backup'))).toMatchObject({ signed: false })
})

it('a lost key is answered for by a person, by name; what was kept before still calls the next one foreign', async () => {
  const made = await begun()
  const file = join(made.out, 'checkpoints')
  await made.must('audit', 'checkpoint', '--checkpoint-to', file)
  rmSync(join(made.home, 'keys', 'checkpoint.pem'))
  const { key } = await made.must('audit', 'rotate-key', '--lost', 'the disk died')
  await made.must('audit', 'checkpoint')
  const alone = await made.must('audit', 'verify')
  expect(alone).toMatchObject({ whole: true, foreign: [] })
  expect(alone.notes.join()).toContain('the disk died')
  const against = await made.baton('audit', 'verify', '--since', file, '--json')
  expect(against.code).toBe(6)
  expect(against.json.foreign.join()).toContain(key.split('+').slice(0, 2).join('+'))
  const before = readFileSync(file, 'utf8')
  const refused = await made.baton('audit', 'checkpoint', '--checkpoint-to', file)
  expect(refused.err).toMatch(/did not hand over.*begin a new/)
  expect(readFileSync(file, 'utf8')).toBe(before)
  await made.must('audit', 'checkpoint', '--checkpoint-to', `${file}-2`)
  expect(await made.must('audit', 'verify', '--since', `${file}-2`)).toMatchObject({ whole: true, foreign: [] })
})

it('a checkpoint by a key that is not of the chain is named as foreign, and so is one by a key that had been handed over', async () => {
  const made = await begun()
  const old = join(made.root, 'old.pem')
  await made.must('audit', 'checkpoint')
  cpSync(join(made.home, 'keys', 'checkpoint.pem'), old)
  await made.must('audit', 'rotate-key')
  await made.must('run', 'wf.yaml')
  const { entries, root } = await made.must('audit', 'verify')
  const origin = readFileSync(join(made.home, 'keys', 'origin'), 'utf8').trim()
  const { loadSigner } = await import('../../src/engine/journal/note.ts')
  const signers = [generateSigner(origin, join(made.root, 'x.pem')), loadSigner(origin, old)]
  for (const signer of signers) {
    const note = join(made.out, `${signer.verifier.id}.note`)
    writeFileSync(note, signCheckpoint({ origin, size: entries, root }, [signer]))
    const verified = await made.baton('audit', 'verify', '--checkpoint', note, '--json')
    expect(verified.code).toBe(6)
    expect(verified.json).toMatchObject({ whole: false, checkpoints: 0 })
    expect(verified.json.foreign.join()).toContain(signer.verifier.id)
  }
})

it('a backup restored on another machine goes on under its own name, once a person answers for the next key', async () => {
  const made = await begun()
  await made.must('run', 'wf.yaml', '--include', 'a')
  const note = join(made.out, 'kept.note')
  writeFileSync(note, (await made.must('audit', 'checkpoint')).note)
  const folder = join(made.root, 'backup')
  await made.must('backup', folder)
  rmSync(made.home, { recursive: true })
  await made.must('restore', folder)
  expect((await made.baton('audit', 'checkpoint')).code).toBe(6)
  await made.must('audit', 'rotate-key', '--lost', 'another machine')
  await made.must('audit', 'checkpoint')
  expect(await made.must('audit', 'verify', '--since', note)).toMatchObject({ whole: true, checkpoints: 1 })
})

it('finds no fault with the key of a home that nobody has written to', async () => {
  const { lines } = await stage().must('doctor')
  expect(lines).toContainEqual(expect.objectContaining({ what: 'signing key', ok: true }))
})
