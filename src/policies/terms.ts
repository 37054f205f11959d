// What baton.yaml says of everybody: mode, routing, quotas, budgets, roles, and what may be read elsewhere.
import { builtInRoles, type Role } from '../core/nouns/role.ts'
import { noPolicy, type QuotaRule, type Routing, type TrustedPolicy } from '../core/nouns/workspace.ts'
import { type Budgets, budgetScopes } from '../core/spending/budget.ts'
import { permissionsOf } from './agents.ts'
import { present } from './present.ts'
import type { PolicyFile } from './shape.ts'
import { durationMs, limitsOf } from './words.ts'

type StandFor = ReadonlyMap<string, readonly string[]>

function routingOf(given: PolicyFile['routing'], standFor: StandFor): Routing {
  const { allow = [], ladder = [], prefer, repair, router, embedder } = given ?? {}
  const whole = (names: readonly string[]) => names.flatMap((name) => standFor.get(name) ?? [name])
  return {
    ...noPolicy.routing,
    allow: whole(allow),
    ladder: whole(ladder),
    ...present({ prefer, repair, router, embedder, escalateAfter: given?.['escalate-after'] }),
  }
}

function quotaOf(given: PolicyFile['quota']): QuotaRule {
  const wait = given?.['longest-wait']
  const longestWaitMs = wait === undefined ? undefined : durationMs(wait)
  return { ...noPolicy.quota, ...present({ fallback: given?.fallback, longestWaitMs }) }
}

function budgetsOf(given: PolicyFile['budgets']): Budgets {
  const found = budgetScopes.flatMap((scope) => {
    const limits = given?.[scope]
    return limits === undefined ? [] : [[scope, limitsOf(limits)] as const]
  })
  return Object.fromEntries(found)
}

const plain: Omit<Role, 'name' | 'prompt'> = {
  tier: 'small',
  tools: builtInRoles.find(({ name }) => name === 'coder')?.tools ?? [],
}

/** Built-in roles field by field as the file has them, then those that it adds. */
function rolesOf(given: PolicyFile['roles']): readonly Role[] {
  const said = new Map(
    Object.entries(given).map(([name, { prompt, tier, tools, permissions, ...rest }]) => [
      name,
      present({ prompt, tier, tools, permissions: permissionsOf(permissions), readsOnly: rest['reads-only'] }),
    ]),
  )
  const kept = builtInRoles.map((role) => ({ ...role, ...said.get(role.name) }))
  const own = [...said].filter(([name]) => !builtInRoles.some((role) => role.name === name))
  return [...kept, ...own.map(([name, fields]) => ({ name, prompt: '', ...plain, ...fields }))]
}

type Terms = Pick<
  TrustedPolicy,
  'mode' | 'routing' | 'quota' | 'budgets' | 'roles' | 'explore' | 'proposals' | 'intake' | 'outside'
>

export function termsOf(file: PolicyFile, standFor: StandFor): Terms {
  return {
    mode: file.mode ?? noPolicy.mode,
    routing: routingOf(file.routing, standFor),
    quota: quotaOf(file.quota),
    budgets: budgetsOf(file.budgets),
    roles: rolesOf(file.roles),
    ...present({ proposals: file.proposals, intake: file.intake, outside: file.outside }),
    explore: {
      ...noPolicy.explore,
      ...present({ externalModels: file.explore?.['external-models'], network: file.explore?.network }),
    },
  }
}
