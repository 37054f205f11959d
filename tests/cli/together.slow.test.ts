// Many command lines on one home, and one whose process was stopped.
import { spawn } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const main = join(root, 'src', 'cli', 'main.ts')

function place(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-together-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

function run(argv: readonly string[], home: string): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, argv, { cwd: root, env: { ...process.env, BATON_HOME: home } })
  let out = ''
  let err = ''
  child.stdout.on('data', (bytes) => (out += bytes))
  child.stderr.on('data', (bytes) => (err += bytes))
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })))
}

it('lets twelve write to one home at once, and loses nothing', { timeout: 120_000 }, async () => {
  const home = join(place(), 'home')
  const numbers = Array.from({ length: 12 }, (_, at) => at)
  const answers = await Promise.all(numbers.map(() => run([join(import.meta.dirname, 'writer.ts'), home, root], home)))
  expect(answers.map((one) => one.err)).toEqual(numbers.map(() => ''))
  expect(answers.map((one) => one.code)).toEqual(numbers.map(() => 0))
  const verified = JSON.parse((await run([main, 'audit', 'verify', '--json'], home)).out)
  // Twelve signed checkpoints, and the key that the first of them named.
  expect([verified.whole, verified.entries]).toEqual([true, 13])
})

it('names the process that holds the home when it does not answer', { timeout: 60_000 }, async () => {
  const home = join(place(), 'home')
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), home, root, 'stay'])
  onTestFinished(() => void holder.kill('SIGKILL'))
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  holder.kill('SIGSTOP')
  const { code, out } = await run([main, 'gate', '--json'], home)
  expect(code).toBe(6)
  const { error } = JSON.parse(out)
  expect(error.why).toContain(`process ${holder.pid}, which holds the home, does not answer within 2 s`)
  expect(error.remedy).toContain(`kill -CONT ${holder.pid}`)
  holder.kill('SIGCONT')
  expect((await run([main, 'gate', '--json'], home)).code).toBe(0)
})

it('does not wait for a process that was stopped while it was leaving', { timeout: 60_000 }, async () => {
  const home = join(place(), 'home')
  const holder = spawn(process.execPath, [join(import.meta.dirname, 'leaving.ts'), home])
  onTestFinished(() => void holder.kill('SIGKILL'))
  await new Promise((resolve) => holder.stdout.once('data', resolve))
  holder.kill('SIGSTOP')
  const { code, err } = await run([join(import.meta.dirname, 'writer.ts'), home, root], home)
  expect(code).not.toBe(0)
  expect(err).toContain(`is held by process ${holder.pid}`)
})
