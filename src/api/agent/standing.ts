// The repository that a question about agents or models is meant for: the one that is named, else the one stood in, else none.
import type { House } from '../../core/ports/house.ts'
import { RepositoryTrouble } from '../../core/ports.ts'
import { Refused } from '../../core/refusals.ts'
import type { Caller } from '../method.ts'

/** Whoever stands in no repository may still ask what this machine has; whoever names one is told when it is none. */
export async function standing(house: House, named: string | undefined, caller: Caller): Promise<string | undefined> {
  if (named !== undefined) return named
  try {
    return (await house.repository(caller.folder).look()).root
  } catch (error) {
    // A caller from elsewhere stands nowhere, and is refused every folder that it does not name.
    const nowhere = error instanceof Refused || (error instanceof RepositoryTrouble && error.kind === 'unfit')
    if (nowhere) return undefined
    throw error
  }
}
