// Decides wishes about the house itself and about workspaces.
import { fact } from '../facts.ts'
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

const house = 'house'

export function openHouse(state: State, data: Wishes['house.open']): Decided {
  // What was not there may be there now: it is looked for again.
  const missing = [...state.bars.values()].filter((bar) => bar.kind === 'missing')
  return [
    fact('house.opened', house, { epoch: state.epoch + 1, ...data }),
    ...missing.map(({ account }) =>
      fact('account.freed', house, { account, why: 'Baton was started again', by: 'baton' }),
    ),
  ]
}

export function closeHouse(state: State, data: Wishes['house.close']): Decided {
  return [fact('house.closed', house, { epoch: state.epoch, why: data.why })]
}

const leastShare = 0.05
const leastBytes = 1_000_000_000

/** Below five in a hundred or 1 GB; a small disk may be half full. */
export function nearlyFull(disk: { readonly free: number; readonly of: number }, margin = 1): boolean {
  return disk.free < Math.min(leastBytes, disk.of / 2) * margin || disk.free < disk.of * leastShare * margin
}

/** On a disk that is nearly full nothing is claimed; a little more must be free before it is again. */
export function reportDisk(state: State, data: Wishes['disk.report']): Decided {
  const low = nearlyFull(data, state.diskLow ? 1.1 : 1)
  if (low === state.diskLow) return []
  return [fact(low ? 'disk.ran-low' : 'disk.recovered', house, data)]
}

export function restoreHouse(_: State, data: Wishes['house.restore']): Decided {
  return [fact('house.restored', house, data)]
}

export function publishKey(state: State, data: Wishes['key.publish']): Decided {
  if (state.keys.get(data.name) === data.key) return []
  if (state.keys.size === 0 || data.lost !== undefined) return [fact('key.published', house, data)]
  return refuse(
    'conflict',
    'the signing key',
    'the record names another one, which has not handed over to it',
    'put the right key back into keys/checkpoint.pem; if it is lost: baton audit rotate-key --lost <why>',
  )
}

/** Only what was signed by the key before and by the next one gets here: whoever wishes it has checked the note. */
export function rotateKey(state: State, data: Wishes['key.rotate']): Decided {
  if (state.keys.get(data.name) === data.key) return []
  if (!state.keys.has(data.name))
    return refuse('conflict', 'the signing key', 'the record names none of this name yet', 'sign a checkpoint first')
  return [fact('key.rotated', house, data)]
}

export function signCheckpoint(_: State, data: Wishes['checkpoint.sign']): Decided {
  return [fact('checkpoint.signed', house, data)]
}

export function keepCheckpoint(_: State, data: Wishes['checkpoint.keep']): Decided {
  return [fact('checkpoint.kept', house, data)]
}

export function missCheckpoint(_: State, data: Wishes['checkpoint.miss']): Decided {
  return [fact('checkpoint.missed', house, data)]
}

export function openWorkspace(state: State, data: Wishes['workspace.open']): Decided {
  const known = state.workspaces.get(data.path)
  return known?.baseBranch === data.baseBranch ? [] : [fact('workspace.opened', data.path, data)]
}

export function isolateWorkspace(state: State, data: Wishes['workspace.isolate']): Decided {
  const workspace = state.workspaces.get(data.path)
  if (workspace === undefined) return unknown(data.path)
  if (workspace.isolation === data.isolation && workspace.clones === data.clones) return []
  return [fact('isolation.chosen', data.path, data)]
}

export function trustWorkspace(state: State, data: Wishes['workspace.trust']): Decided {
  const workspace = state.workspaces.get(data.path)
  if (workspace === undefined) return unknown(data.path)
  return workspace.trusted === data.digest ? [] : [fact('workspace.trusted', data.path, data)]
}

function unknown(path: string): Decided {
  return refuse(
    'not-found',
    `workspace ${path}`,
    'Baton has not been set up for this repository',
    'run baton init in it',
  )
}
