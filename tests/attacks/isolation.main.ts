// A main process for tests to kill: it starts a spawner and children that try to outlive it, and says when they are there.
import { createSpawner } from '../../src/spawners/index.ts'

const [home = '', kind = '', isolation = '', marker = '', reach = ''] = process.argv.slice(2)
const spawner = await createSpawner({ home, kind: kind as 'plain' })
const text = `trap '' TERM HUP; setsid sh -c "trap '' TERM HUP; sleep 1000 & wait" & (setsid sleep 1000 &) ; sleep 1000 & echo up; while :; do sleep 1; done`
const child = await spawner.start({
  argv: ['sh', '-c', text],
  folder: home,
  env: { PATH: '/usr/bin:/bin' },
  isolation: isolation as 'basic',
  network: reach === '' ? 'none' : 'model',
  reach: reach === '' ? [] : [reach],
  readOnly: [],
  marker,
})
for await (const { bytes } of child.output) process.stdout.write(bytes)
