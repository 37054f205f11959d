// Finds out which agents could be started here and which models answer, each within bounds and with the reason when not.
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { Mode, ModelSpec } from '../core/nouns/model.ts'
import { noPolicy, type TrustedPolicy } from '../core/nouns/workspace.ts'
import type { AgentFound, AgentsFound, ModelChecked, ModelHere, ModelsFound } from '../core/ports/crew.ts'
import type { DoctorLine } from '../core/ports/house.ts'
import { type Availability, ModelFailed } from '../core/ports.ts'
import { accountOf } from '../core/routing/agents.ts'
import type { State } from '../core/state.ts'
import { quoted } from '../core/text/neutral.ts'
import { checkModel } from './model-check.ts'
import type { HouseParts } from './parts.ts'

const atMostMs = 15_000
const offeredShown = 5

interface Here {
  readonly policy: TrustedPolicy
  /** Agents of a configuration that nobody has trusted: nothing of it is tried. */
  readonly shown: TrustedPolicy
}

export class Crew {
  readonly #parts: HouseParts
  readonly #state: State

  constructor(parts: HouseParts, state: State) {
    this.#parts = parts
    this.#state = state
  }

  async #here(path: string | undefined): Promise<Here> {
    if (path === undefined) return { policy: noPolicy, shown: noPolicy }
    const { root } = await this.#parts.repository(path).look()
    const workspace = this.#state.workspaces.get(root)
    if (workspace?.trusted !== undefined) return { policy: workspace.policy, shown: noPolicy }
    return { policy: noPolicy, shown: (await this.#parts.configuration(root))?.policy ?? noPolicy }
  }

  async agents(path: string | undefined): Promise<AgentsFound> {
    const { policy, shown } = await this.#here(path)
    const named = [...policy.agents, ...shown.agents].flatMap(({ name, program }) => [name, program ?? name])
    const shipped = (this.#parts.shippedAgents?.() ?? []).filter(({ name }) => !named.includes(name))
    const mode = policy.agents.length > 0 ? policy.mode : shown.mode
    const mine = (await this.#parts.registry?.())?.registry.models ?? []
    const asked: Asked = new Map()
    const look = (profile: AgentProfile, from: AgentFound['from'], known: readonly ModelSpec[]) =>
      this.#agent({ profile, from, mode, asked, model: known.find(({ name }) => name === profile.model) })
    const agents = await Promise.all([
      ...policy.agents.map((profile) => look(profile, 'trusted', policy.models)),
      ...shown.agents.map((profile) => look(profile, 'shown', shown.models)),
      ...shipped.map((profile) => look(profile, 'shipped', mine)),
    ])
    return { mode, agents }
  }

  async #agent({ profile, from, mode, model, asked }: Looked): Promise<AgentFound> {
    const local = profile.local ?? model?.local ?? profile.program === undefined
    const found = { profile, from, account: accountOf(profile, model), local }
    if (from === 'shown') return { ...found, available: no('its configuration is not trusted yet: baton trust') }
    if (!local && mode === 'offline') return { ...found, available: no(afar) }
    const executor = this.#parts.executors.find(({ name }) => name === profile.executor)
    if (executor === undefined) return { ...found, available: no(`no executor "${quoted(profile.executor)}" is here`) }
    const says = executor.available?.(profile) ?? Promise.resolve({ ok: true, why: '' })
    const available = await this.#within(says, no(`it did not say within ${atMostMs / 1000} s`))
    if (!available.ok || model === undefined) return { ...found, available }
    const { available: answers } = await this.#model(model, 'person', mode, asked)
    return { ...found, available: answers.ok ? available : no(`its model does not answer: ${answers.why}`) }
  }

  async models(path: string | undefined): Promise<ModelsFound> {
    const { policy } = await this.#here(path)
    const own = (await this.#parts.registry?.()) ?? { registry: { models: [], roles: {} }, notes: [] }
    const { models: mine, roles } = own.registry
    const theirs = policy.models.filter(({ name }) => !mine.some((one) => one.name === name))
    const asked: Asked = new Map()
    const look = (spec: ModelSpec, from: ModelHere['from']) => this.#model(spec, from, policy.mode, asked)
    const models = await Promise.all([
      ...mine.map((spec) => look(spec, 'person')),
      ...theirs.map((spec) => look(spec, 'repository')),
    ])
    return { mode: policy.mode, models, roles, notes: own.notes }
  }

  async #model(spec: ModelSpec, from: ModelHere['from'], mode: Mode, asked: Asked): Promise<ModelHere> {
    if (mode === 'offline' && !spec.local) return { spec, from, available: no(afar) }
    const server = `${spec.endpoint} ${spec.keyName ?? ''} ${spec.dialect}`
    const offer =
      asked.get(server) ?? this.#within(this.#offer(spec), no(`its server did not say within ${atMostMs / 1000} s`))
    asked.set(server, offer)
    const found = await offer
    if ('why' in found) return { spec, from, available: found }
    const { dialect, models } = found
    const one = spec.id === '' ? models[0] : models.find(({ id }) => id === spec.id)
    const names = models.slice(0, offeredShown).map(({ id }) => quoted(id))
    const others =
      names.length === 0
        ? 'its server offers no model'
        : `its server offers ${names.join(', ')}${models.length > offeredShown ? ', …' : ''}`
    return {
      spec,
      from,
      available: one === undefined ? no(others) : { ok: true, why: '' },
      dialect,
      ...(one?.context === undefined ? {} : { served: one.context }),
      ...(one?.loaded === undefined ? {} : { loaded: one.loaded }),
    }
  }

  /** Undefined when neither the person nor the repository has a model of that name. */
  async check(name: string, path: string | undefined): Promise<ModelChecked | undefined> {
    const { policy } = await this.#here(path)
    const mine = (await this.#parts.registry?.())?.registry.models ?? []
    const spec = [...mine, ...policy.models].find((one) => one.name === name)
    if (spec === undefined) return undefined
    const { models, clock } = this.#parts
    if (policy.mode === 'offline' && !spec.local) return { name, ok: false, why: afar, ms: 0 }
    if (models === undefined) return { name, ok: false, why: 'this house asks no models', ms: 0 }
    return checkModel(models, spec, clock)
  }

  async #offer(spec: ModelSpec): Promise<Offer> {
    const { models } = this.#parts
    if (models === undefined) return no('this house asks no models')
    try {
      return await models.list(spec)
    } catch (error) {
      if (error instanceof ModelFailed) return no(error.message)
      throw error
    }
  }

  async #within<T>(asked: Promise<T>, late: T): Promise<T> {
    const waited = Promise.withResolvers<T>()
    const calm = this.#parts.clock.after(atMostMs, () => waited.resolve(late))
    try {
      return await Promise.race([asked, waited.promise])
    } finally {
      calm()
    }
  }

  /** Of the agents in force there, those whose program or server can be looked for. */
  async doctor(path: string | undefined): Promise<readonly DoctorLine[]> {
    const { agents } = await this.agents(path)
    const looked = agents.filter(({ profile, from }) => {
      const executor = this.#parts.executors.find(({ name }) => name === profile.executor)
      return from === 'trusted' && executor?.available !== undefined
    })
    return looked.map(({ profile, available: { ok, why } }) => ({
      what: `agent ${profile.name}`,
      ok,
      detail: why === '' ? 'it could be started now' : why,
      ...(ok ? {} : { remedy: 'see baton agents' }),
    }))
  }
}

type Offer = Availability | Awaited<ReturnType<NonNullable<HouseParts['models']>['list']>>

/** Each server is asked once, however many models it is said to have. */
type Asked = Map<string, Promise<Offer>>

interface Looked {
  readonly profile: AgentProfile
  readonly from: AgentFound['from']
  readonly mode: Mode
  readonly model: ModelSpec | undefined
  readonly asked: Asked
}

const afar = 'it works elsewhere, and this repository is offline (mode in baton.yaml)'
const no = (why: string): Availability => ({ ok: false, why })
