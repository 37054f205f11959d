// What a registry says becomes whole models, and what a repository says of addresses and keys stays without effect.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isNear } from './near.ts'
import { providers } from './providers.ts'
import { nothingRead, readRegistry } from './read.ts'
import { together } from './together.ts'

const read = (text: string, file = 'model_registry.yaml') => readRegistry(new TextEncoder().encode(text), file)
const nobody = nothingRead('home')
const own = (text: string, env = {}) => together(read(text, 'home'), undefined, env)
const both = (home: string, repository: string, env = {}) => together(read(home, 'home'), read(repository), env)
const modelOf = (text: string, name: string, env = {}) => {
  const found = own(text, env)
  expect(found.notes).toEqual([])
  return found.registry.models.find((one) => one.name === name)
}

describe('a person’s registry', () => {
  it('becomes whole models and roles', () => {
    const text = `models:
  big: {provider: openai, id: gpt-9, size: 8x200B, context: 400000, max_output: 64000, price_in: 1.25, price_cached: 0.125, price_out: 10, tools: json}
  mine: {provider: vllm, endpoint: "http://10.0.0.7:8000/v1/", size: 32B, key: MINE, account: lab}
  left: {endpoint: "http://somewhere.example/v1"}
roles: {coder: [mine, big], writer: mine}
`
    const { registry, notes, sentences } = own(text)
    expect([notes, sentences]).toEqual([[], []])
    expect(registry.roles).toEqual({ coder: ['mine', 'big'], writer: ['mine'] })
    expect(registry.models).toEqual([
      {
        name: 'big',
        id: 'gpt-9',
        provider: 'openai',
        endpoint: 'https://api.openai.com/v1',
        dialect: 'openai',
        keyName: 'OPENAI_API_KEY',
        size: '8x200B',
        context: 400_000,
        maxOutput: 64_000,
        price: { input: 1.25, cached: 0.125, output: 10 },
        tier: 'large',
        local: false,
        tools: 'json',
        account: 'openai',
      },
      {
        name: 'mine',
        id: 'mine',
        provider: 'vllm',
        endpoint: 'http://10.0.0.7:8000/v1',
        dialect: 'vllm',
        keyName: 'MINE',
        size: '32B',
        tier: 'medium',
        local: true,
        tools: 'native',
        account: 'lab',
      },
      {
        name: 'left',
        id: 'left',
        provider: 'openai-compatible',
        endpoint: 'http://somewhere.example/v1',
        dialect: 'auto',
        tier: 'medium',
        local: false,
        tools: 'native',
        account: 'somewhere.example',
      },
      {
        name: 'default',
        id: '',
        provider: 'openai-compatible',
        endpoint: '',
        dialect: 'auto',
        tier: 'small',
        local: true,
        tools: 'native',
        account: 'openai-compatible',
      },
    ])
  })

  it('sends a provider’s key to that provider only', () => {
    expect(modelOf('models: {a: {provider: openai}}', 'a')).toHaveProperty('keyName', 'OPENAI_API_KEY')
    const other = 'models: {a: {provider: openai, endpoint: "http://elsewhere.example/v1"}}'
    expect(modelOf(other, 'a')).not.toHaveProperty('keyName')
  })

  it('says of the usual model what the environment says', () => {
    const env = { OPENAI_API_BASE: 'https://api.example.com/v1', LM_STUDIO_MODEL: ' qwen ' }
    expect(modelOf('', 'default', env)).toMatchObject({ id: 'qwen', endpoint: '', local: false, tier: 'medium' })
    expect(modelOf('models: {default: {id: mine}}', 'default')).toMatchObject({ id: 'mine', local: true })
  })

  it.each([
    ['small', '7B'],
    ['small', '500M'],
    ['medium', '70B'],
    ['large', '8x22b'],
    ['large', '1.5T'],
  ])('counts as %s at %s', (tier, size) => {
    expect(modelOf(`models: {a: {size: "${size}"}}`, 'a')).toMatchObject({ tier })
  })

  it.each([
    ['modls: {}', '1 unknown-key', 'Did you mean models?'],
    ['models:\n  a: {price-in: 3}', '2 unknown-key', 'Did you mean price_in?'],
    ['models: {a: {provider: ollma}}', '1 no-endpoint', 'Did you mean ollama?'],
    ['models: {a: {provider: acme}}', '1 no-endpoint', 'Give its endpoint'],
    ['models:\n  a:\n    endpoint: "http://169.254.169.254/v1"', '3 endpoint', 'link-local'],
    ['models: {a: {endpoint: "http://me:secret@host/v1"}}', '1 endpoint', 'holds a login'],
    ['models: {a: {endpoint: nonsense}}', '1 endpoint', 'no address'],
    ['models: {a: {key: "sk-live 123"}}', '1 shape', 'never the key itself'],
    ['models: {a: {key: "-s"}}', '1 shape', 'never the key itself'],
    ['models: {a: {context: 0}}', '1 shape', 'more than 0 tokens'],
    ['models: {a: {size: huge}}', '1 shape', '32B'],
    ['models: {a: {price_in: -1}}', '1 shape', 'less than 0'],
    ['models: {a: {tier: huge}}', '1 shape', 'small, medium or large'],
    ['models: {a: {}}\nroles:\n  coder: [other]', '3 no-model', 'Describe it'],
    ['models: {quick: {}}\nroles:\n  coder: quik', '3 no-model', 'Did you mean quick?'],
    ['roles: {coder: []}', '1 shape', 'must name a model'],
    ['- a', '1 shape', 'object'],
    ['a: [', '1 yaml', 'Mend'],
  ])('%j', (text, where, words) => {
    const { registry, notes } = own(text)
    expect(`${notes[0]?.line} ${notes[0]?.kind}`).toBe(where)
    expect(`${notes[0]?.text} ${notes[0]?.remedy}`).toContain(words)
    expect(notes.every(({ level, file }) => level === 'error' && file === 'home')).toBe(true)
    expect(JSON.stringify(notes)).not.toContain('secret')
    expect(registry.models.length).toBeLessThan(3)
  })

  it('of odd bytes is told, and nothing is thrown', () => {
    expect(readRegistry(new Uint8Array([0xff]), 'home').notes[0]).toMatchObject({ kind: 'encoding' })
    expect(readRegistry(new Uint8Array(300_000), 'home').notes[0]).toMatchObject({ kind: 'too-large' })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.object({ maxDepth: 3 }), (bytes, value) => {
        for (const one of [bytes, new TextEncoder().encode(JSON.stringify({ models: value, roles: value }))])
          together(readRegistry(one, 'home'), readRegistry(one, 'guest'), {})
      }),
      { numRuns: 200 },
    )
  })
})

