// Every example of docs/configuration.md is read without a word of complaint, and the page names every setting there is.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nothingRead, readRegistry, together } from '../../src/models/registry/index.ts'
import { providers } from '../../src/models/registry/providers.ts'
import { knownKeys as registryKeys } from '../../src/models/registry/shape.ts'
import { readPolicy } from '../../src/policies/index.ts'
import { known } from '../../src/policies/known.ts'
import { knownKeys } from '../../src/policies/shape.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'configuration.md'), 'utf8')
const blocks = [...page.matchAll(/```yaml\n# (\S+)\n([\s\S]*?)```/gu)].map(([, file = '', text = '']) => ({
  file,
  text,
}))
const registry = blocks.find(({ file }) => file === 'model_registry.yaml')?.text ?? ''

it('reads each example as it stands', () => {
  const read = readRegistry(new TextEncoder().encode(registry), 'model_registry.yaml')
  const { registry: whole, notes } = together(read, undefined, {})
  expect(notes).toEqual([])
  expect(whole.models.map(({ name, tier, local }) => [name, tier, local])).toEqual([
    ['quick', 'medium', true],
    ['house', 'medium', true],
    ['big', 'medium', false],
    ['default', 'small', true],
  ])
  const policies = blocks.filter(({ file }) => file === 'baton.yaml')
  expect(policies).toHaveLength(3)
  for (const { text } of policies) {
    const { notes: odd, policy } = readPolicy(new TextEncoder().encode(text), whole)
    expect(odd).toEqual([])
    expect(policy.agents.length).toBeGreaterThan(1)
  }
  expect(nothingRead('x').notes).toEqual([])
})

it('names every setting, program and provider', () => {
  const words = new Set(page.match(/[\w-]+/gu))
  const all = [
    ...knownKeys.filter((key) => key !== '*'),
    ...registryKeys,
    ...Object.keys(known),
    ...Object.keys(providers),
  ]
  expect(all.filter((word) => !words.has(word))).toEqual([])
})

it('tells what is shipped as it is', () => {
  for (const [name, { account, tier }] of Object.entries(known)) {
    const row = page.split('\n').find((line) => line.startsWith('|') && line.split('|')[1]?.includes(`\`${name}\``))
    expect(row, name).toBeDefined()
    if (account !== undefined) expect(row).toContain(account)
    if (tier !== undefined) expect(row).toContain(tier)
  }
})
