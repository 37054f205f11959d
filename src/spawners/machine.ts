// What this machine has: the programs the spawner stands on, and the layout of its root folder.
import { hash } from 'node:crypto'
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const usual = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin']

/** Looks only where the system keeps its programs, unless told other folders: never along a person's PATH. */
export function findTool(name: string, folders: readonly string[] = usual): string | undefined {
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** /bin, /lib… link into /usr on most systems, and are folders of their own on some. */
export function systemRoots(): ReadonlyMap<string, string | null> {
  const roots = new Map<string, string | null>()
  for (const root of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    if (!existsSync(root)) continue
    roots.set(root, lstatSync(root).isSymbolicLink() ? readlinkSync(root) : null)
  }
  return roots
}

/** The few files of /etc that name people and machines, written for the sandbox alone. */
export function writeEtc(home: string, uid: number, gid: number): string {
  const folder = join(home, 'etc')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const root = uid === 0 ? '' : 'root:x:0:0:root:/root:/bin/sh\n'
  writeFileSync(join(folder, 'passwd'), `${root}agent:x:${uid}:${gid}:agent:/baton/home:/bin/sh\n`)
  writeFileSync(join(folder, 'group'), `${uid === 0 ? '' : 'root:x:0:\n'}agent:x:${gid}:\n`)
  writeFileSync(join(folder, 'hosts'), `127.0.0.1 localhost baton\n::1 localhost\n`)
  return folder
}

/** A file to be /etc/hosts for those that reach the same servers; there are as many as trusted configuration names lists of them. */
export function writeHosts(etc: string, text: string): string {
  const path = join(etc, `hosts-${hash('sha256', text, 'hex').slice(0, 16)}`)
  writeFileSync(path, text)
  return path
}

/** The spawner's own program, or its bridge's: beside us when we run from sources, in the folder of bundles otherwise. */
export function spawnerEntry(which: 'spawner' | 'bridge' = 'spawner'): string {
  const source = which === 'spawner' ? './child.ts' : './bridge/main.ts'
  const places = [source, `./${which}.js`, `../${which}.js`].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw new Error(
      `The spawner's program is missing (looked for ${places.join(', ')}). Build again, or install again.`,
    )
  return found
}
