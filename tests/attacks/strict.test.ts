// What an agent may ask of the kernel at isolation strict, what it lives on there, and what ends with it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SandboxMissing, type SpawnOrder } from '../../src/core/ports.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'
import { architectureHere } from '../../src/spawners/sandbox/filter.ts'
import { answers, callingProgram, otherWorldProgram } from '../../src/spawners/sandbox/program.ts'
import { attempts } from '../../src/spawners/sandbox/tries.ts'
import { alive, eventually, freshFolder, mark, ordered, said, script } from '../cases/spawner.sample.ts'

const tried = (...argv: [string, ...string[]]): boolean =>
  spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0
const architecture = architectureHere()
const absent = !tried('unshare', '--user', '--map-root-user', '--mount', 'true')
  ? 'skipped: no user namespaces here'
  : tried('bwrap', '--ro-bind', '/', '/', '--unshare-user', '--disable-userns', 'true')
    ? architecture === undefined
      ? 'skipped: the calls of this processor are not known'
      : undefined
    : 'skipped: bubblewrap 0.8 is not installed'
const toolchain = process.execPath.startsWith('/usr/') ? [] : [dirname(dirname(process.execPath))]

describe('isolation strict', () => {
  const home = freshFolder('home')
  const folder = freshFolder('work')
  const servers: Server[] = []
  let spawner: LocalSpawner
  beforeEach((ctx) => {
    if (absent !== undefined) ctx.skip(absent)
  })
  beforeAll(async () => {
    if (absent === undefined) spawner = await createSpawner({ home, graceMs: 300 })
  })
  afterAll(async () => {
    await spawner?.close()
    for (const server of servers) server.close()
    for (const place of [home, folder]) rmSync(place, { recursive: true, force: true })
  })
  const level = (more: Partial<SpawnOrder> = {}): Partial<SpawnOrder> => ({
    isolation: 'strict',
    stdin: new Uint8Array(),
    ...more,
  })
  const run = async (text: string, more: Partial<SpawnOrder> = {}) =>
    said(await spawner.start(script(folder, text, level(more))))
  const node = async (text: string, more: Partial<SpawnOrder> = {}) =>
    said(await spawner.start(ordered(folder, [process.execPath, '-e', text], level({ readOnly: toolchain, ...more }))))
  const asked = async (isolation: 'basic' | 'strict'): Promise<readonly number[]> => {
    const list = attempts(architecture ?? 'x64')
    writeFileSync(
      join(folder, 'calls'),
      callingProgram(
        architecture ?? 'x64',
        list.map(({ call }) => call),
      ),
      { mode: 0o700 },
    )
    const child = await spawner.start(ordered(folder, ['./calls'], level({ isolation })))
    const all: Uint8Array[] = []
    for await (const { bytes } of child.output) all.push(bytes)
    return answers(Buffer.concat(all))
  }

  it('refuses calls that isolation basic answers, and not because they lack rights', async () => {
    const list = attempts(architecture ?? 'x64')
    const [strict, basic] = [await asked('strict'), await asked('basic')]
    expect(strict).toEqual(list.map(({ answer }) => answer))
    const open = list.filter(({ answer }, at) => basic[at] !== answer).map(({ what }) => what)
    expect(open.length).toBeGreaterThan(list.length / 2)
    expect(open).toEqual(expect.arrayContaining(['be traced by another process', 'know its addresses before', 'mount']))
  })

  it('ends a program that speaks to the kernel as one of 32 bits', async (ctx) => {
    if (architecture !== 'x64') ctx.skip('skipped: only x86-64 programs of 64 bits can do so')
    writeFileSync(join(folder, 'other'), otherWorldProgram(), { mode: 0o700 })
    const { ended } = await said(await spawner.start(ordered(folder, ['./other'], level())))
    expect(ended).toEqual({ code: null, signal: 'SIGSYS' })
  })

  it('stays on whatever is started, however, and on the first process as well', async () => {
    const { out } = await run(
      `for f in /proc/1/status /proc/self/status; do grep -E '^(NoNewPrivs|Seccomp):' $f; done; env -i setsid /bin/sh -c 'grep Seccomp: /proc/self/status'`,
    )
    const one = 'NoNewPrivs:\t1\nSeccomp:\t2\n'
    expect(out).toBe(`${one}${one}Seccomp:\t2\n`)
  })

  it('lets the programs live that agents are made of', async () => {
    const git = await run(
      'export HOME=/tmp; git init -q . && git config user.email a@b && git config user.name a && echo one > one && git add one && git commit -qm one && git log --format=%s; rm -rf .git one; seq 1000 | sort -n | tail -1; (sleep 0.01 & wait); mkfifo p && (echo through > p &) && cat p; rm p',
    )
    expect(git.err).toBe('')
    expect(git.out).toBe('one\n1000\nthrough\n')
    const text = `
      const { Worker } = require('worker_threads'), { execFileSync, fork } = require('child_process'), net = require('net'), fs = require('fs'), http = require('http')
      const say = (...all) => console.log(...all)
      say(execFileSync('echo', ['child']).toString().trim())
      new Worker("require('worker_threads').parentPort.postMessage('worker')", { eval: true }).once('message', (m) => {
        say(m)
        const own = net.createServer((s) => s.end('socket')).listen('own.sock', () => net.connect('own.sock').on('data', (d) => {
          say(String(d)); own.close()
          const web = http.createServer((q, a) => a.end('web')).listen(0, '127.0.0.1', async () => {
            say(await (await fetch('http://127.0.0.1:' + web.address().port)).text()); web.close(); web.closeAllConnections()
            say(Object.keys(require('os').networkInterfaces()).join())
            const watch = fs.watch('.', () => { watch.close(); say('watched') })
            fs.writeFileSync('seen', '')
          })
        }))
      })`
    const all = await node(text)
    expect(all.err).toBe('')
    expect(all.out).toBe('child\nworker\nsocket\nweb\nlo\nwatched\n')
  })

  it("shuts out the sockets of the machine's desktop, which come with its network", async (ctx) => {
    const name = `\0baton-desktop-${process.pid}`
    const desktop = createServer((socket) => socket.end('the desktop'))
    servers.push(desktop)
    await new Promise<void>((done) => desktop.listen(name, done))
    const text = `require('net').connect(${JSON.stringify(name)}).on('data', (d) => console.log(String(d))).on('error', (e) => console.log(e.code))`
    const reached = await node(text, { isolation: 'basic', network: 'all' })
    if (reached.out !== 'the desktop\n') ctx.skip('skipped: no abstract sockets here')
    expect((await node(text, { network: 'all' })).out).toBe('EPERM\n')
    expect((await node(text)).out).toBe('ECONNREFUSED\n')
  })

  it('reaches the server that was named and carries what a proxy would obey as what it is', async () => {
    const heard: string[] = []
    const server = createServer((socket) => {
      socket.once('data', (bytes) => {
        heard.push(String(bytes))
        socket.end('HTTP/1.1 400 no proxy\r\n\r\n')
      })
    })
    servers.push(server)
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const { port } = server.address() as AddressInfo
    const words = 'CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: evil.example\0.api.example\r\n\r\n'
    const text = `require('net').connect(${port}, '127.0.0.1').on('data', (d) => console.log(String(d).trim())).end(${JSON.stringify(words)})`
    expect((await node(text, { network: 'model', reach: [`127.0.0.1:${port}`] })).out).toBe('HTTP/1.1 400 no proxy\n')
    expect(heard).toEqual([words])
  })

  it('is refused, never run as basic, when bubblewrap is missing', async () => {
    const [tools, otherHome] = [freshFolder('tools'), freshFolder('home')]
    const other = await createSpawner({ home: otherHome, toolFolders: [tools] })
    const order = script(folder, 'touch ran-without', level())
    await expect(other.start(order)).rejects.toThrow(SandboxMissing)
    await expect(other.start(order)).rejects.toThrow('Isolation strict needs bubblewrap')
    expect(await other.probe('strict')).toMatchObject({ works: false, tried: [] })
    expect(existsSync(join(folder, 'ran-without'))).toBe(false)
    await other.close()
    for (const place of [tools, otherHome]) rmSync(place, { recursive: true })
  })

  it('is found out when a bubblewrap takes the filter and does not use it', async () => {
    const [tools, otherHome] = [freshFolder('tools'), freshFolder('home')]
    const real = spawnSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).stdout.trim()
    const forgetful = `#!/bin/bash\nargs=()\nwhile [ $# -gt 0 ]; do if [ "$1" = --seccomp ]; then shift 2; else args+=("$1"); shift; fi; done\nexec 3<&-\nexec ${real} "\${args[@]}"\n`
    writeFileSync(join(tools, 'bwrap'), forgetful)
    chmodSync(join(tools, 'bwrap'), 0o755)
    const other = await createSpawner({ home: otherHome, kind: 'plain', toolFolders: [tools] })
    const report = await other.probe('strict')
    expect(report.works).toBe(false)
    expect(report.remedy).toContain('Something got out')
    const open = report.tried.filter(({ held }) => !held).map(({ what }) => what)
    expect(open).toEqual(
      expect.arrayContaining(['be traced by another process', 'mount', 'start a child in a way that no filter sees']),
    )
    expect((await other.probe('basic')).works).toBe(true)
    await other.close()
    for (const place of [tools, otherHome]) rmSync(place, { recursive: true })
  })
})