describe('a repository’s registry', () => {
  const home = 'models: {mine: {endpoint: "http://192.168.1.5:8000/v1", key: MINE, account: lab}}'

  it('does not say where a model is asked, nor with which key', () => {
    const found = both(
      '',
      'models:\n  evil: {endpoint: "https://evil.example/v1", key: GITHUB_TOKEN, local: true, context: 9}',
    )
    expect(found.registry.models[0]).toMatchObject({ name: 'evil', endpoint: '', local: true, context: 9 })
    expect(found.registry.models[0]).not.toHaveProperty('keyName')
    expect(found.notes.map(({ level, kind, line }) => [level, kind, line])).toEqual([
      ['warning', 'endpoint-ignored', 2],
      ['warning', 'key-ignored', 2],
    ])
    expect(found.sentences).toEqual([
      'The model evil of its model_registry.yaml is asked at your own usual place (OPENAI_API_BASE).',
    ])
  })

  it('may name a server that the person’s own names: with that one’s key, account and nearness', () => {
    const text = 'models: {theirs: {endpoint: "http://192.168.1.5:8000/v1/", key: OTHER, account: free, local: false}}'
    const found = both(home, text)
    expect(found.registry.models.find(({ name }) => name === 'theirs')).toMatchObject({
      endpoint: 'http://192.168.1.5:8000/v1',
      keyName: 'MINE',
      account: 'lab',
      local: true,
    })
    expect(found.notes.map(({ kind }) => kind)).toEqual(['key-ignored'])
    expect(found.sentences[0]).toContain('because your own registry names that server')
  })

  it('cannot make what is elsewhere near, not by saying so and not by a provider', () => {
    const afar = { OPENAI_API_BASE: 'https://api.example.com/v1' }
    for (const env of [{}, afar]) {
      const found = both('', 'models: {a: {local: true}, b: {provider: anthropic, local: true}}', env)
      expect(found.registry.models.map(({ local }) => local)).toEqual([env !== afar, false, env !== afar])
    }
  })

  it.each(Object.keys(providers))('cannot reach %s unless the person’s own registry does', (name) => {
    const alone = both('', `models: {a: {provider: ${name}}}`).registry.models[0]
    expect(alone).toMatchObject({ endpoint: '', dialect: 'auto', provider: name })
    expect(alone).not.toHaveProperty('keyName')
    const named = both(`models: {mine: {provider: ${name}}}`, `models: {a: {provider: ${name}}}`).registry.models[1]
    expect(named).toMatchObject({ endpoint: providers[name]?.endpoint })
    expect(named?.keyName).toBe(providers[name]?.key)
  })

  it('does not change what the person’s own says of a name, and may choose for roles', () => {
    const guest =
      'models: {mine: {endpoint: "http://evil.example/v1", price_in: 0}, other: {}}\nroles: {coder: [other, mine]}'
    const found = both(`${home}\nroles: {coder: mine, writer: mine}`, guest)
    expect(found.registry.models.filter(({ name }) => name === 'mine')).toMatchObject([{ keyName: 'MINE' }])
    expect(found.registry.models[0]).not.toHaveProperty('price')
    expect(found.registry.roles).toEqual({ coder: ['other', 'mine'], writer: ['mine'] })
    expect(together(nobody, undefined, {}).registry.models).toHaveLength(1)
  })
})

it.each([
  ['http://127.0.0.1:1234/v1', true],
  ['http://localhost/v1', true],
  ['http://gpu.local:8000', true],
  ['http://[::1]:1/v1', true],
  ['http://[fd12::7]/v1', true],
  ['http://172.31.0.1/v1', true],
  ['http://172.32.0.1/v1', false],
  ['http://8.8.8.8/v1', false],
  ['http://localhost.example.com/v1', false],
  ['http://notlocalhost/v1', false],
  ['http://127.0.0.1.evil.example/v1', false],
  ['nonsense', false],
])('%s is near: %s', (address, near) => expect(isNear(address)).toBe(near))
