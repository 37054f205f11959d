// Checks the types of the whole house, and of core and api with nothing but the language in sight.
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = dirname(import.meta.dirname)
const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

/** A room without modules has nothing to check, and tsc calls that an error. */
function hasModules(folder: string): boolean {
  return globSync('**/*.ts', { cwd: join(root, folder) }).some((file) => !file.endsWith('.test.ts'))
}

function check(project: string): Promise<boolean> {
  const child = spawn(process.execPath, [tsc, '-p', project, '--noEmit'], { cwd: root, stdio: 'inherit' })
  return new Promise((done) => child.on('exit', (code) => done(code === 0)))
}

const projects = ['tsconfig.json']
for (const room of ['src/core', 'src/api']) {
  if (existsSync(join(root, room, 'tsconfig.json')) && hasModules(room)) projects.push(`${room}/tsconfig.json`)
}
const results = await Promise.all(projects.map(check))
for (const [index, sound] of results.entries()) {
  process.stdout.write(`types ${sound ? 'hold' : 'FAIL'}: ${projects[index]}\n`)
}
process.exitCode = results.every(Boolean) ? 0 : 1
