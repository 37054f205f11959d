// One process that says one thing to a home, or stays and answers others: `node writer.ts <home> <folder> [stay]`.
import { connect } from '../../src/cli/connect.ts'

const [home = '', folder = '', stay] = process.argv.slice(2)
const house = await connect(stay === undefined ? 'write' : 'work', { home, folder })
if (stay === undefined) {
  await house.call('audit/checkpoint', {})
  await house.close()
} else process.stdout.write('listening\n')
