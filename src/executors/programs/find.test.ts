// Shows where programs are found, how each is run, and what of them a sandbox must show.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { available, findProgram, programs } from './index.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-find-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const node = '/opt/node/bin/node'

function put(path: string, content: string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, 0o755)
  return file
}

const agentsFolder = join(root, 'agents')
const path = join(root, 'bin')
const options = { agentsFolder, path, node }

it('finds an installed one first, runs a script by our node, and shows all its packages', () => {
  const script = put(
    'agents/gemini/node_modules/@google/gemini-cli/bundle/gemini.js',
    '#!/usr/bin/env -S node --flag\n',
  )
  put('agents/gemini/node_modules/@google/gemini-cli/package.json', '{"name":"@google/gemini-cli","version":"1.2.3"}')
  mkdirSync(join(agentsFolder, 'gemini/node_modules/.bin'))
  symlinkSync('../@google/gemini-cli/bundle/gemini.js', join(agentsFolder, 'gemini/node_modules/.bin/gemini'))
  put('bin/gemini', '#!/bin/sh\n')
  expect(findProgram('gemini', options)).toEqual({
    argv: [node, script],
    readOnly: [join(agentsFolder, 'gemini/node_modules'), '/opt/node/bin'],
    path: ['/opt/node/bin'],
    folder: join(agentsFolder, 'gemini/node_modules/.bin'),
    version: '1.2.3',
  })
})

it('finds a native one on PATH, and shows it alone', () => {
  const real = put('opt/claude-2', '\x7fELF')
  mkdirSync(path, { recursive: true })
  symlinkSync(real, join(path, 'claude'))
  expect(findProgram('claude', options)).toEqual({ argv: [real], readOnly: [real], path: [], folder: path })
})

it('takes nothing that may not be run, is no file, or lies at a relative place', () => {
  chmodSync(put('bin/codex', '#!/bin/sh\n'), 0o644)
  mkdirSync(join(path, 'qwen'))
  symlinkSync(join(root, 'gone'), join(path, 'opencode'))
  for (const name of ['codex', 'qwen', 'opencode', 'nobody']) expect(findProgram(name, options)).toBeUndefined()
  expect(findProgram('claude', { ...options, path: `${relative(process.cwd(), path)}:` })).toBeUndefined()
})

it('says that a program is ready only when it may ask its models', async () => {
  const agent = {
    name: 'g',
    executor: 'acp',
    program: 'gemini',
    argv: [],
    env: {},
    network: 'all',
    seats: 1,
    roles: [],
    timeoutMs: 1,
  } as const
  const find = { find: options }
  expect(await available(agent, find)).toMatchObject({
    ok: false,
    why: expect.stringMatching(/^gemini 1\.2\.3: nobody is logged in; .*GEMINI_API_KEY/),
  })
  expect(
    await available(agent, { ...find, key: async (name) => (name === 'GEMINI_API_KEY' ? 'k' : undefined) }),
  ).toMatchObject({ ok: true })
  expect(await available({ ...agent, env: { GEMINI_API_KEY: 'k' } }, find)).toMatchObject({ ok: true })
  expect(await available({ ...agent, model: 'local' }, find)).toMatchObject({ ok: true })
  put('home/.gemini/oauth_creds.json', '{}')
  expect(await available(agent, { ...find, person: join(root, 'home') })).toMatchObject({ ok: true })
})

it('knows every program by one name, and each adapter', () => {
  const names = programs.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  for (const { adapter, acp, needs = [] } of programs) {
    expect(acp === undefined).toBe(adapter !== undefined)
    for (const other of [...needs, ...(adapter === undefined ? [] : [adapter])]) expect(names).toContain(other)
  }
})
