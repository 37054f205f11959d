// The command line: reads what was asked and hands it to the command that does it.
import manifest from '../../package.json' with { type: 'json' }

if (process.argv.includes('--version') || process.argv.includes('-V')) process.stdout.write(`${manifest.version}\n`)
