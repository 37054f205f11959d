// A page of another origin, in a real browser that is let in to our server: it reads nothing and changes nothing.
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { Grounds, plan, type Served } from './served.ts'
import { ask, bearing, json } from './wire.ts'

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium'
const tryEverything = readFileSync(join(import.meta.dirname, 'foreign.js'), 'utf8').replace('export async', 'async')
const grounds = new Grounds()
let served: Served
let foreign: Server
let context: BrowserContext | undefined
let ours: Page

const post = async (method: string, params: unknown = {}) => {
  const headers = { ...json, ...bearing(grounds.token) }
  const { status, text } = await ask(served.port, 'POST', `/api/${method}`, { headers, body: JSON.stringify(params) })
  if (status !== 200) throw new Error(`${method}: ${status} ${text}`)
  return JSON.parse(text)
}
const head = async (): Promise<number> => (await post('state/read')).seq

beforeAll(async () => {
  if (!existsSync(browser)) return
  const repo = grounds.repository('repo', { 'wf.yaml': plan('Bake a cake') })
  await grounds.ready(repo)
  served = await grounds.serve()
  await post('plan/import', { plan: 'wf.yaml', workspace: repo })
  foreign = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' })
    response.end('<!doctype html><title>foreign</title><body>')
  })
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve))
  context = await chromium.launchPersistentContext(join(grounds.root, 'profile'), {
    executablePath: browser,
    headless: true,
    serviceWorkers: 'allow',
    args: [
      ...[
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
      ...['--disable-component-update', '--disable-sync', '--disable-popup-blocking'],
      '--host-resolver-rules=MAP evil.test 127.0.0.1, MAP *.evil.test 127.0.0.1',
    ],
  })
  ours = await context.newPage()
  await ours.goto(served.link)
}, 60_000)
afterAll(async () => {
  await context?.close()
  foreign?.close()
  grounds.remove()
})

function needsBrowser(ctx: TestContext): void {
  if (context === undefined) ctx.skip(`there is no Chromium at ${browser}`)
}

const shown = () => ours.locator('main').innerText()

describe('our own page', () => {
  it('lets the browser in by the link, forgets the code, and shows the item', async (ctx) => {
    needsBrowser(ctx)
    await expect.poll(shown, { timeout: 15_000 }).toContain('wf')
    expect(new URL(ours.url()).hash).toBe('')
    expect(await ours.evaluate('document.cookie + Object.values(localStorage)')).toBe('')
    const [cookie] = (await context?.cookies()) ?? []
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  })

  it('hears what happens, as it happens', async (ctx) => {
    needsBrowser(ctx)
    await expect.poll(() => ours.locator('#line').innerText(), { timeout: 15_000 }).toBe('Live')
    await post('blocker/raise', { on: 'wf', notes: 'no flour' })
    await expect.poll(shown, { timeout: 15_000 }).toContain('blocker.raised')
  })
})

describe.each([
  ['another port of this machine', () => `http://127.0.0.1:${portOf(foreign)}`, () => served.url],
  [
    'another port, by another name',
    () => `http://localhost:${portOf(foreign)}`,
    () => `http://localhost:${served.port}`,
  ],
  ['another site', () => `http://evil.test:${portOf(foreign)}`, () => served.url],
  [
    'a name that leads to our port',
    () => `http://evil.test:${portOf(foreign)}`,
    () => `http://evil.test:${served.port}`,
  ],
] as const)('a page of %s', (_, from, to) => {
  it('reads nothing and changes nothing, however it tries', async (ctx) => {
    needsBrowser(ctx)
    const page = await context?.newPage()
    if (page === undefined) throw new Error('there is no page')
    await page.goto(from())
    const before = await head()
    const found = await everythingOn(page, { target: to(), mark: 'written by a stranger', patienceMs: 2500 })
    const read = Object.entries(found).filter(([, said]) => said.startsWith('READ'))
    expect(Object.keys(found).length).toBeGreaterThan(80)
    expect(read).toEqual([])
    await page.close()
    expect(await head()).toBe(before)
    expect(JSON.stringify(await post('blocker/list', { all: true }))).not.toContain('stranger')
    expect(await ours.evaluate(async () => (await fetch('/api/status/list')).status)).toBe(200)
  }, 60_000)
})

describe('our own page, doing the same', () => {
  it('reads and changes, or all this would prove nothing', async (ctx) => {
    needsBrowser(ctx)
    const page = await context?.newPage()
    if (page === undefined) throw new Error('there is no page')
    await page.goto(served.url)
    const before = await head()
    const trying = { target: served.url, mark: 'written by ourselves', patienceMs: 15_000, stays: true }
    const found = await everythingOn(page, trying)
    const read = Object.keys(found).filter(
      (name) => found[name]?.startsWith('READ 200') || found[name] === 'READ hello',
    )
    expect(read).toEqual(expect.arrayContaining(['fetch cors /api/status/list', 'event source']))
    expect(found['socket /rpc']).toMatch(/^READ/)
    await page.close()
    expect(await head()).toBeGreaterThan(before)
  }, 60_000)
})

describe('a page that our own port serves under another name', () => {
  it('is not served at all', async (ctx) => {
    needsBrowser(ctx)
    const page = await context?.newPage()
    const response = await page?.goto(`http://evil.test:${served.port}/`)
    expect(response?.status()).toBe(421)
    // What it may not ask (its policy allows nothing) is as good as refused.
    const own = await page?.evaluate<string[]>(`Promise.all(['/api/status/list', '/health', '/'].map((path) =>
      fetch(path, { credentials: 'include' }).then(({ status }) => String(status), () => 'refused')))`)
    expect(own?.filter((said) => said !== 'refused' && said !== '421')).toEqual([])
    expect(own?.length).toBe(3)
    await page?.close()
  })
})

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

interface Trying {
  readonly target: string
  readonly mark: string
  readonly patienceMs: number
  /** Does not sign out. */
  readonly stays?: boolean
}

function everythingOn(page: Page, trying: Trying): Promise<Record<string, string>> {
  return page.evaluate(`(() => { ${tryEverything}\nreturn tryEverything(${JSON.stringify(trying)}) })()`)
}
