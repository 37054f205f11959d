// A known program's name is a whole agent, models of roles make more of them, and each fault says where it is.
import { describe, expect, it } from 'vitest'
import type { ModelSpec, Registry } from '../core/nouns/model.ts'
import { usualPermissions } from '../core/nouns/question.ts'
import { describePolicy } from './describe.ts'
import { known, shippedAgents } from './known.ts'
import { readPolicy } from './policy.ts'

const spec = (name: string, more: Partial<ModelSpec> = {}): ModelSpec => ({
  name,
  id: `vendor/${name}`,
  provider: 'lm-studio',
  endpoint: '',
  dialect: 'auto',
  tier: 'small',
  local: true,
  tools: 'native',
  account: 'lm-studio',
  ...more,
})
const registry: Registry = {
  models: [spec('default'), spec('quick'), spec('strong', { tier: 'large' }), spec('afar', { local: false })],
  roles: { coder: ['quick', 'strong'], writer: ['quick'], researcher: ['afar', 'strong'] },
}
const read = (text: string, from?: Registry) => readPolicy(new TextEncoder().encode(text), from)
const agentsOf = (text: string, from?: Registry) => {
  const { policy, notes } = read(text, from)
  expect(notes).toEqual([])
  return policy.agents
}

describe('a known name', () => {
  it('is a whole agent', () => {
    expect(agentsOf('agents: {codex: {}}')).toEqual([
      {
        name: 'codex',
        executor: 'codex',
        program: 'codex',
        argv: [],
        env: {},
        network: 'all',
        seats: 4,
        roles: ['coder', 'tester', 'writer', 'researcher', 'manager'],
        timeoutMs: 1_800_000,
        silenceMs: 600_000,
        tier: 'large',
        local: false,
        account: 'openai',
      },
    ])
  })

  it.each(Object.keys(known))('%s is as it is shipped', (name) => {
    const [agent] = agentsOf(`agents: {${name}: {}}`, registry)
    const shipped = shippedAgents().find((one) => one.name === name)
    const { model: _, roles, ...rest } = agent ?? {}
    const { roles: usual, model: __, ...plain } = shipped ?? {}
    expect(rest).toEqual(plain)
    expect(usual).toEqual(expect.arrayContaining([...(roles ?? [])]))
  })

  it('may be given to another name, and driven in another way', () => {
    expect(agentsOf('agents: {fast: {program: gemini}}')[0]).toMatchObject({ executor: 'acp', program: 'gemini' })
    expect(agentsOf('agents: {codex: {executor: acp}}')[0]).toMatchObject({ executor: 'acp', program: 'codex' })
    expect(agentsOf('agents: {mine: {executor: acp, command: [my-agent]}}')[0]).toMatchObject({
      executor: 'acp',
      argv: ['my-agent'],
      network: 'none',
      roles: ['coder'],
    })
  })

  it('is any shell agent when it has a command, as it always was', () => {
    const [agent] = agentsOf('agents: {codex: {command: [./run]}}')
    expect(agent).toEqual({
      name: 'codex',
      executor: 'shell',
      argv: ['./run'],
      env: {},
      network: 'none',
      seats: 4,
      roles: ['coder'],
      timeoutMs: 1_800_000,
    })
    const [greeter] = agentsOf('agents: {codex: {executor: greeter}}')
    expect(greeter).toMatchObject({ executor: 'greeter', network: 'none', roles: ['coder'] })
    expect(greeter).not.toHaveProperty('program')
  })

  it('with a model reaches that model only, and is as strong, as near and as dear as the model', () => {
    const [agent] = agentsOf('agents: {claude: {model: strong}}', registry)
    expect(agent).toMatchObject({ model: 'strong', network: 'model' })
    for (const left of ['tier', 'local', 'account']) expect(agent).not.toHaveProperty(left)
    expect(read('agents: {claude: {model: strong}}', registry).policy.models.map(({ name }) => name)).toEqual([
      'strong',
    ])
  })

  it('takes every field', () => {
    const text = `agents:
  codex:
    model: quick
    tier: medium
    local: true
    account: me
    price: {in: 1.5, cached: 0.1, out: 6}
    permissions: {fetch: allow}
    silence: 5m
    limits: {cost: 2.5, tokens: 100000, time: 1h}
    subagents: true
    reads-only: true
    options: {effort: high}
    network: all
    seats: 2
    timeout: 1h
`
    expect(agentsOf(text, registry)[0]).toMatchObject({
      model: 'quick',
      tier: 'medium',
      local: true,
      account: 'me',
      price: { input: 1.5, cached: 0.1, output: 6 },
      permissions: { ...usualPermissions, fetch: 'allow' },
      silenceMs: 300_000,
      limits: { costUsd: 2.5, tokens: 100_000, ms: 3_600_000 },
      subagents: true,
      readsOnly: true,
      options: { effort: 'high' },
      network: 'all',
      seats: 2,
      timeoutMs: 3_600_000,
    })
  })
})

