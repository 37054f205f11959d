// Every command does what it does by methods, and every method has a command or a reason to have none.
import { expect, it } from 'vitest'
import { methods } from '../../src/api/index.ts'
import { catalog } from '../../src/cli/catalog.ts'
import { commandLines } from '../../src/doors/reference/terminal.ts'
import { read, sourceAt } from '../house/sources.ts'
import { callsIn, loadedBy, reachedFrom } from './reached.ts'

/** What each command asks of a house, itself or by what it uses; read from the source, so that this table cannot say anything else. */
const table: Readonly<Record<string, readonly string[]>> = {
  init: [
    'audit/verify',
    'gate/answer',
    'journal/follow',
    'journal/read',
    'run/cancel',
    'run/drain',
    'run/start',
    'run/wait',
    'status/item',
    'workspace/init',
    'workspace/look',
    'workspace/trust',
  ],
  trust: ['workspace/look', 'workspace/trust'],
  run: [
    'audit/places',
    'gate/answer',
    'journal/follow',
    'journal/read',
    'plan/read',
    'run/cancel',
    'run/drain',
    'run/start',
    'run/wait',
    'status/item',
    'status/list',
    'workspace/look',
  ],
  status: ['name/find', 'status/closed', 'status/item', 'status/list', 'status/step'],
  why: ['name/find', 'step/why'],
  log: ['attempt/log', 'journal/read', 'name/find'],
  show: ['attempt/show', 'journal/read', 'name/find'],
  gate: ['gate/answer', 'gate/list', 'gate/show', 'name/find'],
  block: ['blocker/raise', 'name/find'],
  unblock: ['blocker/clear', 'blocker/list', 'name/find'],
  integrate: ['gate/answer', 'item/integrate', 'journal/read', 'name/find', 'run/wait'],
  revert: ['item/revert', 'journal/follow', 'name/find'],
  cancel: ['name/find', 'run/cancel', 'step/cancel'],
  retry: ['name/find', 'step/retry'],
  budget: ['budget/set', 'name/find', 'workspace/look'],
  'agents free': ['account/free'],
  skip: ['name/find', 'step/skip'],
  pause: ['name/find', 'run/drain', 'run/pause'],
  resume: ['name/find', 'run/resume', 'status/item', 'status/step'],
  'plan show': ['plan/show'],
  'plan lint': ['plan/show'],
  'plan import': ['plan/import'],
  'plan sync': ['plan/sync'],
  'plan convert': ['plan/convert'],
  'plan diff': ['plan/diff'],
  'plan tick': ['plan/change'],
  'plan untick': ['plan/change'],
  'plan note': ['plan/change'],
  'plan block': ['plan/change'],
  'plan log': ['plan/change'],
  serve: ['server/invite', 'server/show'],
  open: ['server/invite', 'server/show'],
  // And whatever an agent asks for: every method is one of its tools.
  mcp: ['status/list'],
  demo: [
    'audit/verify',
    'gate/answer',
    'journal/follow',
    'journal/read',
    'run/cancel',
    'run/drain',
    'run/start',
    'run/wait',
    'server/invite',
    'server/show',
    'status/item',
    'workspace/init',
    'workspace/look',
    'workspace/trust',
  ],
  'duplicates list': ['duplicate/list', 'name/find'],
  'duplicates suspect': ['duplicate/suspect', 'name/find'],
  'duplicates merge': ['duplicate/settle', 'name/find'],
  'duplicates close': ['duplicate/settle', 'name/find'],
  'duplicates link': ['duplicate/settle', 'name/find'],
  'duplicates overturn': ['duplicate/settle', 'name/find'],
  claim: ['name/find', 'plan/import', 'step/claim'],
  complete: ['attempt/complete', 'attempt/judged', 'name/find'],
  release: ['attempt/release', 'name/find'],
  owner: ['name/find', 'owner/transfer'],
  cost: ['cost/show', 'name/find'],
  metrics: ['blocker/list', 'metrics/show', 'name/find'],
  export: ['name/find', 'portfolio/export'],
  simulate: ['cost/simulate'],
  'simulate schedule': ['schedule/simulate'],
  'workflow list': ['workflow/list'],
  'workflow show': ['workflow/show'],
  'workflow publish': ['workflow/publish'],
  'workflow migrate': ['name/find', 'workflow/migrate'],
  'workflow rollback': ['workflow/rollback', 'workflow/show'],
  'workflow changes': ['workflow/changes'],
  'audit diff': ['audit/diff', 'name/find'],
  'audit verify': ['audit/verify'],
  'audit prove': ['audit/prove'],
  'audit check': [],
  'audit checkpoint': ['audit/checkpoint', 'audit/places'],
  'audit rotate-key': ['audit/rotate'],
  'audit replay': ['audit/replay'],
  'audit export': ['audit/export'],
  'handoff list': ['handoff/list', 'name/find'],
  'handoff show': ['handoff/show', 'name/find'],
  'handoff verify': ['handoff/verify', 'name/find'],
  'handoff repair': ['handoff/repair', 'name/find'],
  report: ['item/report', 'name/find'],
  backup: ['audit/backup'],
  restore: [],
  forget: ['attempt/forget', 'name/find'],
  agents: ['agent/list'],
  models: ['model/list'],
  'models check': ['model/check'],
  doctor: ['house/doctor', 'status/list'],
  gc: ['clone/discard', 'clone/list', 'name/find'],
}

