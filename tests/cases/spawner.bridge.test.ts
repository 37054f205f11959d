// A sandbox with network `model` reaches the servers that were named, as the names it knows them by, and nothing else.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { createServer as createHttp } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { SandboxMissing, type SpawnOrder } from '../../src/core/ports.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'
import { alive, eventually, freshFolder, mark, ordered, said, script, until } from './spawner.sample.ts'

const tried = (...argv: [string, ...string[]]): boolean =>
  spawnSync(argv[0], argv.slice(1), { stdio: 'ignore' }).status === 0
const absent = !tried('unshare', '--user', '--map-root-user', '--mount', 'true')
  ? 'skipped: no user namespaces here'
  : tried('bwrap', '--ro-bind', '/', '/', '--unshare-user', '--disable-userns', 'true')
    ? undefined
    : 'skipped: bubblewrap 0.8 is not installed'

const toolchain = process.execPath.startsWith('/usr/') ? [] : [dirname(dirname(process.execPath))]

function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, host, () => done((server.address() as AddressInfo).port))
  })
}

describe('the bridge', () => {
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
  const reaching = (reach: readonly string[]): Partial<SpawnOrder> => ({
    isolation: 'basic',
    network: 'model',
    reach,
    stdin: new Uint8Array(),
  })
  const run = async (text: string, reach: readonly string[]) =>
    said(await spawner.start(script(folder, text, reaching(reach))))
  const node = async (text: string, reach: readonly string[]) =>
    said(
      await spawner.start(ordered(folder, [process.execPath, '-e', text], { ...reaching(reach), readOnly: toolchain })),
    )
  const say = (port: number, host = '127.0.0.1') =>
    `bash -c 'exec 3<>/dev/tcp/${host}/${port} && cat <&3' 2>/dev/null || echo refused;`
  const server = async (word: string, host?: string): Promise<number> => {
    const one = createServer((socket) => socket.end(word))
    servers.push(one)
    return listen(one, host)
  }

  it('leads to the server that was named, at the same address, and to no other of the same machine', async () => {
    const [named, other] = [await server('named\n'), await server('other\n')]
    const { out, err } = await run(`${say(named)} ${say(other)} ${say(named)}`, [`127.0.0.1:${named}`])
    expect(out).toBe('named\nrefused\nnamed\n')
    expect(err).toBe('')
  })

  it('reaches nothing without a name, and nothing at network none whatever is named', async () => {
    const port = await server('named\n')
    expect((await run(say(port), [])).out).toBe('refused\n')
    const none = await said(
      await spawner.start(script(folder, say(port), { ...reaching([`127.0.0.1:${port}`]), network: 'none' })),
    )
    expect(none.out).toBe('refused\n')
  })

  it('leads to localhost under both of its addresses', async () => {
    const port = await server('named\n')
    expect((await run(`${say(port, 'localhost')} ${say(port, '127.0.0.1')}`, [`localhost:${port}`])).out).toBe(
      'named\nnamed\n',
    )
  })

  it('leads to a name, which is found without any DNS, and to an address of the network', async (ctx) => {
    const outer = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address
    const name = spawnSync('hostname', { encoding: 'utf8' }).stdout.trim().toLowerCase()
    if (outer === undefined || !tried('getent', 'ahosts', name))
      return ctx.skip('skipped: this machine has no name or no network')
    const port = await server('named\n', '0.0.0.0')
    const { out } = await run(
      `${say(port, name)} ${say(port, outer)} ${say(port)} getent hosts ${name}; test -e /etc/resolv.conf || echo none`,
      [`${name}:${port}`, `${outer}:${port}`],
    )
    expect(out).toBe(`named\nnamed\nrefused\n127.77.0.1      ${name}\nnone\n`)
  })

  it('carries what a model server says as it says it, both ways, whole', async () => {
    let heard = 0
    const http = createHttp((request, response) => {
      request.on('data', (bytes: Buffer) => {
        heard += bytes.length
      })
      request.on('end', () => {
        response.write('data: first\n\n')
        request.socket.once('data', () => undefined)
        setImmediate(() => response.end(Buffer.alloc(3_000_000, 'y')))
      })
    })
    servers.push(http)
    const port = await listen(http)
    const text = `fetch('http://127.0.0.1:${port}/v1', { method: 'POST', body: 'x'.repeat(5e6) }).then((r) => r.text()).then((t) => console.log(t.slice(0, 11), t.length))`
    const { out, err } = await node(text, [`127.0.0.1:${port}`])
    expect(err).toBe('')
    expect(out).toBe('data: first 3000013\n')
    expect(heard).toBe(5_000_000)
  })

  it('keeps one half open while the other is closed', async () => {
    const one = createServer({ allowHalfOpen: true }, (socket) => {
      let all = ''
      socket.on('data', (bytes) => {
        all += String(bytes)
      })
      socket.on('end', () => socket.end(`heard ${all}`))
    })
    servers.push(one)
    const port = await listen(one)
    const text = `const s = require('net').connect({ port: ${port}, host: '127.0.0.1', allowHalfOpen: true }); s.end('all'); s.pipe(process.stdout)`
    expect((await node(text, [`127.0.0.1:${port}`])).out).toBe('heard all')
  })

  it('says to the child when a server is not there, once', async () => {
    const one = createServer()
    const port = await listen(one)
    await new Promise((done) => one.close(done))
    const { out, err } = await run(`${say(port)} ${say(port)} true`, [`127.0.0.1:${port}`])
    expect(out).not.toContain('named')
    expect(err.match(/is not reached/g)).toHaveLength(1)
    expect(err).toContain(`[baton: 127.0.0.1:${port} is not reached: connect ECONNREFUSED`)
  })

  it('serves many children at once, each its own servers', async () => {
    const ports = await Promise.all(['a', 'b', 'c', 'd'].map((word) => server(`${word}\n`)))
    const outs = await Promise.all(
      ports.map((port) => run(ports.map((each) => say(each)).join(' '), [`127.0.0.1:${port}`])),
    )
    expect(outs.map(({ out }) => out)).toEqual(
      ['a', 'b', 'c', 'd'].map((word, at) =>
        ['a', 'b', 'c', 'd'].map((_, other) => (other === at ? `${word}\n` : 'refused\n')).join(''),
      ),
    )
  })

  it('ends every connection with the child, told to a server that keeps its half for ever', async () => {
    const one = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined))
    servers.push(one)
    const port = await listen(one)
    const number = `:${port.toString(16).toUpperCase().padStart(4, '0')} `
    /** Of both ends, listening and waiting out of politeness not counted. */
    const connected = () =>
      readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .filter((line) => line.includes(number) && !['0A', '06'].includes(line.trim().split(/\s+/)[3] ?? '')).length
    const marker = mark()
    const argv = ['bash', '-c', `exec 3<>/dev/tcp/127.0.0.1/${port}; echo up; sleep 1000`] as const
    const child = await spawner.start(ordered(folder, argv, { ...reaching([`127.0.0.1:${port}`]), marker }))
    await until(child.output[Symbol.asyncIterator](), 'up')
    await eventually('it is connected', () => connected() === 2)
    await child.stop()
    await eventually('it is closed', () => connected() === 0)
    expect(alive(marker)).toEqual([])
  })

  it('carries 128 connections of a child at once and no more, and goes on for the others', async () => {
    let most = 0
    let now = 0
    const one = createServer((socket) => {
      now += 1
      most = Math.max(most, now)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        now -= 1
      })
      socket.write('x')
    })
    servers.push(one)
    const [port, other] = [await listen(one), await server('other\n')]
    const text = `let got = 0, over = 0; const net = require('net'); const end = () => { if (got + over === 300) { console.log(got, over); process.exit() } }
      for (let n = 0; n < 300; n++) { const s = net.connect(${port}, '127.0.0.1'); s.on('error', () => {}); s.once('data', () => { got++; s.removeAllListeners('close'); end() }); s.once('close', () => { over++; end() }) }`
    const [flood, quiet] = await Promise.all([
      node(text, [`127.0.0.1:${port}`]),
      run(say(other), [`127.0.0.1:${other}`]),
    ])
    expect(flood.out).toBe('128 172\n')
    expect(flood.err).toContain('more than 128 connections')
    expect(most).toBe(128)
    expect(quiet.out).toBe('other\n')
  })

  it('leaves no descriptor of ours with the child', async () => {
    const port = await server('named\n')
    const fds = 'for f in /proc/self/fd/*; do readlink $f; done'
    const [bare, bridged] = [
      (await said(await spawner.start(script(folder, fds, { isolation: 'basic' })))).out,
      (await run(fds, [`127.0.0.1:${port}`])).out,
    ]
    expect(bridged.split('\n').length).toBe(bare.split('\n').length)
  })

  it('tells what is wrong with a sandbox that could not be made, as without a bridge', async () => {
    const order = script(folder, 'true', { ...reaching(['127.0.0.1:9']), readOnly: ['/opt/not-there'] })
    expect((await said(await spawner.start(order))).err).toContain('not-there')
  })

  it('takes host and port and nothing else', async () => {
    for (const bad of [
      '127.0.0.1',
      'http://127.0.0.1:80',
      '127.0.0.1:0',
      '127.0.0.1:70000',
      'a\0b:80',
      '169.254.169.254:80',
    ])
      await expect(run('echo ran', [bad]), bad).rejects.toThrow('cannot be reached')
  })

  it('is refused, never left open, where it cannot be built', async () => {
    const other = freshFolder('home')
    const plain = await createSpawner({ home: other, kind: 'plain' })
    const order = script(folder, 'touch ran-without', reaching(['127.0.0.1:9']))
    await expect(plain.start(order)).rejects.toThrow(SandboxMissing)
    await plain.close()
    rmSync(other, { recursive: true })
  })

  it('ends with the spawner where no namespace ends it', async () => {
    const program = join(import.meta.dirname, '../../src/spawners/bridge/main.ts')
    const bridge = spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    const over = new Promise((done) => bridge.once('exit', (code) => done(code)))
    bridge.stdio[3]?.destroy()
    expect(await over).toBe(0)
  })

  it('comes back when its process has died: whoever runs has no network then, and the next has one', async () => {
    const port = await server('named\n')
    const child = await spawner.start(
      ordered(folder, ['bash', '-c', `echo up; read x; ${say(port)}`], {
        isolation: 'basic',
        network: 'model',
        reach: [`127.0.0.1:${port}`],
      }),
    )
    const output = child.output[Symbol.asyncIterator]()
    await until(output, 'up')
    const bridges = alive('bridge/main.ts').filter(descends)
    expect(bridges.length).toBeGreaterThan(0)
    for (const pid of bridges) process.kill(pid, 'SIGKILL')
    await eventually('it is gone', () => bridges.every((pid) => !alive('bridge/main.ts').includes(pid)))
    child.write(Buffer.from('\n'))
    expect(await until(output, 'refused')).toBe('refused\n')
    expect((await run(say(port), [`127.0.0.1:${port}`])).out).toBe('named\n')
  })

  function descends(pid: number): boolean {
    const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(pid)], { encoding: 'utf8' })
    const parent = Number(stdout)
    return parent === process.pid || parent === spawner.pid || (parent > 1 && descends(parent))
  }
})
