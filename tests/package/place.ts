// A folder in which the packed program was installed, as npm lays it out; all of it comes from this checkout, so no network is asked.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
export const name = '@baton-run/baton'

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly engines?: Readonly<Record<string, string>>
}

export const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest

export function npm(args: readonly string[], cwd: string): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

export interface Place {
  readonly folder: string
  /** Folders of all packages, ours first. */
  readonly packages: readonly string[]
}

/** Where Node would find `dependency` of the package in `from`. */
function found(dependency: string, from: string): string {
  for (let at = from; ; at = join(at, '..')) {
    const place = join(at, 'node_modules', dependency)
    if (existsSync(join(place, 'package.json'))) return realpathSync(place)
    if (at === join(at, '..')) throw new Error(`${dependency} is not installed in this checkout.`)
  }
}

/** Copies what `from` depends on beside it, each once; two versions of one name would need npm itself. */
function addDependencies(from: string, modules: string, packages: Map<string, string>): void {
  for (const dependency of Object.keys(manifestIn(from).dependencies ?? {})) {
    const source = found(dependency, from === root ? root : from)
    const known = packages.get(dependency)
    if (known !== undefined && known !== source) throw new Error(`Two versions of ${dependency} are needed.`)
    if (known !== undefined) continue
    packages.set(dependency, source)
    cpSync(source, join(modules, dependency), { recursive: true })
    addDependencies(source, modules, packages)
  }
}

export function install(): Place {
  if (!existsSync(join(root, 'dist', 'cli.js'))) throw new Error('There is nothing to pack: run npm run build first.')
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-package-')))
  npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], root)
  const ball = readdirSync(folder).find((file) => file.endsWith('.tgz'))
  if (ball === undefined) throw new Error('npm pack made no tarball.')
  const modules = join(folder, 'node_modules')
  const own = join(modules, name)
  mkdirSync(own, { recursive: true })
  execFileSync('tar', ['xzf', join(folder, ball), '--strip-components=1', '-C', own])
  const packages = new Map<string, string>()
  addDependencies(root, modules, packages)
  mkdirSync(join(modules, '.bin'))
  symlinkSync(join('..', name, 'bin', 'baton.cjs'), join(modules, '.bin', 'baton'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'somebody', private: true, type: 'module' }))
  return { folder, packages: [own, ...[...packages.keys()].map((each) => join(modules, each))] }
}

/** Node 24 is what runs this test; the oldest that we promise is fetched only where `npm run package` asks for it. */
export function nodes(): readonly {
  readonly version: string
  readonly bin: string | undefined
  readonly why: string
}[] {
  const oldest = '22.19.0'
  const kept = join(tmpdir(), `baton-node-${oldest}-${process.getuid?.() ?? 0}`)
  const carrier = `node-${process.platform}-${process.arch}`
  const bin = join(kept, 'node_modules', carrier, 'bin', 'node')
  if (!existsSync(bin) && process.env.npm_lifecycle_event === 'package') {
    const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', kept]
    mkdirSync(kept, { recursive: true })
    spawnSync('npm', [...args, `${carrier}@${oldest}`], { cwd: kept, timeout: 90_000, stdio: 'ignore' })
  }
  return [
    { version: process.version, bin: process.execPath, why: '' },
    {
      version: `v${oldest}`,
      bin: existsSync(bin) ? bin : undefined,
      why: `Node ${oldest} is not here: npm run package fetches it where there is a network`,
    },
  ]
}
