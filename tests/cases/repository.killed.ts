// A child that moves a branch and kills itself at the given point, as `kill -9` would.
import { createRepository } from '../../src/repositories/index.ts'

const [path = '', ref = '', to = '', expected = '', point = '', count = '1'] = process.argv.slice(2)
let left = Number(count)
const repository = await createRepository(path, {
  at(reached) {
    if (reached === point && --left === 0) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(JSON.stringify(await repository.moveRef(ref, to, expected, 'to be killed')))
await repository.close()
