// Installs the real agents that the tests drive: pinned, each in a folder of its own, outside the project and its dependencies.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

interface Pin {
  readonly package: string
  readonly version: string
  /** Installed when no name is given. */
  readonly usual?: true
  /** Its own install script must run: it puts its program in place. */
  readonly scripts?: true
}

const pins = JSON.parse(readFileSync(join(import.meta.dirname, 'agents.json'), 'utf8')) as Record<string, Pin>
const agents = process.env.BATON_AGENTS || join(homedir(), '.cache', 'baton', 'agents')

function installed(name: string, pin: Pin): boolean {
  const manifest = join(agents, name, 'node_modules', pin.package, 'package.json')
  if (!existsSync(manifest)) return false
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version?: unknown }).version === pin.version
}

function npm(folder: string, pin: Pin): Promise<void> {
  const flags = ['--no-audit', '--no-fund', '--no-progress', '--loglevel=error', '--no-package-lock']
  if (pin.scripts !== true) flags.push('--ignore-scripts')
  const child = spawn('npm', ['install', '--prefix', folder, ...flags], { cwd: folder, stdio: 'inherit' })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`npm install ended with ${code} in ${folder}`))))
  })
}

/** Made beside its place and moved there whole: what is found there is complete. */
async function install(name: string, pin: Pin): Promise<void> {
  const place = join(agents, name)
  const fresh = `${place}.${process.pid}`
  rmSync(fresh, { recursive: true, force: true })
  mkdirSync(fresh, { recursive: true })
  try {
    const manifest = { private: true, dependencies: { [pin.package]: pin.version } }
    writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    await npm(fresh, pin)
    rmSync(place, { recursive: true, force: true })
    renameSync(fresh, place)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(pins, name))
if (unknown.length > 0) {
  process.stderr.write(
    `agents: nobody here is called ${unknown.join(', ')}. There are ${Object.keys(pins).join(', ')}.\n`,
  )
  process.exit(2)
}
for (const [name, pin] of Object.entries(pins)) {
  if (!(asked.length === 0 ? pin.usual === true : asked.includes(name))) continue
  const began = performance.now()
  const there = installed(name, pin)
  if (!there) await install(name, pin)
  const took = there ? 'already there' : `${Math.round((performance.now() - began) / 1000)} s`
  process.stdout.write(`${name}: ${pin.package} ${pin.version} in ${join(agents, name)} (${took})\n`)
}
