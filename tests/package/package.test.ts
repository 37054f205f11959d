// What is packed is what is meant to be, installs small and without scripts, and works on every Node that is promised.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, type Manifest, manifestIn, name, nodes, npm, type Place, root } from './place.ts'

let place: Place
beforeAll(() => {
  place = install()
}, 120_000)
afterAll(() => rmSync(place.folder, { recursive: true, force: true }))

const meant = [
  'LICENSE',
  'bin/baton.cjs',
  'dist/bridge.js',
  'dist/cli.js',
  'dist/client.js',
  'dist/hands.js',
  'dist/index.js',
  'dist/licences.txt',
  'dist/segment.js',
  'dist/spawner.js',
  'dist/sqlite.js',
  'package.json',
]
/** npm packs these wherever they are. */
const mayCome = ['README.md', 'CHANGELOG.md', 'NOTICE']

describe('the tarball', () => {
  it('holds the launcher, the bundle and its types, and nothing else', () => {
    const [packed] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], root)) as [
      { files: { path: string }[] },
    ]
    const paths = packed.files.map(({ path }) => path)
    const plain = paths.filter((path) => !/^dist\/(types|chunks)\//.test(path) && !mayCome.includes(path))
    expect(plain.sort()).toEqual(meant)
    const chunks = paths.filter((path) => path.startsWith('dist/chunks/'))
    expect(chunks.filter((path) => !/^dist\/chunks\/[\w.-]+-[\w-]{8}\.js$/.test(path))).toEqual([])
    const types = paths.filter((path) => path.startsWith('dist/types/'))
    expect(types.filter((path) => !path.endsWith('.d.ts') || path.endsWith('.test.d.ts'))).toEqual([])
  })

  it('says nothing of where it was made', () => {
    const [own = ''] = place.packages
    const found = spawnSync('grep', ['-rlF', '-e', root, own], { encoding: 'utf8' })
    expect(found.stdout).toBe('')
  })
})

function bytesOf(path: string): number {
  const seen = lstatSync(path)
  if (!seen.isDirectory()) return seen.size
  return readdirSync(path).reduce((sum, each) => sum + bytesOf(join(path, each)), 0)
}

describe('the installed package', () => {
  it('is at most 40 packages and 40 MB', () => {
    expect(place.packages.length).toBeLessThanOrEqual(40)
    expect(bytesOf(join(place.folder, 'node_modules')) / 1e6).toBeLessThan(40)
  })

  it('runs nothing while it is installed', () => {
    const scripted = (manifest: Manifest) =>
      ['preinstall', 'install', 'postinstall'].filter((script) => manifest.scripts?.[script] !== undefined)
    expect(place.packages.flatMap((folder) => scripted(manifestIn(folder)))).toEqual([])
    expect(place.packages.filter((folder) => existsSync(join(folder, 'binding.gyp')))).toEqual([])
  })

  for (const { version, bin, why } of nodes()) {
    it(`answers npx and plays its demo on Node ${version}`, { timeout: 120_000 }, (ctx) => {
      if (bin === undefined) return ctx.skip(why)
      const empty = join(place.folder, `path-${version}`)
      mkdirSync(empty)
      symlinkSync(bin, join(empty, 'node'))
      const npx = execFileSync('sh', ['-c', 'command -v npx'], { encoding: 'utf8' }).trim()
      const env = {
        PATH: [empty, dirname(npx), process.env.PATH].join(':'),
        HOME: place.folder,
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
      }
      const run = (program: string, ...args: string[]) =>
        spawnSync(program, args, { cwd: place.folder, env, encoding: 'utf8', timeout: 110_000 })
      const npxed = run('npx', '--no-install', 'baton', '--version')
      expect(npxed.stdout + npxed.stderr).toBe(`${manifestIn(root).version}\n`)
      const demo = run(join(place.folder, 'node_modules', '.bin', 'baton'), 'demo', '--once', '--json')
      expect(demo.stderr).toBe('')
      const played = JSON.parse(demo.stdout) as { steps: number; landed: number }
      expect(played).toMatchObject({ outcome: 'complete', whole: true, exit: 0 })
      expect(played.landed).toBe(played.steps)
      expect(played.steps).toBeGreaterThan(0)
    })
  }
})

