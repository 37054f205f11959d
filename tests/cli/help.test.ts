// Every command has help with an example and a documented JSON shape, and docs/cli.md says the same.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { catalog } from '../../src/cli/catalog.ts'
import { file, reference } from './reference.ts'
import { baton } from './testing.ts'

it.each(catalog.map((one) => one.name))('explains baton %s, with an example', async (name) => {
  const { code, out } = await baton([...name.split(' '), '--help'])
  expect(code).toBe(0)
  expect(out).toContain(`baton ${name}`)
  expect(out).toMatch(/Example:\n {2}baton \S/)
  expect(out).toMatch(/With --json it prints:\n {2}\S/)
})

it('calls every command by the name it is listed under, with a caption that is the same length of thought', async () => {
  for (const listed of catalog) {
    const command = await listed.load()
    expect(command.name).toBe(listed.name)
    expect(command.example.split('\n').every((line) => line.startsWith(`baton ${listed.name}`))).toBe(true)
    expect(command.caption.endsWith('.')).toBe(true)
  }
})

it('lists every command on one page', async () => {
  const { out } = await baton([])
  for (const one of catalog) expect(out).toContain(one.name)
})

it('is what docs/cli.md says: a change of a shape, an option or a method shows there', async () => {
  expect(readFileSync(file, 'utf8')).toBe(await reference())
})