describe('with a bridge, when something dies', () => {
  const home = freshFolder('home')
  const mains: ChildProcess[] = []
  const server = createServer((socket) => socket.on('error', () => undefined))
  let port = 0
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as AddressInfo).port
  })
  afterAll(() => {
    for (const main of mains) main.kill('SIGKILL')
    server.close()
    rmSync(home, { recursive: true, force: true })
  })
  const begun = async (marker: string): Promise<ChildProcess> => {
    const program = join(import.meta.dirname, 'isolation.main.ts')
    const main = spawn(process.execPath, [program, home, 'namespaced', 'strict', marker, `127.0.0.1:${port}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    mains.push(main)
    await new Promise<void>((done) => main.stdout?.once('data', () => done()))
    await eventually('the tree is there', () => alive(marker).length >= 5)
    return main
  }
  const below = (root: number): readonly number[] => {
    const { stdout } = spawnSync('ps', ['-e', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    const pairs = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
    const found = [root]
    for (const at of found) found.push(...pairs.filter(([, parent]) => parent === at).map(([pid]) => pid))
    return found
  }
  const living = (pids: readonly number[]) => pids.filter((pid) => existsSync(`/proc/${pid}`))
  const bridges = (pids: readonly number[]) => alive('bridge/main.ts').filter((pid) => pids.includes(pid))

  it('kill -9 of main ends everything below within a second, the bridge included', async (ctx) => {
    if (absent !== undefined) ctx.skip(absent)
    const marker = mark()
    const main = await begun(marker)
    const all = below(main.pid ?? 0)
    expect(bridges(all)).toHaveLength(1)
    main.kill('SIGKILL')
    await eventually('nothing is left', () => alive(marker).length === 0 && bridges(all).length === 0, 1_000)
  })

  it('kill -9 of the spawner ends the bridge with the children', async (ctx) => {
    if (absent !== undefined) ctx.skip(absent)
    const marker = mark()
    const main = await begun(marker)
    const all = below(main.pid ?? 0)
    const spawners = alive('src/spawners/child.ts').filter((pid) => all.includes(pid))
    expect(spawners.length).toBeGreaterThan(0)
    process.kill(Math.max(...spawners), 'SIGKILL')
    await eventually('nothing is left', () => alive(marker).length === 0 && bridges(all).length === 0, 1_000)
    expect(living(bridges(all))).toEqual([])
  })
})
