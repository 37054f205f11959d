// One process that has closed its door and does not let go of the home: `node leaving.ts <home>`.
import { leave } from '../../src/presets/leaving.ts'
import { holdHome } from '../../src/stores/lock.ts'

const home = process.argv[2] ?? ''
const hold = holdHome(home)
leave(home)
setTimeout(() => hold.held && hold.release(), 600_000)
process.stdout.write('leaving\n')