describe('the models of roles', () => {
  it('make one agent of each, and names of the file stand for all of them', () => {
    const { policy } = read('agents: {model: {}}\nrouting: {allow: [model], ladder: [model], prefer: model}', registry)
    expect(policy.agents.map(({ name, model, roles }) => [name, model, roles])).toEqual([
      ['model', 'quick', ['coder', 'writer', 'tester', 'manager']],
      ['model.strong', 'strong', ['coder', 'researcher']],
      ['model.afar', 'afar', ['researcher']],
    ])
    expect(policy.defaultAgent).toBe('model')
    expect(policy.routing.ladder).toEqual(['model', 'model.strong', 'model.afar'])
    expect(policy.routing).toMatchObject({ allow: policy.routing.ladder, prefer: 'model' })
    expect(policy.models.map(({ name }) => name)).toEqual(['quick', 'strong', 'afar'])
  })

  it('are not asked for where one is named, nor where none is known', () => {
    expect(agentsOf('agents: {model: {model: quick}}', registry)).toMatchObject([{ name: 'model', model: 'quick' }])
    expect(agentsOf('agents: {model: {}}')).toMatchObject([{ name: 'model', model: 'default' }])
    expect(agentsOf('agents: {codex: {}}', registry)).toHaveLength(1)
  })

  it('of readers stay on machines of one’s own unless the file says otherwise', () => {
    expect(agentsOf('agents: {explore: {}}', registry).map(({ model }) => model)).toEqual(['strong'])
    const wide = 'agents: {explore: {}}\nexplore: {external-models: true, network: true}'
    expect(agentsOf(wide, registry)).toMatchObject([
      { model: 'afar', network: 'all', readsOnly: true },
      { model: 'strong', network: 'all', readsOnly: true },
    ])
    expect(read('agents: {explore: {}}').policy.explore).toEqual({ externalModels: false, network: false })
  })

  it('have their items looked at first where the file says so, and whoever trusts it is told', () => {
    const told = (text: string) => describePolicy(read(text).policy).join('\n')
    expect(read('agents: {codex: {}}').policy.intake).toBeUndefined()
    expect(told('agents: {codex: {}}')).not.toContain('looked at')
    expect(told('intake: ask')).toContain('No work begins on an item before a person has looked at it.')
    expect(told('intake: auto')).toContain('look like others WITHOUT a person being asked.')
    expect(read('intake: never').notes).not.toEqual([])
    expect(read('outside: forbid').policy.outside).toBe('forbid')
    expect(told('outside: forbid')).toContain('Nobody may claim steps to do them outside Baton.')
    expect(told('outside: allow')).not.toContain('outside Baton')
    expect(read('outside: maybe').notes).not.toEqual([])
  })

  it('split their step without a person only where the file says so, and whoever trusts it is told', () => {
    const told = (text: string) => describePolicy(read(text).policy).join('\n')
    expect(read('agents: {codex: {}}').policy.proposals).toBeUndefined()
    expect(told('proposals: ask')).not.toContain('proposes')
    expect(read('proposals: auto').policy.proposals).toBe('auto')
    expect(told('proposals: auto')).toContain(
      'Parts that an agent proposes join the plan WITHOUT a person being asked.',
    )
    expect(read('proposals: always').notes).not.toEqual([])
  })
})

