// Shows that files laid into an agent's HOME stay in it, whatever the agent left there.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { lendLogin, plant, uproot } from './furnish.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-furnish-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const fresh = (name: string): string => {
  mkdirSync(join(root, name), { recursive: true })
  return join(root, name)
}

it('writes for the owner only, again and again', async () => {
  const home = fresh('plain')
  await plant(home, '.a/b/c.json', 'one')
  await plant(home, '.a/b/c.json', 'two')
  expect(readFileSync(join(home, '.a/b/c.json'), 'utf8')).toBe('two')
  expect(statSync(join(home, '.a/b/c.json')).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, '.a')).mode & 0o777).toBe(0o700)
})

it('follows no link that an agent left, neither as the file nor as a folder on the way', async () => {
  const home = fresh('linked')
  const outside = fresh('outside')
  writeFileSync(join(outside, 'victim'), 'mine')
  mkdirSync(join(home, '.a'))
  symlinkSync(join(outside, 'victim'), join(home, '.a/c.json'))
  symlinkSync(outside, join(home, '.b'))
  writeFileSync(join(home, '.c'), 'a file where a folder must be')
  mkdirSync(join(home, '.d/c.json/deep'), { recursive: true })
  for (const folder of ['.a', '.b', '.c', '.d']) await plant(home, `${folder}/c.json`, 'ours')
  expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('mine')
  expect(existsSync(join(outside, 'c.json'))).toBe(false)
  expect(lstatSync(join(home, '.b')).isDirectory()).toBe(true)
  for (const folder of ['.a', '.b', '.c', '.d']) expect(readFileSync(join(home, folder, 'c.json'), 'utf8')).toBe('ours')
})

it('lends a login that a person has, keeps a newer one of the agent, and never gives one back', async () => {
  const person = fresh('person')
  const home = fresh('lent')
  expect(await lendLogin(person, home, '.x/auth.json')).toBe(false)
  mkdirSync(join(person, '.x'))
  writeFileSync(join(person, '.x/auth.json'), 'login')
  expect(await lendLogin(person, home, '.x/auth.json')).toBe(true)
  expect(readFileSync(join(home, '.x/auth.json'), 'utf8')).toBe('login')
  writeFileSync(join(home, '.x/auth.json'), 'renewed')
  await lendLogin(person, home, '.x/auth.json')
  expect(readFileSync(join(home, '.x/auth.json'), 'utf8')).toBe('renewed')
  expect(readFileSync(join(person, '.x/auth.json'), 'utf8')).toBe('login')
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(person, '.x/auth.json'), later, later)
  await lendLogin(person, home, '.x/auth.json')
  expect(readFileSync(join(home, '.x/auth.json'), 'utf8')).toBe('login')
})

it('takes away what was planted, and nothing elsewhere that its agent has put a link to', async () => {
  const home = fresh('uprooted')
  const outside = fresh('theirs')
  writeFileSync(join(outside, 'c.json'), 'theirs')
  await plant(home, '.a/b/c.json', 'key')
  await uproot(home, '.a/b/c.json')
  await uproot(home, '.never/there')
  expect(existsSync(join(home, '.a/b/c.json'))).toBe(false)
  rmSync(join(home, '.a/b'), { recursive: true })
  symlinkSync(outside, join(home, '.a/b'))
  await uproot(home, '.a/b/c.json')
  expect(readFileSync(join(outside, 'c.json'), 'utf8')).toBe('theirs')
})
