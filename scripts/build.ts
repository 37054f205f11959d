// Builds dist: one bundle for each entry (lazy imports become chunks) and the type declarations.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { rolldown } from 'rolldown'

const root = dirname(import.meta.dirname)
/** The spawner, its bridge, the audit's threads and the store they open are started by their own files. */
const entries = {
  cli: 'src/cli/main.ts',
  index: 'src/index.ts',
  client: 'src/client/index.ts',
  spawner: 'src/spawners/child.ts',
  bridge: 'src/spawners/bridge/main.ts',
  segment: 'src/engine/journal/segment.ts',
  sqlite: 'src/stores/sqlite.ts',
}
const fresh = join(root, `dist.${process.pid}`)
const dist = join(root, 'dist')

/** Our code and its dependencies in as few files as a cold start allows; only Node's own modules stay outside. */
async function bundle(): Promise<void> {
  await alone('src/executors/hands/main.ts', 'hands.js')
  const present = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)))
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(present),
    platform: 'node',
    external: /^node:/,
    treeshake: true,
    transform: { target: 'node22' },
  })
  const { output } = await build.write({
    dir: fresh,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    sourcemap: false,
  })
  await build.close()
  writeFileSync(
    join(fresh, 'licences.txt'),
    licences(output.flatMap((one) => (one.type === 'chunk' ? one.moduleIds : []))),
  )
}

/** One file and nothing beside it: a sandbox is shown no other. */
async function alone(file: string, name: string): Promise<void> {
  if (!existsSync(join(root, file))) return
  const build = await rolldown({
    cwd: root,
    input: file,
    platform: 'node',
    external: /^node:/,
    transform: { target: 'node22' },
  })
  await build.write({ file: join(fresh, name), format: 'esm', sourcemap: false, codeSplitting: false })
  await build.close()
}

/** Whoever gets the bundle gets the licence of everything in it. */
function licences(modules: readonly string[]): string {
  const folders = new Set(modules.map((id) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(id)?.[0] ?? ''))
  folders.delete('')
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)/iu.test(one))
    const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
    return `${name} ${version}: ${license}\n\n${text}\n`
  })
  return `Parts of these packages are in the files beside this one.\n\n${texts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
}

/** Declarations only: whether the types hold is asked by `npm run types`, not by every build. */
function declare(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(dirname(manifest), 'bin', 'tsc')
  const child = spawn(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--outDir', join(fresh, 'types')], {
    cwd: root,
    stdio: 'inherit',
  })
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`declarations: tsc ended with ${code}`))))
  })
}

const began = performance.now()
mkdirSync(fresh, { recursive: true })
try {
  await Promise.all([bundle(), declare()])
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
process.stdout.write(`built dist in ${Math.round(performance.now() - began)} ms\n`)
