// What the shape of baton.yaml cannot see: names that name nothing, agents without a command, two checks of one name.

import { type Registry, usualModel } from '../core/nouns/model.ts'
import type { PlanNote } from '../core/nouns/plan.ts'
import { builtInRoles } from '../core/nouns/role.ts'
import { didYouMean, noteAt } from '../core/text/faults.ts'
import { quoted } from '../core/text/neutral.ts'
import type { YamlRead } from '../core/text/yaml.ts'
import { executors, known, knownAs } from './known.ts'
import type { CheckEntry, PolicyFile } from './shape.ts'

const file = 'baton.yaml'
const listed = (names: readonly string[]): string =>
  names
    .slice(0, 12)
    .map((name) => quoted(name))
    .join(', ') || 'none yet'

export interface Looked {
  readonly given: PolicyFile
  readonly yaml: YamlRead
  readonly registry: Registry
}

type Path = readonly PropertyKey[]

function fault({ yaml }: Looked, path: Path, kind: string, text: string, remedy: string): PlanNote {
  return noteAt({ ...yaml.at(path), file }, kind, text, remedy)
}

function unknownAgents(looked: Looked): PlanNote[] {
  const { given } = looked
  const names = Object.keys(given.agents)
  const { allow = [], ladder = [], prefer } = given.routing ?? {}
  const said: [string | undefined, Path][] = [
    [given['default-agent'], ['default-agent']],
    ...Object.entries(given.steps).map(([match, rule]): [string | undefined, Path] => [
      rule.agent,
      ['steps', match, 'agent'],
    ]),
    [prefer, ['routing', 'prefer']],
    ...allow.map((name, index): [string, Path] => [name, ['routing', 'allow', index]]),
    ...ladder.map((name, index): [string, Path] => [name, ['routing', 'ladder', index]]),
  ]
  return said.flatMap(([name, path]) => {
    if (name === undefined || names.includes(name)) return []
    const remedy = didYouMean(name, names) ?? `Describe it under agents, or name one of: ${listed(names)}.`
    return [fault(looked, path, 'no-agent', `There is no agent "${quoted(name)}".`, remedy)]
  })
}

/** A name of a known program is enough; everything else needs a command. */
function unfitAgents(looked: Looked): PlanNote[] {
  return Object.entries(looked.given.agents).flatMap(([name, entry]) => {
    const at: Path = ['agents', name]
    const { program } = entry
    if (program !== undefined && (!Object.hasOwn(known, program) || known[program]?.program === undefined)) {
      const names = Object.values(known).flatMap((one) => one.program ?? [])
      const remedy = didYouMean(program, names) ?? `Name one of: ${listed(names)}.`
      return [fault(looked, [...at, 'program'], 'no-program', `There is no program "${quoted(program)}" here.`, remedy)]
    }
    const executor = entry.executor ?? knownAs({ name, ...entry })?.executor ?? 'shell'
    const needs = executor === 'shell' || (executor === 'acp' && knownAs({ name, ...entry }) === undefined)
    if (!needs || entry.command !== undefined) return []
    const meant = entry.executor === undefined ? didYouMean(name, Object.keys(known)) : undefined
    const remedy = meant ?? 'Give it one: command: ["./scripts/agent.sh"].'
    return [fault(looked, at, 'no-command', `The ${executor} agent "${quoted(name)}" has no command.`, remedy)]
  })
}

function unknownModels(looked: Looked): PlanNote[] {
  const { given, registry } = looked
  const names = registry.models.map(({ name }) => name)
  return Object.entries(given.agents).flatMap(([agent, { model }]) => {
    if (model === undefined || model === usualModel || names.includes(model)) return []
    const remedy = didYouMean(model, names) ?? `Describe it in model_registry.yaml, or name one of: ${listed(names)}.`
    const text = `The agent "${quoted(agent)}" names the model "${quoted(model)}", which nobody has described.`
    return [fault(looked, ['agents', agent, 'model'], 'no-model', text, remedy)]
  })
}

/** A semantic router is nothing without a model, and one that may not be asked is as good as none. */
function unfitEmbedder(looked: Looked): PlanNote[] {
  const { given, registry } = looked
  const { router, embedder } = given.routing ?? {}
  if (router !== 'semantic') return []
  const names = registry.models.map((model) => model.name)
  const describe = `Describe it in model_registry.yaml, or name one of: ${listed(names)}.`
  const at: Path = ['routing', 'embedder']
  if (embedder === undefined) {
    const remedy = `Name the embedding model that weighs them, as embedder. ${describe}`
    return [
      fault(looked, ['routing', 'router'], 'no-model', 'The semantic router has no model to weigh steps with.', remedy),
    ]
  }
  const model = registry.models.find((one) => one.name === embedder)
  if (model === undefined && embedder !== usualModel) {
    const text = `Steps are to be weighed by the model "${quoted(embedder)}", which nobody has described.`
    return [fault(looked, at, 'no-model', text, didYouMean(embedder, names) ?? describe)]
  }
  if (given.mode !== 'offline' || model?.local !== false) return []
  const text = `Steps are to be weighed by the model "${quoted(embedder)}", which is not on a machine of your own, and the mode is offline.`
  return [fault(looked, at, 'external-model', text, 'Name a local model, or write router: rules.')]
}

