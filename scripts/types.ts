// Checks the types of the whole house, and of every room with a tsconfig.json of its own under its stricter rules.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
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
for (const project of globSync('src/*/tsconfig.json', { cwd: root }).sort()) {
  if (hasModules(dirname(project))) projects.push(project)
}
const results = await Promise.all(projects.map(check))
for (const [index, sound] of results.entries()) {
  process.stdout.write(`types ${sound ? 'hold' : 'FAIL'}: ${projects[index]}\n`)
}
process.exitCode = results.every(Boolean) ? 0 : 1
