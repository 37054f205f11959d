// What the processes of an agent may try against the packed program: to stay, to multiply, to flood, to look, and to be let out.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../cases/spawner.sample.ts'
import { unpack } from '../kills/program.ts'
import { branch, git, type ProjectOrder, plan } from '../kills/project.ts'
import { type Level, Room } from '../kills/room.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-processes-')))
let program = ''
let count = 0
beforeAll(() => {
  program = unpack(join(folder, 'packed'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tried = (...argv: [string, ...string[]]): boolean =>
  spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0
const sandbox = tried('bwrap', '--ro-bind', '/', '/', '--unshare-user', '--disable-userns', 'true')
const whyNot = (level: Level): string | undefined =>
  level === 'basic' && !sandbox ? 'bubblewrap 0.8 with user namespaces is not here' : undefined

async function inRoom(level: Level, project: Partial<ProjectOrder>, act: (room: Room) => Promise<void>): Promise<void> {
  count += 1
  const order = { size: 'one', seconds: 0, ...project } as const
  const room = await Room.make(join(folder, `room-${count}`), program, level, order)
  try {
    await act(room)
  } finally {
    await room.close()
  }
}

const log = async (room: Room): Promise<string> => {
  const { out } = await room.mustDo('log', 'T001', '--json')
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => (JSON.parse(line) as { text: string }).text)
    .join('')
}

/** Kilobytes that a process has had at most, seen until it ends. */
function mostMemory(pid: number): () => number {
  let most = 0
  const look = setInterval(() => {
    try {
      most = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? most)
    } catch {
      clearInterval(look)
    }
  }, 20)
  return () => {
    clearInterval(look)
    return most
  }
}

const stayers = `
(setsid bash -c "trap '' TERM HUP INT QUIT; (setsid bash -c 'trap \\"\\" TERM HUP; sleep 1000; sleep 1000' &); sleep 1000; sleep 1000" &)
nohup sleep 1000 > /dev/null 2>&1 &
disown -a
`
const deaf = `trap '' TERM HUP INT QUIT; ${stayers}\nwhile :; do sleep 1; done`
const swarm = `
trap '' TERM
f() { [ "$1" -gt 0 ] || return; for i in 1 2 3; do (trap '' TERM; f $(($1 - 1)); while :; do sleep 5; done) & done; }
f 4
while :; do sleep 1; done`

for (const level of ['none', 'basic'] as const) {
  describe(`an agent's processes at isolation ${level}`, { timeout: 120_000 }, () => {
    it('that fork twice, have sessions of their own and are deaf do not outlive it', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      await inRoom(level, { also: stayers }, async (room) => {
        await room.mustDo('run', plan)
        expect(await room.nothingLeft(1_000)).toBeUndefined()
      })
    })

    it('that are deaf to every word are gone five seconds after a cancel', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      await inRoom(level, { also: deaf }, async (room) => {
        const run = room.start(['run', plan])
        await eventually('the agent works', () => room.observer.starts.length > 0, 30_000)
        const began = performance.now()
        await room.mustDo('cancel', '001-tea-book', '--reason', 'enough')
        await eventually('nothing of it is alive', () => room.observer.alive.length === 0, 5_000)
        expect(performance.now() - began).toBeLessThan(6_000)
        expect((await run.within(30_000)).code).toBe(7)
        expect(await room.nothingLeft(1_000)).toBeUndefined()
      })
    })

    it('that multiply are ended by the time limit, all of them', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      await inRoom(level, { also: swarm, timeout: '3s' }, async (room) => {
        const run = room.start(['run', plan])
        await eventually('the agent works', () => room.observer.starts.length > 0, 30_000)
        const first = room.observer.starts[0]?.attempt ?? ''
        await eventually('the first swarm is dead', () => !room.observer.alive.includes(first), 15_000)
        await room.mustDo('cancel', '001-tea-book', '--reason', 'enough')
        await run.within(30_000)
        expect(await room.nothingLeft(5_000)).toBeUndefined()
        const { out } = await room.mustDo('show', '001-tea-book/T001/1', '--json')
        expect(JSON.parse(out)).toMatchObject({ outcome: { kind: 'failed', reason: 'timeout' } })
      })
    })

    it('that write a line of 100 MB do not make Baton grow, and are cut off with a mark', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      await inRoom(level, { also: "head -c 100000000 /dev/zero | tr '\\0' x", timeout: '2m' }, async (room) => {
        const run = room.start(['run', plan, '--json'])
        const most = mostMemory(run.pid)
        const ended = await run.within(120_000)
        expect(ended.err).toBe('')
        expect(ended.code).toBe(0)
        expect(most() / 1024).toBeLessThan(400)
        const [file = ''] = readdirSync(join(room.home, 'transcripts'))
        const path = join(room.home, 'transcripts', file)
        expect(statSync(path).size / 1e6).toBeLessThan(80)
        // What was held back of the endless line, for it might have been the beginning of a secret, comes last.
        expect(readFileSync(path, 'latin1').slice(-200_000)).toContain('bytes is not kept')
        expect(statSync(join(room.home, 'journal.db')).size / 1e6).toBeLessThan(1)
      })
    })

    it('that say what is no text are written down and shown as text', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      const odd = `printf 'a\\0b\\377\\376c\\355\\240\\200d\\033[2Je\\xc3'; printf '\\xa9f\\n'; printf '\\360\\237' >&2`
      await inRoom(level, { also: odd }, async (room) => {
        await room.mustDo('run', plan, '--json')
        const said = await log(room)
        expect(said).toMatch(/a.?b\ufffd+c\ufffd+d.*e\u00e9f/s)
        const shown = await room.mustDo('log', 'T001')
        expect(shown.out).not.toContain('\u001b')
        expect(shown.out).not.toContain('\0')
        await room.mustDo('audit', 'verify')
      })
    })

    it('get nothing from the environment that Baton itself was started with', async (ctx) => {
      const why = whyNot(level)
      if (why !== undefined) return ctx.skip(why)
      await inRoom(level, { also: 'mkdir -p book; env | sort > book/environment.txt' }, async (room) => {
        const evil = join(room.folder, 'evil')
        mkdirSync(evil)
        writeFileSync(join(evil, 'touch'), `#!/bin/sh\ntouch ${evil}/ran\n`, { mode: 0o755 })
        const env = {
          NODE_OPTIONS: '--no-deprecation',
          NODE_PATH: evil,
          LD_LIBRARY_PATH: evil,
          BASH_ENV: join(evil, 'touch'),
          ENV: join(evil, 'touch'),
          SHELL: join(evil, 'touch'),
          GIT_DIR: evil,
          GIT_EXTERNAL_DIFF: join(evil, 'touch'),
          GIT_SSH_COMMAND: join(evil, 'touch'),
          GIT_EXEC_PATH: evil,
          GIT_TEMPLATE_DIR: evil,
          GIT_CONFIG_COUNT: '2',
          GIT_CONFIG_KEY_0: 'core.fsmonitor',
          GIT_CONFIG_VALUE_0: join(evil, 'touch'),
          GIT_CONFIG_KEY_1: 'core.hooksPath',
          GIT_CONFIG_VALUE_1: evil,
          SECRET_KEY: 'canary-4711',
          SSH_AUTH_SOCK: join(evil, 'socket'),
        }
        const ended = await room.start(['run', plan, '--json'], env).within(60_000)
        expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' })
        const seen = git(room.repository, 'show', `${branch}:book/environment.txt`)
        expect(seen).toContain('BATON_KEY=T001')
        expect(seen).not.toMatch(/^(NODE_|LD_|BASH_ENV|ENV=|SHELL=.*evil|GIT_|SECRET|SSH_)/m)
        expect(seen).not.toContain('canary-4711')
        expect(existsSync(join(evil, 'ran'))).toBe(false)
      })
    })
  })
}

