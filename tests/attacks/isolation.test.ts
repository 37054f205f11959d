// What an agent may try against the machine, and what must end when something dies.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SandboxMissing, type SpawnOrder } from '../../src/core/ports.ts'
import { createSpawner, environment, type LocalSpawner } from '../../src/spawners/index.ts'
import { type Ground, ground } from '../cases/clone.sample.ts'
import { alive, eventually, freshFolder, mark, said, script, until } from '../cases/spawner.sample.ts'

const tried = (argv: readonly [string, ...string[]]): boolean =>
  spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0
const namespaces = tried(['unshare', '--user', '--map-root-user', '--mount', 'true'])
const sandbox = tried(['bwrap', '--ro-bind', '/', '/', '--unshare-user', '--disable-userns', 'true'])
const absent = namespaces
  ? sandbox
    ? undefined
    : 'skipped: bubblewrap 0.8 is not installed'
  : 'skipped: no user namespaces here'

describe('isolation basic', () => {
  const home = freshFolder('home')
  const folder = freshFolder('work')
  let spawner: LocalSpawner
  beforeEach((ctx) => {
    if (absent !== undefined) ctx.skip(absent)
  })
  beforeAll(async () => {
    // In main's own environment, as a real key would be.
    process.env.BATON_CANARY_KEY = 'canary-key-4711'
    if (absent === undefined) spawner = await createSpawner({ home, graceMs: 300 })
  })
  afterAll(async () => {
    delete process.env.BATON_CANARY_KEY
    await spawner?.close()
    for (const place of [home, folder]) rmSync(place, { recursive: true, force: true })
  })
  const run = async (text: string, more: Partial<SpawnOrder> = {}) =>
    said(await spawner.start(script(folder, text, { isolation: 'basic', stdin: new Uint8Array(), ...more })))

  it('shows no secret of ours anywhere in /proc', async () => {
    const { out } = await run('cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr "\\0" "\\n"')
    expect(out).toContain('BATON_ATTEMPT')
    expect(out).not.toContain('canary-key')
    expect(out).not.toContain(process.execPath)
  })

  it('puts no value of the environment on a command line that other users can read', async () => {
    const child = await spawner.start(
      script(folder, 'echo up; sleep 1000', {
        isolation: 'basic',
        env: { PATH: '/usr/bin:/bin', API_KEY: 'canary-in-env' },
      }),
    )
    await until(child.output[Symbol.asyncIterator](), 'up')
    const lines = alive('canary-in-env').map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'))
    await child.stop()
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.filter((line) => line.includes('canary-in-env'))).toEqual([])
  })

  it('hides the home of the person and of Baton, and every folder that was not named', async () => {
    writeFileSync(join(home, 'token'), 'canary')
    const { out } = await run(
      `ls -A ${homedir()} ${home} /root /home /var/log /mnt /opt 2>/dev/null; cat ${join(home, 'token')} 2>&1; ls /tmp /run`,
    )
    expect(out).not.toContain('canary')
    expect(out.split('\n').filter((line) => line !== '' && !line.startsWith('/') && !line.startsWith('cat:'))).toEqual(
      [],
    )
  })

  it('writes nowhere but its folder and its own temporary places, whatever it links', async () => {
    const paths = [
      '/etc/x',
      '/usr/bin/x',
      '/x',
      '/bin/x',
      '/lib/x',
      '/opt/x',
      '/proc/sys/kernel/hostname',
      '/sys/x',
      `${home}/x`,
      '/baton/x',
    ]
    const { out } = await run(
      `for p in ${paths.join(' ')}; do (echo x > $p) 2>/dev/null && echo wrote $p; done; ln -s ${home}/y out; (echo x > out) 2>/dev/null && echo wrote link; echo ok > fine; echo ok > /tmp/fine; echo ok > $HOME/fine; echo done`,
    )
    expect(out).toBe('done\n')
    expect(existsSync(join(home, 'y'))).toBe(false)
  })

  it('cannot touch the kernel, not even under a Baton that runs as root', async () => {
    const files = [
      'sys/kernel/core_pattern',
      'sys/kernel/hostname',
      'sys/vm/drop_caches',
      'sysrq-trigger',
      'irq/default_smp_affinity',
      'mtrr',
    ]
    const { out } = await run(
      `for f in ${files.join(' ')}; do [ -w /proc/$f ] && echo /proc/$f; done; find /proc/sys -writable -type f 2>/dev/null | head -3; test -e /sys && ls /sys; echo done`,
    )
    expect(out).toBe('done\n')
  })

  it('has no way to more rights: no nested namespaces, no set-uid, no capabilities, no mounts', async () => {
    const { out } = await run(
      'unshare --user true 2>/dev/null && echo userns; unshare --mount true 2>/dev/null && echo mountns; mount -t tmpfs x /tmp 2>/dev/null && echo mounted; grep -E "^(CapEff|NoNewPrivs)" /proc/self/status',
    )
    expect(out).toBe('CapEff:\t0000000000000000\nNoNewPrivs:\t1\n')
  })

  it('reaches no network when none is ordered, and the host when all is', async () => {
    const server = createServer((socket) => socket.end('hello'))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const text = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3' 2>/dev/null || echo refused`
    expect((await run(text)).out).toBe('refused\n')
    expect((await run(text, { network: 'all' })).out).toBe('hello')
    expect((await run('test -e /etc/resolv.conf && echo names')).out).toBe('')
    server.close()
  })

  it('shows what is named, read-only, and refuses to show what holds secrets', async () => {
    const tool = freshFolder('tool')
    writeFileSync(join(tool, 'x'), 'tool')
    const { out } = await run(`cat ${tool}/x; (echo y > ${tool}/x) 2>/dev/null || echo held`, { readOnly: [tool] })
    expect(out).toBe('toolheld\n')
    for (const path of ['/', '/home', '/proc', home, join(home, '..'), 'relative', `${tool}/../..`]) {
      await expect(run('true', { readOnly: [path] }), path).rejects.toThrow('cannot be shown')
    }
    rmSync(tool, { recursive: true })
  })

  it('ends a swarm that multiplies', async () => {
    const marker = mark()
    const child = await spawner.start(
      script(
        folder,
        'f() { for i in 1 2 3; do (sleep 0.05; [ $1 -gt 0 ] && f $(($1 - 1)); sleep 1000) & done; }; f 4; echo up; wait',
        { isolation: 'basic', marker },
      ),
    )
    await until(child.output[Symbol.asyncIterator](), 'up')
    await eventually('there are many', () => alive(marker).length > 50)
    await child.stop()
    expect(alive(marker)).toEqual([])
  })

  it('is refused, with the line that installs it, when bubblewrap is missing or too old: never run more weakly', async () => {
    const tools = freshFolder('tools')
    const otherHome = freshFolder('home')
    const other = await createSpawner({ home: otherHome, toolFolders: [tools] })
    const order = script(folder, 'touch ran-without', { isolation: 'basic' })
    await expect(other.start(order)).rejects.toThrow(SandboxMissing)
    await expect(other.start(order)).rejects.toThrow('apt-get install bubblewrap')
    expect(await other.probe('basic')).toMatchObject({
      works: false,
      tried: [],
      remedy: expect.stringContaining('apt-get install bubblewrap'),
    })
    writeFileSync(join(tools, 'bwrap'), '#!/bin/sh\necho bubblewrap 0.6.1\n')
    chmodSync(join(tools, 'bwrap'), 0o755)
    await expect(other.start(order)).rejects.toThrow('0.6.1')
    expect(existsSync(join(folder, 'ran-without'))).toBe(false)
    await other.close()
    for (const place of [tools, otherHome]) rmSync(place, { recursive: true })
  })
})

