// The launcher runs in place or through the bundled Node, passes signals and codes on, and says in one line what is missing.
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { root } from './sources.ts'

type Ended = {
  readonly code: number | null
  readonly signal: string | null
  readonly out: string
  readonly err: string
}

const cli = `
const asked = process.argv[2]
if (asked === 'wait') {
  process.on('SIGINT', () => process.stdout.write('SIGINT\\n'))
  process.on('SIGTERM', () => process.exit(3))
  setInterval(() => {}, 1000)
}
process.stdout.write('here ' + process.pid + '\\n')
if (asked === 'code') process.exitCode = 7
if (asked === 'signal') process.kill(process.pid, 'SIGTERM')
if (asked === 'guard') process.stdout.write(String(process.env.BATON_LAUNCHED))
`
let place = ''

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'baton-launcher-'))
  for (const folder of ['bin', 'dist']) mkdirSync(join(place, folder))
  copyFileSync(join(root, 'bin/baton.cjs'), join(place, 'bin/baton.cjs'))
  writeFileSync(join(place, 'package.json'), '{"type":"module"}')
  writeFileSync(join(place, 'dist/cli.js'), cli)
  writeFileSync(join(place, 'old.cjs'), "Object.defineProperty(process, 'version', { value: 'v20.20.2' })")
  symlinkSync(join(root, 'node_modules'), join(place, 'node_modules'))
})

afterEach(() => rmSync(place, { recursive: true, force: true }))

/** With `old`, the launcher believes that it runs on Node 20. */
function launch(asked: string, { old = false, env = {} as NodeJS.ProcessEnv } = {}): ChildProcess {
  const preload = old ? ['--require', join(place, 'old.cjs')] : []
  const options: SpawnOptions = { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } }
  return spawn(process.execPath, [...preload, join(place, 'bin/baton.cjs'), asked], options)
}

function ended(child: ChildProcess): Promise<Ended> {
  let [out, err] = ['', '']
  child.stdout?.on('data', (bytes) => (out += bytes))
  child.stderr?.on('data', (bytes) => (err += bytes))
  return new Promise((done) => child.on('close', (code, signal) => done({ code, signal, out, err })))
}

function said(child: ChildProcess, word: string): Promise<string> {
  let heard = ''
  return new Promise((done) => {
    child.stdout?.on('data', (bytes) => {
      heard += bytes
      if (heard.includes(word)) done(heard)
    })
  })
}

/** Gone, or dead and only not yet counted by whoever inherited it. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return existsSync(`/proc/${pid}/stat`) && / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}

it('runs in place on a Node that is new enough', async () => {
  const child = launch('code')
  const { code, out } = await ended(child)
  expect([code, out]).toEqual([7, `here ${child.pid}\n`])
})

it('runs through the bundled Node on an old one, and takes its code', async () => {
  const child = launch('code', { old: true })
  const { code, out, err } = await ended(child)
  expect([code, err]).toEqual([7, ''])
  expect(out).not.toContain(`here ${child.pid}\n`)
})

it('keeps the loop guard from what it starts', async () => {
  expect((await ended(launch('guard', { old: true }))).out).toContain('undefined')
})

it('ends by the signal that its child ended by', async () => {
  expect((await ended(launch('signal', { old: true }))).signal).toBe('SIGTERM')
})

it('passes signals on', async () => {
  const child = launch('wait', { old: true })
  const end = ended(child)
  await said(child, 'here')
  const answered = said(child, 'SIGINT')
  child.kill('SIGINT')
  await answered
  child.kill('SIGTERM')
  expect((await end).code).toBe(3)
})

it('leaves nothing behind when it is killed', async () => {
  const child = launch('wait', { old: true })
  const pid = Number(/here (\d+)/.exec(await said(child, '\n'))?.[1])
  child.kill('SIGKILL')
  await expect.poll(() => isGone(pid), { timeout: 5_000 }).toBe(true)
})

it('says in one line what is missing and exits with 9', async () => {
  const looped = await ended(launch('code', { old: true, env: { BATON_LAUNCHED: '1' } }))
  rmSync(join(place, 'node_modules'))
  const alone = await ended(launch('code', { old: true }))
  rmSync(join(place, 'dist'), { recursive: true })
  const unbuilt = await ended(launch('code'))
  for (const { code, out, err } of [looped, alone, unbuilt]) {
    expect([code, out]).toEqual([9, ''])
    expect(err).toMatch(/^baton: [^\n]+\n$/)
  }
})