describe('permissions', () => {
  it('are the usual ones with what the file changes, the agent’s after everybody’s', () => {
    const text = 'permissions: {execute: ask, fetch: deny}\nagents: {codex: {permissions: {fetch: allow}}, claude: {}}'
    const [codex, claude] = agentsOf(text)
    expect(codex?.permissions).toEqual({ ...usualPermissions, execute: 'ask', fetch: 'allow' })
    expect(claude?.permissions).toEqual({ ...usualPermissions, execute: 'ask', fetch: 'deny' })
  })

  it('that speak of everything leave nothing to what is usual', () => {
    const [codex] = agentsOf('agents: {codex: {permissions: {"*": deny, read: allow}}}')
    expect(codex?.permissions).toEqual({ '*': 'deny', read: 'allow' })
  })
})

describe('faults', () => {
  it.each([
    ['agents: {codx: {}}', '1 no-command', 'Did you mean codex?'],
    ['agents: {a: {program: gemni}}', '1 no-program', 'Did you mean gemini?'],
    ['agents: {a: {program: model}}', '1 no-program', 'codex, claude'],
    ['agents: {a: {executor: acp}}', '1 no-command', 'The acp agent'],
    ['agents:\n  codex: {model: quik}', '2 no-model', 'Did you mean quick?'],
    ['agents:\n  codex: {model: gpt-9}', '2 no-model', 'model_registry.yaml'],
    ['agents: {explore: {model: afar}}', '1 external-model', 'external-models: true'],
    ['agents: {explore: {model: afar, local: true}}', '1 external-model', 'not on a machine of your own'],
    ['agents: {explore: {network: all}}', '1 network', 'network: true'],
    ['agents: {codex: {permissions: {red: allow}}}', '1 unknown-key', 'Did you mean read?'],
    ['agents: {codex: {permissions: {read: yes}}}', '1 shape', 'allow, ask or deny'],
    ['agents: {codex: {limits: {cost: -1}}}', '1 shape', 'more than 0 dollars'],
    ['agents: {codex: {limits: {cost: "2"}}}', '1 shape', 'as a number'],
    ['agents: {codex: {tier: huge}}', '1 shape', 'small, medium or large'],
    ['agents: {codex: {silense: 5m}}', '1 unknown-key', 'Did you mean silence?'],
    ['agents: {codex: {}}\nrouting: {prefer: claude}', '2 no-agent', 'name one of: codex'],
    ['agents: {codex: {}}\nrouting:\n  ladder: [codex, codez]', '3 no-agent', 'Did you mean codex?'],
    ['routing: {router: magic}', '1 shape', 'rules, outcomes or semantic'],
    ['routing: {router: semantic}', '1 no-model', 'Name the embedding model'],
    ['routing: {router: semantic, embedder: quik}', '1 no-model', 'Did you mean quick?'],
    ['mode: offline\nrouting: {router: semantic, embedder: afar}', '2 external-model', 'Name a local model'],
    ['routing: {embeder: quick}', '1 unknown-key', 'Did you mean embedder?'],
    ['budgets:\n  day: {cost: 0}', '2 shape', 'more than 0'],
    ['budgets: {week: {cost: 3}}', '1 unknown-key', 'week'],
    ['quota: {longest-wait: 400h}', '1 shape', 'at most seven days'],
    ['mode: off', '1 shape', 'online or offline'],
    ['roles: {codr: {tier: large}}', '1 no-prompt', 'Did you mean coder?'],
    ['models: {a: {}}', '1 unknown-key', 'model_registry.yaml'],
  ])('%j', (text, where, words) => {
    const { policy, notes } = read(text, registry)
    expect(policy.agents).toEqual([])
    expect(`${notes[0]?.line} ${notes[0]?.kind}`).toBe(where)
    expect(`${notes[0]?.text} ${notes[0]?.remedy}`).toContain(words)
    expect(notes.every(({ level }) => level === 'error')).toBe(true)
  })

  it('that files may have always had are told and change nothing', () => {
    const text =
      'agents: {a: {command: [x], roles: [codr]}, b: {executor: modl, command: [x]}}\nsteps: {T1: {role: testr}}'
    const { policy, notes } = read(text)
    expect(policy.agents).toHaveLength(2)
    expect(notes.map(({ level, kind, remedy }) => [level, kind, remedy])).toEqual([
      ['warning', 'no-role', 'Did you mean coder?'],
      ['warning', 'no-role', 'Did you mean tester?'],
      ['warning', 'no-executor', 'Did you mean model?'],
    ])
  })
})