/** Those who only read look at what lies here, with models of one's own; more is said for all of them at once. */
function exploringAfar(looked: Looked): PlanNote[] {
  const { given, registry } = looked
  return Object.entries(given.agents).flatMap(([name, entry]) => {
    if (knownAs({ name, ...entry })?.executor !== 'explore') return []
    const notes: PlanNote[] = []
    const model = registry.models.find((one) => one.name === (entry.model ?? usualModel))
    const stays = (entry.local ?? model?.local ?? true) && model?.local !== false
    if (!stays && given.explore?.['external-models'] !== true) {
      const text = `The agent "${quoted(name)}" only reads, and its model "${quoted(model?.name ?? usualModel)}" is not on a machine of your own.`
      const remedy = 'Name a local model, or write explore: {external-models: true}.'
      notes.push(fault(looked, ['agents', name], 'external-model', text, remedy))
    }
    if (entry.network === 'all' && given.explore?.network !== true) {
      const remedy = 'Take network: all away, or write explore: {network: true}.'
      notes.push(
        fault(
          looked,
          ['agents', name, 'network'],
          'network',
          `The agent "${quoted(name)}" only reads what lies here.`,
          remedy,
        ),
      )
    }
    return notes
  })
}

function twins(looked: Looked): PlanNote[] {
  const lists: [Path, readonly CheckEntry[]][] = [
    [['checks'], looked.given.checks],
    ...Object.entries(looked.given.steps).map(([match, rule]): [Path, readonly CheckEntry[]] => [
      ['steps', match, 'checks'],
      rule.checks ?? [],
    ]),
  ]
  return lists.flatMap(([path, checks]) =>
    checks.flatMap(({ name }, index) => {
      if (checks.findIndex((each) => each.name === name) === index) return []
      const text = `There are two checks with the name ${name}.`
      return [fault(looked, [...path, index], 'duplicate', text, 'Give each a name of its own.')]
    }),
  )
}

function promptless(looked: Looked): PlanNote[] {
  return Object.entries(looked.given.roles).flatMap(([name, { prompt }]) => {
    if (prompt !== undefined || builtInRoles.some((role) => role.name === name)) return []
    const meant = didYouMean(
      name,
      builtInRoles.map((role) => role.name),
    )
    const remedy = meant ?? 'Say in its prompt what it is for.'
    return [fault(looked, ['roles', name], 'no-prompt', `The role "${quoted(name)}" has no prompt.`, remedy)]
  })
}

export function strangers(looked: Looked): PlanNote[] {
  return [unknownAgents, unfitAgents, unknownModels, unfitEmbedder, exploringAfar, promptless, twins].flatMap((find) =>
    find(looked),
  )
}

/** What is taken although it was probably not meant; files from before there were roles may say anything. */
export function oddities(looked: Looked): PlanNote[] {
  const { given } = looked
  const names = [...builtInRoles.map(({ name }) => name), ...Object.keys(given.roles)]
  const roles: [string, Path][] = [
    ...Object.entries(given.agents).flatMap(([agent, entry]) =>
      (entry.roles ?? []).map((role, index): [string, Path] => [role, ['agents', agent, 'roles', index]]),
    ),
    ...Object.entries(given.steps).flatMap(([match, rule]): [string, Path][] =>
      rule.role === undefined ? [] : [[rule.role, ['steps', match, 'role']]],
    ),
  ]
  const odd = roles.flatMap(([role, path]) => {
    if (names.includes(role)) return []
    const remedy = didYouMean(role, names) ?? 'Describe it under roles.'
    return [
      fault(
        looked,
        path,
        'no-role',
        `Nobody has described the role "${quoted(role)}": it is taken for the coder's.`,
        remedy,
      ),
    ]
  })
  const drivers = Object.entries(given.agents).flatMap(([agent, { executor = 'shell' }]) => {
    const meant = executors.includes(executor) ? undefined : didYouMean(executor, executors)
    if (meant === undefined) return []
    const text = `Baton itself has no executor "${quoted(executor)}".`
    return [fault(looked, ['agents', agent, 'executor'], 'no-executor', text, meant)]
  })
  return [...odd, ...drivers].map((note) => ({ ...note, level: 'warning' }))
}
