// Fails when the lock says where a package was fetched from, or when a package would run a script on being installed.
'use strict'

const lock = JSON.parse(require('node:fs').readFileSync(process.argv[2], 'utf8'))
const wrong = Object.entries(lock.packages).flatMap(([name, { resolved, link, hasInstallScript }]) => [
  ...(resolved && !link ? [`${name} is fetched from ${resolved}`] : []),
  ...(hasInstallScript && name !== '' ? [`${name} runs a script when it is installed`] : []),
])
for (const line of wrong) process.stderr.write(`${line}\n`)
process.exitCode = wrong.length === 0 ? 0 : 1
