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
  /** A command that unpacks itself at its first start: it is made to, once, beside its package. */
  readonly unpack?: string
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
  return run('npm', ['install', '--prefix', folder, ...flags], folder)
}

function run(command: string, args: readonly string[], folder: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
  const child = spawn(command, args, { cwd: folder, stdio: 'inherit', env: { ...process.env, ...env } })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`${command} ended with ${code} in ${folder}`))))
  })
}

async function unpack(folder: string, command: string): Promise<void> {
  const env = {
    HOME: folder,
    COPILOT_SEA_EXTRACT_ONLY: '1',
    COPILOT_PKG_CACHE_HOME: join(folder, 'node_modules', '.unpacked'),
  }
  await run(join(folder, 'node_modules', '.bin', command), [], folder, env)
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
    if (pin.unpack !== undefined) await unpack(fresh, pin.unpack)
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