describe('a clone in the sandbox', () => {
  let place: Ground
  beforeEach((ctx) => {
    if (absent !== undefined) ctx.skip(absent)
  })
  beforeAll(async () => {
    if (absent === undefined) place = await ground('overlay', { 'a.txt': 'a\n' })
  })
  afterAll(() => place?.close())

  it("lets git work, shows of the person's repository its objects alone, and lets nobody write them", async () => {
    const clone = await place.clone()
    const { path } = place.person
    const text = `git status --porcelain && echo more >> a.txt && git commit -qam mine && git log --format=%s; ls -A ${path} ${path}/.git; (echo x > ${path}/.git/objects/x) 2>/dev/null || echo held; rm -rf ${path}/.git/objects/pack 2>/dev/null; git cat-file -e HEAD~1 && echo there`
    const child = await place.spawner.start(script(clone.folder, text, { isolation: 'basic', stdin: new Uint8Array() }))
    const { out, err } = await said(child)
    expect(err).toBe('')
    expect(out).toBe(`mine\nstart\n${path}:\n.git\n\n${path}/.git:\nobjects\nheld\nthere\n`)
    await clone.discard()
  })

  it('cannot borrow other folders by what it writes into its git folder', async () => {
    const clone = await place.clone()
    writeFileSync(join(place.home, 'token'), 'canary')
    const orders = [
      'echo $HOME_OF_BATON > .git/objects/info/alternates',
      'cat $HOME_OF_BATON/token 2>/dev/null; echo done',
    ]
    const outs: string[] = []
    for (const text of orders) {
      const env = { PATH: '/usr/bin:/bin', HOME_OF_BATON: place.home }
      outs.push((await said(await place.spawner.start(script(clone.folder, text, { isolation: 'basic', env })))).out)
    }
    expect(outs).toEqual(['', 'done\n'])
    await clone.discard()
  })
})

