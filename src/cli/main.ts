// The command line: answers at once what lies ready, and loads everything else only when it is needed.
import manifest from '../../package.json' with { type: 'json' }
import { quickStatus } from './quick.ts'
import { realWorld } from './real.ts'

async function main(): Promise<number> {
  const argv = process.argv.slice(2)
  if (argv[0] === '--version' || argv[0] === '-V') {
    process.stdout.write(`${manifest.version}\n`)
    return 0
  }
  const world = realWorld()
  try {
    if (argv[0] === 'status' && (await quickStatus(argv, world))) return 0
  } catch (error) {
    const { tell } = await import('./go.ts')
    return tell(error, argv, world)
  }
  const { go } = await import('./go.ts')
  return go(argv, world)
}

/** A reader that has gone (`| head`) is no error of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 9))

const code = await main()
// What was written must be out before the process ends, also into a slow pipe.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
