// Makes everything ready for an agent's program to be started: which one, in which surroundings, with what laid out in its HOME.
import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Network } from '../../core/nouns/isolation.ts'
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Assignment, SpawnOrder } from '../../core/ports.ts'
import {
  type AcpWays,
  type FoundProgram,
  type Furnishing,
  findProgram,
  missingProgram,
  type Program,
  programOf,
  type Seat,
  type Server,
  type Setting,
  unpacked,
} from '../programs/index.ts'
import { bounded } from '../surroundings.ts'
import { lendLogin, plant, uproot } from './furnish.ts'
import type { AcpOptions } from './options.ts'
import { hasCode } from './unknown.ts'

export interface Launch {
  readonly order: SpawnOrder
  /** The working folder as the program sees it. */
  readonly folder: string
  /** What it is called in the names of its tools. */
  readonly name: string
  readonly settings: readonly Setting[]
  readonly meta: Readonly<Record<string, unknown>> | undefined
  readonly resumes: boolean
  readonly tools: boolean
  readonly titles: boolean
  readonly trouble: AcpWays['trouble']
  /** Whether its vendor's models are asked, whose prices it knows. */
  readonly vendors: boolean
  /** Takes away what was made for this attempt only. */
  release(): Promise<void>
}

/** Why it cannot be started, for a person. */
export class NotReady extends Error {
  readonly reason: 'auth' | 'crashed' | 'sandbox-missing'
  constructor(reason: NotReady['reason'], why: string) {
    super(why)
    this.name = 'NotReady'
    this.reason = reason
  }
}

/** Where a sandbox shows an attempt's folder, as the spawner's order promises. */
const shownFolder = '/baton/work'
const fallbackEndpoint = 'http://127.0.0.1:1234/v1'
/** For servers that want no key: long, because some programs strike the key's letters from all that they say. */
const noKey = 'baton-has-no-key-for-this-server'

/** `native` furnishes a program that is spoken to in its own way, and not in the protocol. */
export async function prepare(
  options: AcpOptions,
  assignment: Assignment,
  native?: (seat: Seat) => Furnishing,
): Promise<Launch> {
  const program = native === undefined ? speaking(assignment) : known(assignment, assignment.agent.executor)
  if (native === undefined) await refuseObeyed(assignment, program)
  const command = commandOf(options, assignment, program)
  const server = await serverOf(options, assignment, program)
  const keys = server === undefined ? await keysOf(options, assignment, program) : {}
  const { home, made } = await homeOf(options, assignment)
  const folder = assignment.isolation === 'none' ? assignment.folder : shownFolder
  const names = Object.keys(keys)
  const seat: Seat = { assignment, folder, keys: names, ...(server === undefined ? {} : { server }) }
  const ways = program?.acp
  const furnishing = native?.(seat) ?? ways?.furnish(seat) ?? {}
  const files = Object.entries(furnishing.files ?? {})
  for (const [path, content] of files) await plant(home, path, content)
  const borrows = server === undefined && names.length === 0 && options.person !== undefined
  if (borrows) for (const path of program?.logins ?? []) await lendLogin(options.person ?? '', home, path)
  const before = program === undefined ? undefined : unpacked(program, options.person, options.find)
  const spared = before === undefined || program?.unpacks === undefined ? {} : { [program.unpacks.variable]: before }
  const path = [...command.path, options.environment.PATH ?? ''].filter((place) => place !== '').join(':')
  const env = {
    ...options.environment,
    PATH: path,
    HOME: home,
    ...spared,
    ...furnishing.env,
    ...keys,
    ...ownOf(assignment),
  }
  return {
    order: {
      argv: [command.argv[0], ...command.argv.slice(1), ...(furnishing.args ?? [])],
      folder: assignment.folder,
      env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, bounded(value)])),
      isolation: assignment.isolation,
      network: networkOf(assignment),
      readOnly: before === undefined ? command.readOnly : [...command.readOnly, before],
      marker: assignment.attempt,
      // Its output is the protocol itself: an agent of which a part is dropped is never heard again.
      outputCap: Number.MAX_SAFE_INTEGER,
      home,
      reach: reachOf(assignment, program, server),
    },
    folder,
    name: assignment.agent.program ?? assignment.agent.name,
    settings: settingsOf(assignment, ways?.settings?.(seat) ?? []),
    meta: furnishing.meta,
    resumes: ways?.resumes ?? true,
    tools: ways?.tools ?? true,
    titles: ways?.titles === true,
    trouble: ways?.trouble,
    vendors: server === undefined,
    release: async () => {
      const keys = secretsOf(options, server)
      const secret = files.filter(([, content]) => keys.some((key) => holds(content, key)))
      for (const [path] of made ? [] : secret) await uproot(home, path)
      if (made) await rm(home, { recursive: true, force: true })
    },
  }
}

function holds(content: string, key: string): boolean {
  return content.includes(key) || content.includes(JSON.stringify(key).slice(1, -1))
}

/** A HOME that is kept holds no key for longer than its agent runs; each start lays its files out anew. */
function secretsOf({ secrets = [] }: AcpOptions, server: Server | undefined): readonly string[] {
  const own = server === undefined || server.key === noKey ? [] : [server.key]
  return [...own, ...secrets].filter((key) => key !== '')
}

/** The program that speaks the protocol for this agent; undefined when the profile brings a command of its own. */
function speaking(assignment: Assignment): Program | undefined {
  if (assignment.agent.program === undefined) return undefined
  const program = known(assignment, assignment.agent.program)
  return program.adapter === undefined ? program : (programOf(program.adapter) ?? program)
}

