// What is known of an agent's program, as data: where it lies, how it is spoken to, and what it is given.
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Assignment } from '../../core/ports.ts'

/** Where an attempt's program will find itself, as the program sees it. */
export interface Seat {
  readonly assignment: Assignment
  /** Its working folder: the clone's own path, or where the sandbox shows it. */
  readonly folder: string
  /** A server of models of one's own that it is to ask; absent: its vendor's, with the person's login. */
  readonly server?: Server
  /** Which of its program's keys it is given. */
  readonly keys: readonly string[]
}

export interface Server {
  /** With the version at its end, as in http://127.0.0.1:1234/v1. */
  readonly url: string
  /** The same without it, for those that add it themselves. */
  readonly origin: string
  readonly model: ModelSpec
  /** Never empty, never short: some programs strike the key's letters from all they say. */
  readonly key: string
}

/** What is put around a program before it starts. */
export interface Furnishing {
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Files below HOME, by relative path; written anew before each start. */
  readonly files?: Readonly<Record<string, string>>
  /** Said in private words when a session begins. */
  readonly meta?: Readonly<Record<string, unknown>>
}

export interface Program {
  /** The name of the agent that profiles use. */
  readonly name: string
  /** The npm package that it comes in, and the names of its command there and on PATH; the first one that is there is taken. */
  readonly package: string
  readonly commands: readonly string[]
  /** How a person gets it. */
  readonly install: string
  /** How it speaks ACP; absent: it does so only through another program. */
  readonly acp?: AcpWays
  /** The program that speaks ACP for it. */
  readonly adapter?: string
  /** Programs that it starts itself and looks for on PATH, by their names here. */
  readonly needs?: readonly string[]
  /** Whose models it asks when nobody says otherwise, as `provider` in the registry. */
  readonly vendor?: string
  /** Names of keys that it understands itself; passed on only when its vendor is asked. */
  readonly keys?: readonly string[]
  /** Files below a person's HOME that hold their login, copied into the agent's own when its vendor is asked without a key. */
  readonly logins?: readonly string[]
  /** Files of a repository that it obeys whatever it is told: where one is, it is not started. */
  readonly obeys?: readonly string[]
  /** It unpacks itself into this folder of HOME at its first start; the variable names one where that was done before. */
  readonly unpacks?: { readonly variable: string; readonly folder: string }
  /** Hosts that it must reach to ask its vendor, with their ports. */
  readonly hosts?: readonly string[]
}

/** How one program departs from the protocol's usual way. */
export interface AcpWays {
  furnish(seat: Seat): Furnishing
  /** Values of the session's options to set when the program offers them; the first one that it has is taken. */
  settings?(seat: Seat): readonly Setting[]
  /** Whether a session can be taken up by another process; its word in `initialize` alone proved nothing. */
  readonly resumes: boolean
  /** Whether it takes servers of tools by http. */
  readonly tools: boolean
  /** The words of an error that it tells in an update of its own, to end its turn afterwards as if all were well. */
  trouble?(update: Readonly<Record<string, unknown>>): string | undefined
  /** Unless a session has a title, it asks a model of its vendor's for one. */
  readonly titles?: true
}

export interface Setting {
  /** The option's id or its category: mode, model, … */
  readonly option: string
  readonly values: readonly string[]
  /** Set although it is not among those offered: the program takes it all the same. */
  readonly unoffered?: true
}