describe('a sandbox', { timeout: 120_000 }, () => {
  it("hides what is in Baton's own environment, and everybody else's, wherever an agent looks", async (ctx) => {
    const why = whyNot('basic')
    if (why !== undefined) return ctx.skip(why)
    // The word is not written in one piece, so that looking for it does not find the one who looks.
    const look = `
word="cana""ry-4711"; found=none
for each in /proc/[0-9]*; do
  for file in environ cmdline; do tr '\\0' '\\n' < $each/$file 2> /dev/null | grep -q -- "$word" && found="$found $each/$file"; done
done
mkdir -p book; echo "$found" > book/seen.txt; ls /proc | grep -c '^[0-9]' >> book/seen.txt`
    await inRoom('basic', { also: look }, async (room) => {
      const ended = await room.start(['run', plan, '--json'], { SECRET_KEY: 'canary-4711' }).within(60_000)
      expect(ended.err).toBe('')
      const [found, processes] = git(room.repository, 'show', `${branch}:book/seen.txt`).split('\n')
      expect(found).toBe('none')
      expect(Number(processes)).toBeLessThan(20)
    })
  })

  it('that is missing is not replaced by less: no agent starts, and the line that installs it is shown', async (ctx) => {
    const why = whyNot('basic')
    if (why !== undefined) return ctx.skip(why)
    const bwrap = spawnSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).stdout.trim()
    const hide = ['unshare', '--mount', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', bwrap]
    if (process.getuid?.() !== 0 || !tried('unshare', '--mount', 'mount', '--bind', '/dev/null', bwrap))
      return ctx.skip('only root can hide bubblewrap from one program')
    await inRoom('basic', {}, async (room) => {
      const ended = await room.start(['run', plan], {}, hide).within(60_000)
      expect(ended.code).not.toBe(0)
      expect(ended.out + ended.err).toContain('bubblewrap')
      expect(room.observer.starts).toEqual([])
      expect(git(room.repository, 'for-each-ref', '--format=%(refname)', branch)).toBe('')
      const shown = await room.do('show', '001-tea-book/T001/1', '--json')
      if (shown.code === 0) expect(JSON.parse(shown.out)).toMatchObject({ outcome: { reason: 'sandbox-missing' } })
      // With the sandbox back, a person lets it try again.
      await room.mustDo('retry', 'T001', '--json')
      expect(await room.complete()).toBeUndefined()
    })
  })
})
