import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import Fastify, { LogController } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type LogOptions, logRequests, openLog } from '../../src/doors/http/log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'baton-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

type Line = Readonly<Record<string, unknown>>

const text = (): string => readFileSync(join(folder, 'server.log'), 'utf8')
const lines = (): readonly Line[] =>
  text()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line)

/** What a terminal would obey, or what would begin another line. */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u

async function logged(say: (log: ReturnType<typeof openLog>) => void, options: Partial<LogOptions> = {}) {
  const log = openLog({ folder, ...options })
  say(log)
  await log.close()
  return log
}

async function served(say: (app: ReturnType<typeof Fastify>) => Promise<void>): Promise<void> {
  const log = openLog({ folder, level: 'debug' })
  const app = Fastify({
    loggerInstance: log.logger,
    logController: new LogController({ disableRequestLogging: true }),
    requestIdHeader: 'x-request-id',
  })
  logRequests(
    app as never,
    (request) =>
      request.headers.authorization === undefined
        ? undefined
        : { name: 'ada\u001b[31m\nlovelace', folder: '/', may: new Set() },
    log.verbose,
  )
  app.get('/gates/:id', async () => ({ hello: 'world' }))
  app.get('/fails', async () => {
    throw new Error('secret path /home/ada and Bearer abcdefghijklmnopqrstuvwx')
  })
  app.setErrorHandler((error, request, reply) => {
    request.log.error(error)
    return reply.code(500).send('no')
  })
  await say(app)
  await app.close()
  await log.close()
}

it('writes one line for each request: what was asked, by whom, and what became of it', async () => {
  await served(async (app) => {
    await app.inject({ url: '/gates/gate-7?token=hunter2secret', headers: { authorization: 'Bearer hunter2secret' } })
    await app.inject({ method: 'POST', url: '/nowhere', payload: { password: 'hunter2secret' } })
  })
  const [first, second] = lines()
  expect(first).toEqual({
    level: 'debug',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    reqId: expect.any(String),
    method: 'GET',
    route: '/gates/:id',
    status: 200,
    ms: expect.any(Number),
    caller: 'ada\\x1b[31m lovelace',
    bytes: 17,
    msg: 'request',
  })
  expect(second).toMatchObject({ method: 'POST', route: 'none', status: 404 })
  expect(text()).not.toContain('hunter2secret')
  expect(text()).not.toContain('gate-7')
})

it('is for its owner only', async () => {
  await logged(({ logger }) => logger.info('hello'))
  expect(statSync(join(folder, 'server.log')).mode & 0o777).toBe(0o600)
})

it('says what went wrong on one line, without what looks like a secret', async () => {
  await served(async (app) => {
    await app.inject('/fails')
  })
  const [error, request] = lines()
  expect(error).toMatchObject({ level: 'error', error: expect.stringContaining('Bearer [removed: token]') })
  expect(error?.stack).toContain('log.test.ts')
  expect(request).toMatchObject({ level: 'warn', status: 500 })
  expect(text()).not.toContain('abcdefghijklmnopqrstuvwx')
})

it.each([
  ['a line end', 'one\n{"level":"info","msg":"forged"}'],
  ['a carriage return', 'one\rtwo'],
  ['a colour', '\u001b[2J\u001b]0;owned\u0007'],
  ['a reading direction', 'abc\u202edcba\u2066x'],
  ['a line separator', 'a\u2028b\u2029c\u0085d'],
  ['nothing that can be seen', 'a\u200b\u{e0041}\ufeffb'],
  ['half a character', 'a\ud800b'],
  ['a placeholder', '%s %d %o %j %%'],
])('stays one line and plain with %s in it', async (_, odd) => {
  await logged(({ logger }) => {
    logger.info(odd)
    logger.info({ route: odd, caller: odd, reqId: odd, extra: odd, headers: { x: odd } }, odd)
    logger.warn(new Error(odd))
    logger.child({ reqId: odd, other: odd }).error({ err: new Error(odd) })
  })
  expect(text().split('\n')).toHaveLength(5)
  expect(text().replaceAll('\n', '')).not.toMatch(obeyed)
  expect(lines()).toHaveLength(4)
  expect(
    lines().every((line) => line.extra === undefined && line.headers === undefined && line.other === undefined),
  ).toBe(true)
})

