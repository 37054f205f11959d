// What the record says of Baton itself, its repositories, its keys and its counts, fact by fact.
import type { FactType } from '../facts.ts'
import { brief, keyName, odd, type Sentences, say } from './say.ts'

type Own = Extract<
  FactType,
  | `house.${string}`
  | `disk.${string}`
  | `key.${string}`
  | `checkpoint.${string}`
  | `workspace.${string}`
  | `isolation.${string}`
  | `count.${string}`
  | `record.${string}`
>

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

export const ofHouse: Sentences<Own> = {
  'house.opened': (fact) => say`Baton ${fact.version} was started on ${fact.host}`,
  'house.closed': (fact) => say`Baton was ended: ${fact.why}`,
  'house.restored': (fact) => say`the record was restored up to entry ${fact.head}`,
  'disk.ran-low': (fact) =>
    say`${odd('the disk is nearly full')}: ${gigabytes(fact.free)} of ${gigabytes(fact.of)} are free`,
  'disk.recovered': (fact) => say`the disk has room again: ${gigabytes(fact.free)} of ${gigabytes(fact.of)} are free`,
  'key.published': ({ key, lost }) =>
    say`the key ${keyName(key)} began to sign${lost === undefined ? '' : `, for the one before is lost: ${lost}`}`,
  'key.rotated': (fact) => say`signing was handed over to the key ${keyName(fact.key)}`,
  'checkpoint.signed': (fact) => say`a checkpoint over ${fact.size} entries was signed`,
  'checkpoint.kept': (fact) => say`the checkpoint over ${fact.size} entries is kept at ${fact.place}`,
  'checkpoint.missed': (fact) => say`a checkpoint ${odd('could not be kept')} at ${fact.place}: ${fact.why}`,
  'workspace.opened': (fact) => say`the repository ${fact.path} was set up, base ${fact.baseBranch}`,
  'workspace.trusted': ({ digest, path, why }) =>
    say`the configuration ${brief(digest)} of ${path} was trusted${why === undefined ? '' : `: ${why}`}`,
  'workspace.desired': (fact) => say`${fact.desired} agents are wanted in ${fact.path}`,
  'isolation.chosen': (fact) => say`agents in ${fact.path} run at isolation ${fact.isolation}: ${fact.why}`,
  'count.reported': (fact) => say`${fact.running} agents were reported in ${fact.path}`,
  'count.seen': (fact) => say`${fact.path} was seen again`,
  'count.lapsed': (fact) => say`nobody said again that ${fact.running} agents run in ${fact.path}`,
  'count.went-stale': (fact) => say`nothing was heard of ${fact.path} for long`,
  'count.removed': (fact) => say`${fact.path} is not counted any more`,
  'record.begun': ({ path }) => say`from here on, what ends in ${path} leaves a handoff`,
}
