// Every kind of clone passes the same cases.
import { spawnSync } from 'node:child_process'
import { cloneCases } from './clone.case.ts'

const namespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' }).status === 0

cloneCases('folder', undefined)
cloneCases('shared', undefined)
cloneCases('overlay', namespaces ? undefined : 'skipped: no user namespaces here')