const withoutMethods: Readonly<Record<string, string>> = {
  'audit check': 'it reads a file that somebody was given, where there may be no home at all',
  restore: 'it makes a home that no house is open on yet',
}

const withoutCommand: Readonly<Record<string, string>> = {
  'attempt/brief': 'for the agent at work, which has it as the tool get_step',
  'attempt/report': 'for the agent at work, which has it as the tool report_progress',
  'attempt/ask': 'for the agent at work, which has it as the tool ask',
  'attempt/block': 'for the agent at work, which has it as the tool declare_blocker',
  'step/propose': 'for the agent at work, which has it as the tool propose_steps',
  'house/health': 'for monitors, at GET /health; a person asks doctor',
  'count/show': 'for editors that show the number beside a folder; a person asks status',
  'count/list': 'for editors that show the sum; a person asks status',
  'count/want': 'for editors with a field for the number; a person writes it into baton.yaml',
  'count/report': 'for programs that start agents of their own',
  'state/read': 'for mirrors that fold the record themselves; a person asks status',
  'step/ready': 'for agents that look for work; status shows the next steps of an item',
}

const loaded = loadedBy(sourceAt('src/cli/catalog.ts'))
const reached = new Map([...loaded].map(([command, { file, name }]) => [command, reachedFrom(file, name)]))
const used = new Set([...reached.values()].flatMap((one) => [...one.methods]))

it('finds every command of the catalog in the source', () => {
  expect([...loaded.keys()]).toEqual(catalog.map(({ name }) => name))
})

it('backs each command by exactly the methods that its source reaches', () => {
  const found = [...reached].map(([command, one]) => [command, [...one.methods].sort()])
  expect(Object.fromEntries(found)).toEqual(table)
  expect([...reached.values()].flatMap(({ unread }) => unread)).toEqual([])
})

it('has a reason for each command that asks for nothing', () => {
  const none = Object.keys(table).filter((command) => table[command]?.length === 0)
  expect(Object.keys(withoutMethods).sort()).toEqual(none.sort())
})

it('has a command for every method, or a reason', () => {
  const unused = methods.map(({ name }) => name).filter((name) => !used.has(name))
  expect(Object.keys(withoutCommand).sort()).toEqual(unused.sort())
})

it('overlooks no call that is written anywhere in the command line', () => {
  const written = read(['src/cli']).flatMap(callsIn)
  expect(written.length).toBeGreaterThan(60)
  expect([...new Set(written)].filter((name) => !used.has(name))).toEqual([])
})

it('tells in the reference a command that does reach the method, with options that it has', async () => {
  expect(commandLines.size).toBeGreaterThan(40)
  for (const [method, line] of commandLines) {
    const said = line.slice('baton '.length)
    const fitting = catalog.filter(({ name }) => `${said} `.startsWith(`${name} `))
    const listed = fitting.sort((a, b) => b.name.length - a.name.length)[0]
    expect(table[listed?.name ?? ''], line).toContain(method)
    const options = new Set((await listed?.load())?.options.map(({ name }) => `--${name}`))
    expect(
      [...line.matchAll(/--[a-z-]+/gu)].filter(([option]) => !options.has(option)),
      line,
    ).toEqual([])
  }
})

it('sees through functions, imports and conditions, and says what it cannot read', () => {
  const pace = 'src/cli/commands/pace.ts'
  expect([...reachedFrom(pace, 'pause').methods].sort()).toEqual(['name/find', 'run/drain', 'run/pause'])
  expect(reachedFrom(pace, 'pause', new Set(['run/drain'])).methods).toEqual(new Set(['run/drain']))
  expect(reachedFrom(pace, 'resume', new Set()).unread.length).toBeGreaterThan(0)
})