it('takes nothing in a sentence for a placeholder', async () => {
  await logged(({ logger }) => {
    logger.info('100 %s of %d %j')
    logger.info('%s is %s', '%s', '%d')
    logger.error(new Error('%s %o'))
  })
  expect(lines().map(({ msg }) => msg)).toEqual(['100 %s of %d %j', '%s is %d', '%s %o'])
})

it('puts hostile requests on one line each', async () => {
  await served(async (app) => {
    const odd = 'x\u202e%0a\u001b[31m'
    await app.inject({
      url: `/gates/%0d%0aforged%1b%5b2J?${encodeURIComponent(odd)}`,
      headers: { 'x-request-id': odd },
    })
    await app.inject({ url: '/%e2%80%ae', headers: { 'user-agent': odd, referer: odd, cookie: odd } })
  })
  expect(lines()).toHaveLength(2)
  expect(text().replaceAll('\n', '')).not.toMatch(obeyed)
  expect(text()).not.toContain('forged')
})

it('keeps any text on one line of JSON', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), async (odd) => {
      rmSync(join(folder, 'server.log'), { force: true })
      await logged(({ logger }) => {
        for (const one of odd) logger.info({ route: one, err: new Error(one), [one]: one }, one)
      })
      expect(lines()).toHaveLength(odd.length)
      expect(text().replaceAll('\n', '')).not.toMatch(obeyed)
    }),
    { numRuns: 40 },
  )
})

const letters = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG'
it.each([
  ['a model key', `sk-proj-${letters}`],
  ['a GitHub token', `ghp_${letters}`],
  ['a GitLab token', `glpat-${letters}`],
  ['a Slack token', `xoxb-${letters}`],
  ['an AWS key', 'AKIAIOSFODNN7EXAMPLE'],
  ['a signed token', `eyJ${letters}.${letters.repeat(60)}.${letters}`],
  ['a login in an address', `https://ada:${letters}@example.com/`],
  ['a bearer token', `Authorization: Bearer ${letters}`],
  ['a private key', `-----BEGIN PRIVATE KEY-----\n${letters}\n${letters}\n-----END PRIVATE KEY-----`],
  ['a literal', 'correct horse battery'],
])('takes %s out, wherever it stands', async (_, secret) => {
  const about = `it came with ${secret} in it`
  const secrets = ['correct horse battery']
  await logged(
    ({ logger }) => {
      logger.info(about)
      logger.info({ route: about, caller: secret, reqId: secret, code: secret }, 'said %s', secret)
      logger.error(new Error(about))
      logger.child({ reqId: secret }).info('and again')
      logger.info(`${'x '.repeat(900)}${secret}`)
    },
    { secrets },
  )
  expect(lines()).toHaveLength(5)
  expect(text()).not.toContain(letters)
  expect(text()).not.toMatch(/AKIA|battery/)
  expect(text()).toContain('[removed: ')
})

it('is quick enough to be asked for each request', async () => {
  const log = openLog({ folder, heldBytes: 1e9 })
  const route = { method: 'GET', route: '/api/status/list', status: 200, ms: 1.5, caller: 'ada', bytes: 300 }
  const began = performance.now()
  for (let one = 0; one < 5000; one += 1) log.logger.child({ reqId: `req-${one}` }).info(route, 'request')
  const each = (performance.now() - began) / 5000
  await log.close()
  expect(lines()).toHaveLength(5000)
  expect(each).toBeLessThan(0.5)
})

it('keeps those who look and are answered out of the usual log, and nobody else', async () => {
  const log = openLog({ folder })
  const app = Fastify({
    loggerInstance: log.logger,
    logController: new LogController({ disableRequestLogging: true }),
  })
  logRequests(app as never, () => undefined, log.verbose)
  app.get('/looks', async () => ({}))
  app.post('/does', async () => ({}))
  for (const [method, url] of [
    ['GET', '/looks'],
    ['POST', '/does'],
    ['GET', '/nowhere'],
  ] as const)
    await app.inject({ method, url })
  await app.close()
  await log.close()
  expect(lines().map((line) => [line.method, line.status])).toEqual([
    ['POST', 200],
    ['GET', 404],
  ])
})
