// Takes the strongest kind of clone that works on this machine, found by trying, and says why.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CloneMaker, Spawner } from '../core/ports.ts'
import { overlayClones } from './overlay.ts'
import { removeBelow } from './removal.ts'
import { type ClonesOptions, roomOf } from './room.ts'
import { sharedClones } from './sharing.ts'

export interface Choice {
  readonly maker: CloneMaker
  readonly why: string
}

/** Mounts an overlay of one file below the home and looks whether it is seen. */
async function tryOverlay(spawner: Spawner, scratch: string): Promise<string | undefined> {
  if (spawner.kind === 'plain') return 'user namespaces are not to be had here'
  mkdirSync(scratch, { recursive: true, mode: 0o700 })
  const place = mkdtempSync(join(scratch, 'overlay-'))
  const [lower, upper, work, at] = ['lower', 'upper', 'work', 'at'].map((name) => join(place, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const folder of [lower, upper, work, at]) mkdirSync(folder)
  writeFileSync(join(lower, 'seen'), '')
  try {
    await spawner.mount({ lower: [lower], upper, work, at })
    const { found } = await spawner.walk({ folder: at })
    await spawner.unmount(at)
    return found.length === 1 ? undefined : 'an overlay was mounted but showed nothing'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await removeBelow(spawner, dirname(place), place)
  }
}

export async function chooseClones(options: ClonesOptions): Promise<Choice> {
  const trouble = await tryOverlay(options.spawner, roomOf(options).scratch)
  if (trouble === undefined)
    return {
      maker: overlayClones(options),
      why: 'overlays can be mounted here, so a clone is ready in milliseconds and takes no space',
    }
  return {
    maker: sharedClones(options),
    why: `overlays cannot be mounted here (${trouble}), so every clone writes all files`,
  }
}
