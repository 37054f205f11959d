import fc from 'fast-check'
import { expect, it } from 'vitest'
import { covers, matches, scriptsOf, termsOf } from './policy.ts'
import { policy, running } from './testing.ts'

it('matches a key, or a pattern with stars and nothing else', () => {
  expect(matches('T001', 'T001')).toBe(true)
  expect(matches('T001', 'T0012')).toBe(false)
  expect(matches('T*1', 'T001')).toBe(true)
  expect(matches('*', '')).toBe(true)
  expect(matches('T.*', 'T001')).toBe(false)
  expect(matches('**a*b', 'xxaxxb')).toBe(true)
})

it('covers a folder by its name with a slash', () => {
  expect([covers('docs/', 'docs/a/b.md'), covers('docs/', 'docs.md'), covers('docs', 'docs/a')]).toEqual([
    true,
    false,
    false,
  ])
})

it('finds the files that commands name, wherever they stand in them, and what their programs read unasked', () => {
  const check = (...argv: [string, ...string[]]) => ({ kind: 'command' as const, name: 'c', argv })
  const given = policy({
    agents: [],
    setup: ['/usr/bin/npm', 'ci'],
    checks: [
      check('sh', '-c', 'sh inside.sh'),
      check('/w/checks/./a.sh', '../out.sh', '/etc/passwd', '-v', '--config=conf/b.json'),
    ],
    rules: [{ match: '*', argv: ['make', 'x'], checks: [check('./c.sh')] }],
  })
  const found = scriptsOf(given, '/w')
  expect(found).toEqual(expect.arrayContaining(['checks/a.sh', 'conf/b.json', 'c.sh', 'package.json', 'Makefile']))
  for (const not of ['out.sh', '../out.sh', 'etc/passwd', '/etc/passwd', '-v', '', 'inside.sh', 'usr/bin/npm'])
    expect(found).not.toContain(not)
})

it('agrees with a regular expression', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  const plain = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
  fc.assert(
    fc.property(word, plain, (pattern, text) => {
      expect(matches(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(text))
    }),
    { numRuns: 5000 },
  )
})

it('does not hang on a pattern made to', () => {
  const began = performance.now()
  expect(matches(`${'*a'.repeat(200)}b`, 'a'.repeat(5000))).toBe(false)
  expect(performance.now() - began).toBeLessThan(2000)
})

it('lets later rules win, field by field; a person over the run, the run over the rules', () => {
  const world = running('T1#db')
  const rules = [
    { match: 'T*', agent: 'beta', gate: 'one', locks: ['gpu'], timeoutMs: 1 },
    { match: '*1', gate: 'two', argv: ['make'] },
  ]
  world.ask('workspace.trust', { path: '/w', digest: 'r', policy: policy({ rules }) })
  const [item, workspace] = [world.state.items.get('i'), world.state.workspaces.get('/w')]
  const run = world.state.runs.get(item?.run ?? '')
  if (item === undefined || workspace === undefined || run === undefined) throw new Error('no world')
  const step = world.step('T1')
  const terms = () => termsOf(workspace, item, step, run)
  expect(terms()).toMatchObject({ agentName: 'beta', gate: 'two', locks: ['db', 'gpu'], timeoutMs: 1 })
  expect(terms().agent).toMatchObject({ name: 'beta', argv: ['make'] })
  expect(termsOf(workspace, item, step, { ...run, agent: 'alpha' }).agentName).toBe('alpha')
  step.agent = 'gamma'
  expect(terms()).toMatchObject({ agentName: 'gamma', agent: undefined })
})
