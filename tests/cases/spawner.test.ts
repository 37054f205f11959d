// Every spawner passes the same cases, at every level that this machine has.
import { execFileSync, spawnSync } from 'node:child_process'
import { createSpawner } from '../../src/spawners/index.ts'
import { spawnerCases } from './spawner.case.ts'

function works(argv: readonly [string, ...string[]]): boolean {
  const [program, ...rest] = argv
  return spawnSync(program, rest, { stdio: 'ignore' }).status === 0
}

const namespaces = works(['unshare', '--user', '--map-root-user', '--mount', 'true'])
  ? undefined
  : 'skipped: no user namespaces here'
const sandbox = works(['bwrap', '--version']) ? undefined : 'skipped: bubblewrap is not installed'
const forbids =
  sandbox ??
  (execFileSync('bwrap', ['--version'], { encoding: 'utf8' }).includes('0.7')
    ? 'skipped: bubblewrap is too old'
    : undefined)

for (const kind of ['namespaced', 'plain'] as const) {
  for (const isolation of ['none', 'basic', 'strict'] as const) {
    spawnerCases({
      name: kind,
      isolation,
      absent:
        (kind === 'namespaced' ? namespaces : undefined) ??
        (isolation === 'none' ? undefined : (forbids ?? namespaces)),
      make: (home) => createSpawner({ home, kind, graceMs: 300 }),
    })
  }
}
