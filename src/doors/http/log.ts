// The server's log: one line of JSON for each request and for what goes wrong, with nothing in it that a stranger or a secret could use.
import { format } from 'node:util'
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { pino } from 'pino'
import { clip, singleLine } from '../../core/text/neutral.ts'
import { scrub } from '../../core/text/secrets.ts'
import type { HttpAt } from './at.ts'
import { RotatingFile, type RotatingOptions } from './rotating.ts'

export interface LogOptions extends Omit<RotatingOptions, 'name'> {
  readonly name?: string
  /** Literals that never reach the log, besides what looks like a secret. */
  readonly secrets?: readonly string[]
  readonly level?: 'error' | 'warn' | 'info' | 'debug'
}

export interface Log {
  /** For Fastify's `loggerInstance`. */
  readonly logger: FastifyBaseLogger
  /** Whether lines of level debug are kept. */
  readonly verbose: boolean
  /** Lines that could not be kept. */
  dropped(): number
  /** Why lines are dropped just now; empty when all is well. */
  trouble(): string
  /** Writes what waits, if it can be written, and lets go of the file. */
  close(): Promise<void>
}

/** Everything that a line may hold besides its time, its level and its sentence; anything else is left out. */
const fields = ['reqId', 'method', 'route', 'status', 'ms', 'caller', 'bytes', 'code'] as const
const longest = 300
const longestSentence = 2000

export function openLog(options: LogOptions): Log {
  const file = new RotatingFile({ name: 'server.log', ...options })
  const clean = cleaner(options.secrets ?? [])
  const kept = (object: object): Record<string, unknown> => keep(object, clean)
  const logger = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: stamps(),
      formatters: { level: (label) => ({ level: label }), log: kept },
      hooks: {
        logMethod(args, method) {
          const [first, ...rest] = args as unknown[]
          const about = typeof first === 'object' && first !== null ? first : {}
          const words = about === first ? rest : [first, ...rest]
          const said = words.length === 0 ? errorIn(about)?.message : format(...words)
          method.call(this, about instanceof Error ? { err: about } : about, clean(said ?? '', longestSentence))
        },
      },
    },
    { write: (line: string) => file.write(line) },
  )
  // What is bound to a child is written without any formatter, so it is made clean before it is bound; children inherit this.
  const { child } = logger
  logger.child = function (bindings, ...rest) {
    return child.call(this, kept(bindings), ...rest) as never
  }
  return {
    logger,
    verbose: options.level === 'debug',
    dropped: () => file.dropped,
    trouble: () => file.trouble,
    close: () => file.close(),
  }
}

/**
 * One line for each request that was answered, and what became of it: never an address with its query, a header or a body. To be called
 * once on the outermost instance, with Fastify's own request lines switched off. Whoever looked and was answered is written down at level
 * debug only: a page that is open all day would push everything else out of the log, and /metrics counts it.
 */
export function logRequests(app: FastifyInstance, callerOf: HttpAt['callerOf'], verbose = false): void {
  const sent = new WeakMap<FastifyRequest, number>()
  app.addHook('onRequest', (request, _reply, done) => {
    sent.set(request, request.raw.socket.bytesWritten ?? 0)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    done()
    const { method, routeOptions, is404 } = request
    const looked = reply.statusCode < 400 && (method === 'GET' || method === 'HEAD')
    if (looked && !verbose) return
    const length = Number(reply.getHeader('content-length') ?? Number.NaN)
    const before = sent.get(request)
    const written = before === undefined ? undefined : (request.raw.socket.bytesWritten ?? 0) - before
    const line = {
      reqId: request.id,
      method,
      route: is404 ? 'none' : (routeOptions.url ?? 'none'),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 1000) / 1000,
      caller: callerOf(request)?.name ?? '',
      bytes: Number.isFinite(length) ? length : written,
    }
    const level = looked ? 'debug' : reply.statusCode >= 500 ? 'warn' : 'info'
    request.log[level](line, 'request')
  })
}

/** Written once a millisecond, however many lines it has. */
function stamps(): () => string {
  let last = 0
  let text = ''
  return () => {
    const now = Date.now()
    if (now !== last) text = `,"time":"${new Date(now).toISOString()}"`
    last = now
    return text
  }
}

type Cleaner = (text: string, most?: number) => string

const remembered = 1000
/** Shorter than any secret that is known by its shape. */
const plain = /^[\w.-]{0,18}$/
/** What is cut off before secrets are looked for can be no part of one that shows. */
const longestSecret = 20_000

/** What a terminal would obey is written out, and what looks like a secret is taken out; words that come again cost nothing. */
function cleaner(secrets: readonly string[]): Cleaner {
  const known = new Map<string, string>()
  const parts = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).filter((part) => part.length >= 6)
  return (text, most = longest) => {
    if (plain.test(text) && !parts.some((part) => text.includes(part))) return text
    const before = known.get(text)
    if (before !== undefined) return before
    const made = clip(singleLine(scrub(text.slice(0, most + longestSecret), secrets)), most)
    if (text.length > 100) return made
    if (known.size >= remembered) known.clear()
    known.set(text, made)
    return made
  }
}

/** The fields that a line may have, and of an error its kind, its sentence and where it came from. */
function keep(object: object, clean: Cleaner): Record<string, unknown> {
  const line: Record<string, unknown> = {}
  for (const name of fields) {
    const value: unknown = (object as Readonly<Record<string, unknown>>)[name]
    if (typeof value === 'number' || typeof value === 'boolean') line[name] = value
    else if (typeof value === 'string' && value !== '') line[name] = clean(value)
  }
  const error = errorIn(object)
  if (error !== undefined) {
    line.error = clean(`${error.name}: ${error.message}`, longestSentence)
    line.stack = clean(error.stack ?? '', longestSentence)
  }
  return line
}

function errorIn(object: object): Error | undefined {
  if (object instanceof Error) return object
  const { err, error } = object as Readonly<Record<string, unknown>>
  return [err, error].find((one) => one instanceof Error)
}