/** A repository sends no agent elsewhere, and starts nothing by it: its own files are no configuration of ours. */
async function refuseObeyed(assignment: Assignment, program: Program | undefined): Promise<void> {
  const { agent } = assignment
  for (const path of program?.obeys ?? []) {
    if (!(await lies(assignment, path))) continue
    const why = `The agent ${agent.name} is not started: the repository holds ${path}, which ${program?.name} would obey, and by which a repository could send its key elsewhere or run programs. Take that file away, or use another agent or executor for this step.`
    // Trying again would come to the same.
    throw new NotReady('sandbox-missing', why)
  }
}

/** A mounted folder looks empty from here: what it began with is asked of the repository. */
function lies({ folder, holds }: Assignment, path: string): Promise<boolean> {
  if (holds !== undefined) return holds(path)
  return lstat(join(folder, path)).then(
    () => true,
    (error: unknown) => !hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR'),
  )
}

function known({ agent }: Assignment, usual: string): Program {
  const name = agent.program ?? usual
  const program = programOf(name)
  if (program !== undefined) return program
  const why = `The agent ${agent.name} names the program "${name}", which is not known here. Correct its program in baton.yaml.`
  throw new NotReady('crashed', why)
}

function commandOf(options: AcpOptions, { agent }: Assignment, program: Program | undefined): FoundProgram {
  const [first, ...rest] = agent.argv
  if (first !== undefined && first !== '') return { argv: [first, ...rest], readOnly: [], path: [], folder: '' }
  if (program === undefined) {
    const why = `The agent ${agent.name} has neither a program nor a command. Give it one in baton.yaml.`
    throw new NotReady('crashed', why)
  }
  const parts = [program.name, ...(program.needs ?? [])].map((name) => {
    const found = findProgram(name, options.find)
    if (found === undefined) throw new NotReady('crashed', missing(agent.name, name))
    return found
  })
  const [main, ...needed] = parts
  if (main === undefined) throw new NotReady('crashed', missing(agent.name, program.name))
  const path = [...main.path, ...needed.flatMap((one) => [one.folder, ...one.path])]
  return { ...main, path, readOnly: parts.flatMap(({ readOnly }) => readOnly) }
}

function missing(agent: string, name: string): string {
  return `The agent ${agent} cannot be started: ${missingProgram(name)}`
}

/** A model at its program's own vendor is asked as the program itself does: with its login, at its places. */
async function serverOf(
  options: AcpOptions,
  { model, agent }: Assignment,
  program: Program | undefined,
): Promise<Server | undefined> {
  if (model === undefined || isVendors(model, program)) return undefined
  if (model.id === '') {
    const why = `The agent ${agent.name} asks the model ${model.name}, which says no id. Give it the one that its server knows it by, in model_registry.yaml or LM_STUDIO_MODEL.`
    throw new NotReady('crashed', why)
  }
  const named = model.endpoint === '' ? (options.usualEndpoint ?? fallbackEndpoint) : model.endpoint
  const url = named.replace(/\/+$/, '')
  const key = model.keyName === undefined ? undefined : await options.key?.(model.keyName)
  return { url, origin: url.replace(/\/v1$/, ''), model, key: key ?? noKey }
}

function isVendors({ endpoint, provider }: ModelSpec, program: Program | undefined): boolean {
  return endpoint === '' ? provider === program?.vendor : (program?.hosts ?? []).includes(hostOf(endpoint))
}

/** Every key that its vendor knows, and the one that its model's registry names, under the name that the program reads. */
async function keysOf(
  options: AcpOptions,
  { model }: Assignment,
  program: Program | undefined,
): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  const [usual] = program?.keys ?? []
  const named = model?.keyName === undefined ? undefined : await options.key?.(model.keyName)
  if (usual !== undefined && named !== undefined && named !== '') return { [usual]: named }
  for (const name of program?.keys ?? []) {
    const key = await options.key?.(name)
    if (key !== undefined && key !== '') found[name] = key
  }
  return found
}

async function homeOf(options: AcpOptions, { home }: Assignment): Promise<{ home: string; made: boolean }> {
  if (home !== undefined) {
    await mkdir(home, { recursive: true, mode: 0o700 })
    return { home, made: false }
  }
  const scratch = options.scratch ?? tmpdir()
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  return { home: await mkdtemp(join(scratch, 'agent-home-')), made: true }
}

/** A profile speaks neither in our name nor of places that are ours to choose. */
function ownOf({ agent }: Assignment): Record<string, string> {
  const ours = (name: string): boolean => name.toUpperCase().startsWith('BATON_') || name === 'HOME' || name === 'PATH'
  return Object.fromEntries(Object.entries(agent.env).filter(([name]) => !ours(name)))
}

/** Without a network an agent still has Baton's own tools, and nothing besides. */
function networkOf({ agent, tools, isolation }: Assignment): Network {
  return agent.network === 'none' && tools.length > 0 && isolation !== 'none' ? 'model' : agent.network
}

function reachOf(assignment: Assignment, program: Program | undefined, server: Server | undefined): readonly string[] {
  if (assignment.agent.network === 'none') return assignment.tools.map(({ url }) => hostOf(url))
  const hosts = server === undefined ? (program?.hosts ?? []) : [hostOf(server.url)]
  return [...new Set([...hosts, ...assignment.tools.map(({ url }) => hostOf(url))])]
}

function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address)
  return `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`
}

/** What the profile says of an option comes instead of what we would choose. */
function settingsOf({ agent }: Assignment, usual: readonly Setting[]): readonly Setting[] {
  const own = Object.entries(agent.options ?? {}).map(([option, value]) => ({ option, values: [value] }))
  return [...usual.filter(({ option }) => !own.some((one) => one.option === option)), ...own]
}
