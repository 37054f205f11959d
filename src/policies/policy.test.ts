// Reads baton.yaml whole, and says of each fault where it is and what to do.
import { describe, expect, it } from 'vitest'
import { noPolicy } from '../core/nouns/workspace.ts'
import { nearest } from '../core/text/nearest.ts'
import { describePolicy } from './describe.ts'
import { readPolicy } from './policy.ts'

const read = (text: string) => readPolicy(new TextEncoder().encode(text))

const whole = `
agents:
  shell: { command: ["./scripts/agent.sh", "two words"], env: { FOO: "1" }, network: none, seats: 4, timeout: 10m }
  big: { command: [agent], network: all, roles: [coder, tester] }
default-agent: shell
checks: [{ name: tests, command: ["npm", "test"], timeout: 5m }]
steps:
  "T01*": { agent: big, command: [other], checks: [{ name: there, files: [src/a.ts] }], gate: approval, locks: [db] }
  "12": { timeout: 90s, checks: [] }
protect: ["tests/**", package.json, docs/]
desired: 2
tries: 5
setup: ["npm", "ci"]
release-gate: false
toolchains: [/opt/node]
`

describe('a whole file', () => {
  it('becomes a policy', () => {
    const { policy, notes } = read(whole)
    expect(notes).toEqual([])
    expect(policy).toEqual({
      ...noPolicy,
      agents: [
        {
          name: 'shell',
          executor: 'shell',
          argv: ['./scripts/agent.sh', 'two words'],
          env: { FOO: '1' },
          network: 'none',
          seats: 4,
          roles: ['coder'],
          timeoutMs: 600_000,
        },
        {
          name: 'big',
          executor: 'shell',
          argv: ['agent'],
          env: {},
          network: 'all',
          seats: 4,
          roles: ['coder', 'tester'],
          timeoutMs: 1_800_000,
        },
      ],
      defaultAgent: 'shell',
      checks: [{ kind: 'command', name: 'tests', argv: ['npm', 'test'], timeoutMs: 300_000 }],
      rules: [
        {
          match: 'T01*',
          agent: 'big',
          argv: ['other'],
          checks: [{ kind: 'files', name: 'there', exist: ['src/a.ts'] }],
          gate: 'approval',
          locks: ['db'],
        },
        { match: '12', timeoutMs: 90_000, checks: [] },
      ],
      protect: ['tests/**', 'package.json', 'docs/'],
      desired: 2,
      tries: 5,
      setup: ['npm', 'ci'],
      releaseGate: false,
      toolchains: ['/opt/node'],
    })
  })

  it('is told to the person who is asked to trust it, each command with it', () => {
    const told = describePolicy(read(whole).policy).join('\n')
    for (const said of [
      'Before the first step of a clone runs: npm ci',
      'Agent shell runs: ./scripts/agent.sh "two words"',
      'It is given FOO=1',
      'WITH the whole network',
      'The usual agent is shell.',
      'Check tests runs: npm test (at most 5 min)',
      'For steps T01*:',
      'the agent runs: other',
      'NO checks',
      'change of these lands: tests/**, package.json, docs/',
      '/opt/node',
      'At most 2 agents',
      'WITHOUT asking a person',
    ]) {
      expect(told).toContain(said)
    }
    expect(describePolicy(noPolicy).join('\n')).toContain('nothing can run')
  })

  it('may be empty, and one agent is the usual one', () => {
    expect(read('')).toEqual({ policy: noPolicy, notes: [] })
    expect(read('agents: {only: {command: [x]}}').policy.defaultAgent).toBe('only')
    expect(read('agents: {a: {command: [x]}, b: {command: [x]}}').policy.defaultAgent).toBe('')
  })
})

describe('faults', () => {
  it.each([
    ['agnts: {}', '1 unknown-key', 'Did you mean agents?'],
    ['tries: 3\nrelease_gate: true', '2 unknown-key', 'Did you mean release-gate?'],
    ['agents:\n  a:\n    comand: [x]\n', '3 unknown-key', 'Did you mean command?'],
    ['zzzzzz: 1', '1 unknown-key', 'Delete it.'],
    ['agents: {a: {command: "npm test"}}', '1 shape', 'without a shell'],
    ['agents: {a: {command: []}}', '1 shape', 'must name a program'],
    ['agents: {a: {}}', '1 no-command', 'Give it one'],
    ['agents: {a: {command: [x], timeout: 10}}', '1 shape', '10m'],
    ['agents: {a: {command: [x], timeout: 0s}}', '1 shape', '10m'],
    ['agents: {a: {command: [x], network: some}}', '1 shape', 'none or all'],
    ['default-agent: shel\nagents: {shell: {command: [x]}}', '1 no-agent', 'Did you mean shell?'],
    ['steps:\n  T1: {agent: x}', '2 no-agent', 'Describe it'],
    ['checks: [{name: t}]', '1 shape', 'command or files'],
    ['checks:\n  - {name: t, command: [a]}\n  - {name: t, command: [b]}', '3 duplicate', 'name of its own'],
    ['desired: "4"', '1 shape', 'number'],
    ['tries: 0', '1 shape', 'tries'],
    ['a: [', '1 yaml', 'Mend'],
    ['- a', '1 shape', 'object'],
  ])('%j', (text, where, words) => {
    const { policy, notes } = read(text)
    expect(policy).toEqual(noPolicy)
    expect(`${notes[0]?.line} ${notes[0]?.kind}`).toBe(where)
    expect(`${notes[0]?.text} ${notes[0]?.remedy}`).toContain(words)
    expect(notes.every(({ level, file }) => level === 'error' && file === 'baton.yaml')).toBe(true)
  })

  it('guesses only what is near', () => {
    expect(nearest('chekcs', ['checks', 'steps'])).toBe('checks')
    expect(nearest('default_agent', ['default-agent'])).toBe('default-agent')
    expect(nearest('base_url', ['checks', 'env', 'desired'])).toBeUndefined()
    expect(nearest('x'.repeat(1000), ['checks'])).toBeUndefined()
  })
})