describe('what everybody goes by', () => {
  const text = `agents: {codex: {}, claude: {}}
mode: offline
routing: {allow: [codex, claude], prefer: codex, ladder: [codex, claude], escalate-after: 3, repair: false, router: outcomes}
quota: {fallback: true, longest-wait: 48h}
budgets: {attempt: {cost: 1}, step: {tokens: 5000}, item: {time: 10h}, day: {cost: 20, tokens: 9000000}}
roles:
  coder: {tier: medium, permissions: {execute: ask}}
  reviewer: {prompt: You review., tier: large, tools: [ask], reads-only: true}
steps: {"T1*": {role: reviewer}}
`
  it('is read whole', () => {
    const { policy, notes } = read(text)
    expect(notes).toEqual([])
    expect(policy).toMatchObject({
      mode: 'offline',
      routing: {
        allow: ['codex', 'claude'],
        prefer: 'codex',
        ladder: ['codex', 'claude'],
        escalateAfter: 3,
        repair: false,
        router: 'outcomes',
      },
      quota: { fallback: true, longestWaitMs: 48 * 3_600_000 },
      budgets: {
        attempt: { costUsd: 1 },
        step: { tokens: 5000 },
        item: { ms: 36_000_000 },
        day: { costUsd: 20, tokens: 9_000_000 },
      },
      rules: [{ match: 'T1*', role: 'reviewer' }],
    })
    expect(policy.roles.map(({ name }) => name)).toEqual([
      'manager',
      'coder',
      'tester',
      'researcher',
      'writer',
      'reviewer',
    ])
    expect(policy.roles.find(({ name }) => name === 'coder')).toMatchObject({
      tier: 'medium',
      permissions: { ...usualPermissions, execute: 'ask' },
      prompt: expect.stringContaining('the coder'),
    })
    expect(policy.roles.at(-1)).toEqual({
      name: 'reviewer',
      prompt: 'You review.',
      tier: 'large',
      tools: ['ask'],
      readsOnly: true,
    })
  })

  it('is told, and so is every agent and model that is meant', () => {
    const told = describePolicy(
      read(`${text.replace('claude: {}', 'claude: {model: afar, subagents: true, options: {effort: high}}')}`, registry)
        .policy,
    ).join('\n')
    for (const said of [
      'OFFLINE',
      'Only these agents are given steps: codex, claude',
      'From cheap to strong: codex, claude',
      'Each day may use at most $20, 9000000 tokens.',
      'Each item may use at most 10 h of work.',
      'another agent may go on',
      'may take 48 h',
      'The role reviewer begins with large agents and is told: You review.',
      'in the role reviewer',
      'Agent codex works through codex',
      'WITH the whole network, at most 4 at once, 30 min each, ended after 10 min of silence.',
      'reaches its model and nothing else',
      'It may start agents of its own',
      'Its session is set to effort=high',
      'Model afar is vendor/afar of lm-studio at the usual place of your own (OPENAI_API_BASE); ELSEWHERE',
      'may without asking: read, search, edit, move, delete, think; a person is asked for: execute,',
    ])
      expect(told).toContain(said)
  })
})

describe('a router', () => {
  const text = (router: string, more = '') =>
    `agents: {codex: {}, claude: {}}\n${more}routing: {router: ${router}, embedder: afar}\n`
  const told = (router: string) => describePolicy(read(text(router), registry).policy).join('\n')

  it('that weighs brings its model into what is trusted, and it is told what the model gets to see', () => {
    const { policy, notes } = read(text('semantic'), registry)
    expect(notes).toEqual([])
    expect(policy.routing).toMatchObject({ router: 'semantic', embedder: 'afar' })
    expect(policy.models.map(({ name }) => name)).toEqual(['afar'])
    expect(told('semantic')).toContain('its title and brief are SENT to the model afar.')
    expect(told('semantic')).toContain('Model afar is vendor/afar')
  })

  it('that weighs nothing brings no model with it', () => {
    for (const router of ['rules', 'outcomes']) expect(read(text(router), registry).policy.models).toEqual([])
    expect(told('outcomes')).toContain('the cheapest whose work mostly landed')
    expect(told('rules')).not.toMatch(/begins with|SENT/)
  })
})
