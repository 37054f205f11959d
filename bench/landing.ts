// What landing costs: merge, commit and move of a ref at 50,000 files, beside the same three git commands started bare.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRepository, type OpenRepository } from '../src/repositories/index.ts'
import { type Figure, median, report } from './figure.ts'

const files = 50_000
const rounds = 30
/** The first rounds, cold, are not counted. */
const cold = 5
const who = { authorName: 'Bench', authorEmail: 'bench@localhost', at: 1_700_000_000_000 }
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'B',
  GIT_AUTHOR_EMAIL: 'b@b',
  GIT_COMMITTER_NAME: 'B',
  GIT_COMMITTER_EMAIL: 'b@b',
}

/** Built by fast-import into one pack: 50,000 files in 500 folders, nothing checked out. */
function build(path: string): void {
  execFileSync('git', ['init', '-q', '-b', 'main', path], { env })
  const parts = ['commit refs/heads/main\ncommitter B <b@b> 1600000000 +0000\ndata 1\nx\n']
  for (let n = 0; n < files; n++) {
    const text = `export const value${n} = ${n}\n`
    parts.push(
      `M 100644 inline src/${Math.floor(n / 1000)}/${Math.floor(n / 100)}/file${n}.ts\ndata ${text.length}\n${text}\n`,
    )
  }
  execFileSync('git', ['-C', path, 'fast-import', '--quiet'], { input: parts.join(''), env })
  execFileSync('git', ['-C', path, 'symbolic-ref', 'HEAD', 'refs/heads/none'], { env })
}

function git(path: string, ...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', path, '-c', 'core.fsync=committed,loose-object', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8')
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(out.trim()) : reject(new Error(`git ${args[0]} ended with ${code}`)),
    )
  })
}

interface Pair {
  readonly current: string
  readonly attempt: string
}

/** A branch and an attempt that started at its parent: each changed another file. */
async function pair(repository: OpenRepository, base: string, n: number): Promise<Pair> {
  const side = async (file: number, message: string) => {
    const path = `src/${Math.floor(file / 1000)}/${Math.floor(file / 100)}/file${file}.ts`
    const tree = await repository.writeTree(base, [
      { path, kind: 'modified', content: Buffer.from(`// ${message} ${n}\n`) },
    ])
    return repository.commit({ ...who, tree, parents: [base], message })
  }
  return { current: await side(n, 'current'), attempt: await side(files - 1 - n, 'attempt') }
}

async function land(repository: OpenRepository, { current, attempt }: Pair, ref: string): Promise<void> {
  const merge = await repository.merge(current, attempt)
  if (!merge.clean) throw new Error('the merge was meant to be clean')
  const commit = await repository.commit({ ...who, tree: merge.tree, parents: [current], message: 'land' })
  const move = await repository.moveRef(ref, commit, current, 'land')
  if (move.kind !== 'moved') throw new Error(`the ref was meant to move, and is ${move.kind}`)
}

async function landBare(path: string, { current, attempt }: Pair, ref: string): Promise<void> {
  const tree = await git(path, 'merge-tree', '--write-tree', current, attempt)
  const commit = await git(path, 'commit-tree', tree, '-p', current, '-m', 'land')
  await git(path, 'update-ref', '-m', 'land', ref, commit, current)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function run(path: string, repository: OpenRepository) {
  const base = (await repository.tip('refs/heads/main')) ?? ''
  const [ours, bare, writes]: [number[], number[], number[]] = [[], [], []]
  for (let n = 0; n < rounds; n++) {
    const pairs = [await pair(repository, base, 2 * n), await pair(repository, base, 2 * n + 1)] as const
    for (const [i, { current }] of pairs.entries())
      await repository.moveRef(`refs/heads/land-${n}-${i}`, current, null, 'start')
    const one = await timed(() => land(repository, pairs[0], `refs/heads/land-${n}-0`))
    const two = await timed(() => landBare(path, pairs[1], `refs/heads/land-${n}-1`))
    const content = Buffer.from(`// changed in round ${n}\n`)
    const three = await timed(() =>
      repository.writeTree(base, [{ path: 'src/25/250/file25000.ts', kind: 'modified', content }]),
    )
    if (n < cold) continue
    ours.push(one)
    bare.push(two)
    writes.push(three)
  }
  return { ours: median(ours), bare: median(bare), writes: median(writes) }
}

export async function measure(): Promise<Figure[]> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-landing-'))
  try {
    const path = join(folder, 'repo')
    build(path)
    const repository = await createRepository(path, { scratch: folder })
    const found = await run(path, repository).finally(() => repository.close())
    const ratio = found.ours / found.bare
    const at = `${files.toLocaleString('en')} files`
    return [
      {
        name: `merge, commit and move a ref, ${at}`,
        value: found.ours,
        unit: 'ms',
        limit: found.bare,
        ratio,
        bar: 'at most 1.5 x the bare three commands',
        met: ratio <= 1.5,
        note: 'both make their objects durable; ours also looks where the branch is checked out',
      },
      {
        name: `write the tree of one changed file, ${at}`,
        value: found.writes,
        unit: 'ms',
        bar: 'at most 20 ms, durable',
        met: found.writes <= 20,
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)
