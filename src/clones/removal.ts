// Removes what lies below one root, for good, and nothing else.
import { randomBytes } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Spawner } from '../core/ports.ts'

export async function tool(spawner: Spawner, argv: [string, ...string[]]): Promise<string> {
  const child = await spawner.start({
    argv,
    folder: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    isolation: 'none',
    network: 'none',
    readOnly: [],
    marker: 'baton-removal',
    tool: true,
    outputCap: 65_536,
  })
  const said = { out: '', err: '' }
  for await (const { from, bytes } of child.output) said[from] += Buffer.from(bytes).toString()
  const { code } = await child.ended
  if (code !== 0) throw new Error(`${argv[0]} failed: ${said.err.trim().split('\n')[0] ?? ''}`)
  return said.out
}

/** An agent may lock its folders; the second try unlocks them. Neither follows a link. */
async function erase(spawner: Spawner, paths: readonly string[]): Promise<void> {
  await tool(spawner, ['rm', '-rf', '--one-file-system', '--', ...paths]).catch(async () => {
    await tool(spawner, ['chmod', '-R', 'u+rwX', '--', ...paths]).catch(() => undefined)
    await tool(spawner, ['rm', '-rf', '--one-file-system', '--', ...paths])
  })
}

/** The part that cannot fail half way, and what is left to do after it. */
export interface Removal {
  readonly erased: Promise<void>
}

/** Each place must be a real folder right below `root`. It is renamed first, so that a crash leaves nothing half removed under its name. */
export function takeAway(spawner: Spawner, root: string, ...places: readonly string[]): Removal {
  const gone = places.flatMap((place) => {
    const seen = lstatSync(place, { throwIfNoEntry: false })
    if (seen === undefined) return []
    if (
      !seen.isDirectory() ||
      dirname(place) !== root ||
      realpathSync(place) !== join(realpathSync(root), place.slice(root.length + 1))
    ) {
      throw new Error(
        `${place} is not a folder right below ${root}, so it is not removed. Look at it and remove it yourself.`,
      )
    }
    const to = join(root, `.gone-${randomBytes(6).toString('hex')}`)
    renameSync(place, to)
    return [to]
  })
  return { erased: gone.length === 0 ? Promise.resolve() : erase(spawner, gone) }
}

export async function removeBelow(spawner: Spawner, root: string, place: string): Promise<void> {
  await takeAway(spawner, root, place).erased
}

/** Ends removals that an earlier process began. */
export async function removeLeftovers(spawner: Spawner, root: string): Promise<void> {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  for (const name of readdirSync(root)) if (name.startsWith('.gone-')) await erase(spawner, [join(root, name)])
}

/** Bytes on disk of each folder, mounts not counted. */
export async function bytesOf(spawner: Spawner, places: readonly string[]): Promise<readonly number[]> {
  const there = places.filter((place) => existsSync(place))
  if (there.length === 0) return places.map(() => 0)
  const out = await tool(spawner, ['du', '-skx', '--', ...there])
  const sizes = new Map(
    out.split('\n').map((line) => [line.slice(line.indexOf('\t') + 1), Number.parseInt(line, 10) * 1024]),
  )
  return places.map((place) => sizes.get(place) ?? 0)
}