describe('the import', () => {
  const run = (text: string, flags: readonly string[] = []) =>
    spawnSync(process.execPath, [...flags, '--input-type=module', '-e', text], {
      cwd: place.folder,
      encoding: 'utf8',
      timeout: 20_000,
      env: { PATH: process.env.PATH ?? '', HOME: place.folder },
    })

  it('has no effect: no handler, no handle, no word, no change, and the process ends by itself', () => {
    const text = `
      import { readdirSync } from 'node:fs'
      const seen = () => ({
        listeners: process.eventNames().map(String).sort(),
        // Two registries that zod keeps, so that two copies of it get on with each other.
        globals: Object.getOwnPropertyNames(globalThis).filter((name) => !/^__zod_/.test(name)).sort(),
        env: process.env,
        folder: process.cwd(),
        mask: process.umask(),
        files: readdirSync('.'),
        code: process.exitCode ?? null,
      })
      const texts = () => Object.entries(seen()).map(([name, value]) => name + ' ' + JSON.stringify(value))
      const before = texts()
      await import('${name}')
      for (const [at, text] of texts().entries()) if (text !== before[at]) console.log('before', before[at], 'then', text)
      const left = process.getActiveResourcesInfo().filter((kind) => !/^(FSReqPromise|TTYWrap|PipeWrap)$/.test(kind))
      if (left.length > 0) console.log('left open', left)
    `
    const ended = run(text)
    expect({ out: ended.stdout, err: ended.stderr, code: ended.status }).toEqual({ out: '', err: '', code: 0 })
  })

  it('gives createHouse', () => {
    const ended = run(`const { createHouse } = await import('${name}'); console.log(typeof createHouse)`)
    expect(ended.stdout + ended.stderr).toBe('function\n')
  })

  it('gives a client that reaches what the installed program serves', { timeout: 60_000 }, async () => {
    const home = join(place.folder, 'home')
    const env = { PATH: process.env.PATH ?? '', HOME: place.folder, BATON_HOME: home }
    const served = spawn(
      process.execPath,
      [join(place.folder, 'node_modules', '.bin', 'baton'), 'serve', '--port', '0', '--json'],
      { env },
    )
    try {
      const said = await new Promise<string>((resolve) => served.stdout.once('data', (chunk) => resolve(String(chunk))))
      const [url] = (JSON.parse(said) as { urls: string[] }).urls
      const key = readFileSync(join(home, 'token'), 'utf8').trim()
      const ended = run(`
        const { connect } = await import('${name}/client')
        const client = await connect({ url: '${url}', key: '${key}' })
        console.log((await client.call('status/list', {})).items.length)
        const mirror = await client.mirror()
        console.log(mirror.seq > 0, mirror.look('status/list', {}).items.length)
        await client.close()
      `)
      expect(ended.stdout + ended.stderr).toBe('0\ntrue 0\n')
    } finally {
      served.kill('SIGKILL')
    }
  })

  it('has types that a strict program compiles against', { timeout: 60_000 }, () => {
    const folder = join(place.folder, 'consumer')
    mkdirSync(folder)
    const flags = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--types', 'node']
    const typesRoot = join(place.folder, 'node_modules', '@types')
    mkdirSync(typesRoot, { recursive: true })
    for (const each of ['@types/node', 'undici-types']) {
      if (!existsSync(join(root, 'node_modules', each))) continue
      symlinkSync(join(root, 'node_modules', each), join(place.folder, 'node_modules', each))
    }
    // Not called .ts here: it is no module of this house, and compiles against the packed types alone.
    copyFileSync(join(import.meta.dirname, 'consumer.txt'), join(folder, 'consumer.ts'))
    const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const ended = spawnSync(process.execPath, [tsc, ...flags, join(folder, 'consumer.ts')], {
      cwd: place.folder,
      encoding: 'utf8',
    })
    expect(ended.stdout + ended.stderr).toBe('')
  })
})