describe('when something dies', () => {
  const home = freshFolder('home')
  const mains: ChildProcess[] = []
  afterAll(() => {
    for (const main of mains) main.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  })

  for (const kind of ['namespaced', 'plain'] as const) {
    for (const isolation of ['none', 'basic', 'strict'] as const) {
      it(`kill -9 of main ends everything below within a second (${kind}, ${isolation})`, async (ctx) => {
        if ((kind === 'namespaced' || isolation !== 'none') && absent !== undefined) ctx.skip(absent)
        const marker = mark()
        const program = join(import.meta.dirname, 'isolation.main.ts')
        const main = spawn(process.execPath, [program, home, kind, isolation, marker], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        mains.push(main)
        await new Promise<void>((done) => main.stdout?.once('data', () => done()))
        await eventually('the tree is there', () => alive(marker).length >= 5)
        main.kill('SIGKILL')
        await eventually('nothing is left', () => alive(marker).length === 0, 1_000)
      })

      it(`kill -9 of the spawner settles its children as signals, and the next start makes a new one (${kind}, ${isolation})`, async (ctx) => {
        if ((kind === 'namespaced' || isolation !== 'none') && absent !== undefined) ctx.skip(absent)
        const spawner = await createSpawner({ home, kind, graceMs: 300 })
        const marker = mark()
        const folder = join(home, 'work')
        mkdirSync(folder, { recursive: true })
        const child = await spawner.start(
          script(folder, 'setsid sleep 1000 & echo up; sleep 1000', { isolation, marker }),
        )
        const output = child.output[Symbol.asyncIterator]()
        await until(output, 'up')
        const before = spawner.pid
        process.kill(before, 'SIGKILL')
        expect(await child.ended).toEqual({ code: null, signal: 'SIGKILL' })
        while ((await output.next()).done !== true);
        await child.stop()
        // A plain spawner that is killed cannot take a bare child with it; the house sweeps by the marker.
        if (kind === 'plain' && isolation === 'none') await spawner.sweep(marker)
        await eventually('nothing is left', () => alive(marker).length === 0, 1_000)
        expect((await said(await spawner.start(script(folder, 'echo again', { isolation })))).out).toBe('again\n')
        expect(spawner.pid).not.toBe(before)
        await spawner.close()
        await expect(spawner.start(script(folder, 'true'))).rejects.toThrow('closed')
      })
    }
  }

  it('a stopped spawner does not keep anything alive', async (ctx) => {
    if (absent !== undefined) ctx.skip(absent)
    const marker = mark()
    const program = join(import.meta.dirname, 'isolation.main.ts')
    const main = spawn(process.execPath, [program, home, 'namespaced', 'none', marker], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    mains.push(main)
    await new Promise<void>((done) => main.stdout?.once('data', () => done()))
    const spawners = alive(`${home}-never`)
      .concat(alive('src/spawners/child.ts'))
      .filter((pid) => alive(marker).length > 0 && descends(pid, main.pid ?? 0))
    expect(spawners.length).toBeGreaterThan(0)
    for (const pid of spawners) process.kill(pid, 'SIGSTOP')
    main.kill('SIGKILL')
    await eventually('nothing is left', () => alive(marker).length === 0, 1_000)
  })
})

function descends(pid: number, from: number): boolean {
  for (let at = pid; at > 1; ) {
    if (at === from) return true
    const stat = readFileSync(`/proc/${at}/stat`, 'latin1')
    at = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
  }
  return false
}

describe('the environment of a child', () => {
  it('holds nothing that makes other programs load code or believe they are elsewhere, however it is asked for', () => {
    const evil = [
      'NODE_OPTIONS',
      'LD_PRELOAD',
      'LD_LIBRARY_PATH',
      'SHELL',
      'BASH_ENV',
      'ENV',
      'GIT_DIR',
      'GIT_CONFIG_COUNT',
      'GIT_SSH_COMMAND',
      'SSH_AUTH_SOCK',
      'PATH',
      'BATON_HOME',
      'PYTHONSTARTUP',
      'A B',
      'A=B',
      '',
    ]
    const own = Object.fromEntries([...evil, 'MODEL_KEY'].map((name) => [name, 'x']))
    const from = {
      ...own,
      LANG: 'de_DE.UTF-8',
      TZ: 'UTC',
      OPENAI_API_KEY: 'secret',
      GITHUB_TOKEN: 'secret',
      HOME: '/root',
    }
    const { env, refused } = environment({ own, from, toolchains: ['/opt/node'] })
    expect([...refused].sort()).toEqual(evil.sort())
    expect(env).toEqual({
      CI: '1',
      HOME: '/nonexistent',
      LANG: 'de_DE.UTF-8',
      MODEL_KEY: 'x',
      PATH: '/opt/node/bin:/opt/node:/usr/local/bin:/usr/bin:/bin',
      TERM: 'dumb',
      TMPDIR: '/tmp',
      TZ: 'UTC',
    })
  })
})
