// Everything that a model server may do wrong: tried again where that helps, bounded always, and nothing half is taken for whole.
import { describe, expect, it } from 'vitest'
import type { Clock } from '../../src/core/ports.ts'
import {
  asks,
  breaks,
  client,
  finishes,
  hear,
  hello,
  hurried,
  refuses,
  says,
  serve,
  serveRaw,
  sse,
  streams,
  usage,
} from './stage.ts'

const quick = { patience: { firstMs: 20_000, idleMs: 6000 } }
const call = (args: string, finish: string | null = null): object => ({
  choices: [
    {
      index: 0,
      delta: { tool_calls: [{ index: 0, id: 'c1', type: 'function', function: { name: 'write', arguments: args } }] },
      finish_reason: finish,
    },
  ],
})

describe('a server that has no time', () => {
  it('is asked again after as long as it says, and what the answer used counts once', async () => {
    const at: number[] = []
    const { base, requests } = await serve(
      (response, request, nth) => {
        at.push(performance.now())
        refuses(429, { error: { message: 'slow down' } }, { 'retry-after': '6' })(response, request, nth)
      },
      (response, request, nth) => {
        at.push(performance.now())
        streams(hello)(response, request, nth)
      },
    )
    const { text, parts, end } = await hear(client().complete(asks(base)))
    expect(text).toBe('Hello.')
    expect(parts[0]).toMatchObject({ kind: 'again', why: expect.stringContaining('429: slow down') })
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(295)
    expect(requests).toHaveLength(2)
    expect(end?.used).toMatchObject({ tokensIn: 9, tokensOut: 2 })
  })

  it('that says no time is asked three times in all, waiting longer each time', async () => {
    const { base, requests } = await serve(
      refuses(429, { error: { message: 'Rate limit', code: 'rate_limit_exceeded' } }),
    )
    const { failed, parts } = await hear(client().complete(asks(base)))
    expect(failed).toMatchObject({ reason: 'rate-limited', until: undefined, text: '' })
    expect(requests).toHaveLength(3)
    const waits = parts.map((part) => (part.kind === 'again' ? part.ms : 0))
    // Half of it is chance, so that not all who were refused come back at once.
    expect(waits).toEqual([383, 767])
  })

  it('for an hour is asked once, and the time is said', async () => {
    const { base, requests } = await serve(refuses(429, {}, { 'retry-after': '3600' }))
    const { failed } = await hear(client().complete(asks(base)))
    expect(failed?.reason).toBe('rate-limited')
    expect((failed?.until ?? 0) - Date.now()).toBeGreaterThan(3_590_000)
    expect(requests).toHaveLength(1)
  })

  it('because a quota is used up is asked once', async () => {
    const body = {
      error: { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' },
    }
    const { base, requests } = await serve(refuses(429, body))
    expect((await hear(client().complete(asks(base)))).failed?.reason).toBe('quota')
    expect(requests).toHaveLength(1)
  })

  it.each([
    [500, { error: { message: 'oops' } }],
    [502, '<html><head><title>502 Bad Gateway</title></head><body></body></html>'],
    [503, { error: { message: 'Loading model', type: 'unavailable_error', code: 503 } }],
    [529, ''],
  ])('answers %i and is asked again', async (status, body) => {
    const { base, requests } = await serve(refuses(status, body), streams(hello))
    const { text, again, parts } = await hear(client().complete(asks(base)))
    expect([text, again, requests.length]).toEqual(['Hello.', 1, 2])
    if (status === 502) expect(JSON.stringify(parts[0])).toContain('502 Bad Gateway')
  })

  it('for good is overloaded', async () => {
    const { base, requests } = await serve(refuses(500, 'no'))
    expect((await hear(client({ again: 1 }).complete(asks(base)))).failed?.reason).toBe('overloaded')
    expect(requests).toHaveLength(2)
  })
})

describe('a server that refuses', () => {
  it.each([
    [400, 'defect'],
    [401, 'auth'],
    [402, 'quota'],
    [403, 'auth'],
    [404, 'network'],
    [413, 'context-overflow'],
    [422, 'defect'],
    [302, 'network'],
  ])('with %i is not asked again', async (status, reason) => {
    const { base, requests } = await serve(refuses(status, { error: { message: 'No.' } }, { location: '/elsewhere' }))
    const { failed, again } = await hear(client().complete(asks(base)))
    expect([failed?.reason, again, requests.length]).toEqual([reason, 0, 1])
    expect(failed?.message).toMatch(/^model mouse at 127\.0\.0\.1:\d+: it answers/)
  })

  it('does not lead anybody to an address that only the machine’s own network answers', async () => {
    const { base, requests } = await serve(refuses(307, '', { location: 'http://169.254.169.254/latest/meta-data' }))
    const { failed } = await hear(client().complete(asks(base)))
    expect(failed).toMatchObject({ reason: 'network', message: expect.stringContaining('redirect') })
    expect(requests).toHaveLength(1)
  })

  it('and repeats the key has it taken out of what it says', async () => {
    const { base, requests } = await serve(
      refuses(401, { error: { message: 'Incorrect API key provided: mouse-key-0123.' } }),
    )
    const request = asks(base)
    const models = client({ key: async (name) => (name === 'MOUSE' ? ' mouse-key-0123\n' : undefined) })
    const { failed } = await hear(models.complete({ ...request, model: { ...request.model, keyName: 'MOUSE' } }))
    expect(requests[0]?.headers.authorization).toBe('Bearer mouse-key-0123')
    expect(failed?.reason).toBe('auth')
    expect(`${failed?.message} ${failed?.stack} ${JSON.stringify(failed)}`).not.toContain('mouse-key-0123')
  })

  it('because its model has vanished says what can be done', async () => {
    const gone = {
      error: { message: "The model 'mouse-1' does not exist", type: 'NotFoundError', param: null, code: 404 },
    }
    const { base, requests } = await serve(streams(hello), refuses(404, gone))
    const models = client()
    expect((await hear(models.complete(asks(base)))).text).toBe('Hello.')
    const { failed } = await hear(models.complete(asks(base)))
    expect(failed).toMatchObject({ reason: 'network', message: expect.stringContaining('baton models') })
    expect(requests).toHaveLength(2)
  })

  it('and never finishes saying why is left after its status', async () => {
    const { base } = await serve((response) => void response.writeHead(400).write('{"error":{"mess'))
    const { failed } = await hear(client(quick).complete(asks(base)))
    expect(failed?.reason).toBe('defect')
  })

  it('endlessly is not read to its end', async () => {
    const { base, sockets } = await serve((response) => {
      response.writeHead(400)
      const more = (): void => void (response.destroyed || response.write('x'.repeat(50_000), more))
      more()
    })
    expect((await hear(client().complete(asks(base)))).failed?.reason).toBe('defect')
    await expect.poll(() => sockets.size).toBe(0)
  })
})

describe('a server that falls silent', () => {
  it.each([
    ['before its headers', () => serve(() => undefined), ''],
    ['after its headers', () => serve(breaks('', 'silent')), ''],
    ['in the middle of a line', () => serve(breaks(`${sse(says('Hel'))}data: {"choi`, 'silent')), 'Hel'],
    ['between two lines', () => serve(breaks(sse(says('Hel')), 'silent')), 'Hel'],
    ['in the middle of its headers', () => serveRaw((socket) => socket.write('HTTP/1.1 200 OK\r\nx: ')), ''],
  ])('%s is stalled, and what had come is kept', async (_, opens, kept) => {
    const served = await opens()
    const began = performance.now()
    const { failed, again } = await hear(client(quick).complete(asks(served.base)))
    expect(failed).toMatchObject({ reason: 'stalled', text: kept })
    expect([again, performance.now() - began < 10_000]).toEqual([0, true])
    await expect.poll(() => served.sockets.size).toBe(0)
  })

  it('but for signs of life is given up in the end', async () => {
    const { base } = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const timer = setInterval(() => response.write(': still here\n\n'), 10)
      response.on('close', () => clearInterval(timer))
    })
    const patience = { firstMs: 20_000, idleMs: 20_000, wholeMs: 24_000 }
    expect((await hear(client({ patience }).complete(asks(base)))).failed).toMatchObject({ reason: 'timeout' })
  })

  it('is not blamed for the time that whoever reads takes', async () => {
    let [now, timers] = [0, new Set<{ at: number; then: () => void }>()]
    const clock: Clock = {
      ...hurried,
      monotonic: () => now,
      after: (ms, then) => {
        const timer = { at: now + ms, then }
        timers.add(timer)
        return () => void timers.delete(timer)
      },
    }
    const pass = (ms: number): void => {
      now += ms
      const due = [...timers].filter(({ at }) => at <= now)
      timers = new Set([...timers].filter(({ at }) => at > now))
      for (const { then } of due) then()
    }
    const goOn = Promise.withResolvers<void>()
    const { base } = await serve(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(sse(says('Hello')))
      await goOn.promise
      response.end(sse(says('.'), finishes('stop'), '[DONE]'))
    })
    let text = ''
    for await (const part of client({ clock, patience: { firstMs: 100, idleMs: 100 } }).complete(asks(base))) {
      if (part.kind === 'text') text += part.text
      pass(500)
      goOn.resolve()
    }
    expect(text).toBe('Hello.')
  })
})

describe('an answer that breaks off', () => {
  it.each(['reset', 'end'] as const)(
    'after its first words (%s) is not asked for again, and they are kept',
    async (how) => {
      const { base, requests } = await serve(breaks(sse(says('Hel'), usage(9, 1)), how))
      const { failed, again } = await hear(client().complete(asks(base)))
      expect(failed).toMatchObject({ reason: 'network', text: 'Hel', used: { tokensIn: 9, tokensOut: 1 } })
      expect([again, requests.length]).toEqual([0, 1])
    },
  )

  it.each(['reset', 'end'] as const)('in the middle of a letter (%s) keeps whole letters', async (how) => {
    const bytes = Buffer.from(sse(says('Hé'), says('Hé')))
    const { base } = await serve(breaks(bytes.subarray(0, bytes.lastIndexOf(0xa9)), how))
    expect((await hear(client().complete(asks(base)))).failed).toMatchObject({ text: 'Hé' })
  })

  it.each(['reset', 'end'] as const)(
    'in the middle of a call (%s) gives no call, and is asked for again',
    async (how) => {
      const half = sse(call('{"path":"a"'), call(',"text":'))
      const { base, requests } = await serve(breaks(half, how), breaks(`${half}data: {"choices":[{"ind`, how))
      const { failed, calls } = await hear(client().complete(asks(base)))
      expect([calls, failed?.reason, requests.length]).toEqual([[], 'network', 3])
    },
  )

  it('before anything came is asked for again and then whole', async () => {
    const { base } = await serve(
      breaks('', 'reset'),
      breaks(sse(call('{"pa')), 'end'),
      streams(sse(call('{"a":1}', 'tool_calls'), '[DONE]')),
    )
    const { calls, again, end } = await hear(client().complete(asks(base)))
    expect([calls, again, end?.finish]).toEqual([[{ id: 'c1', name: 'write', arguments: '{"a":1}' }], 2, 'calls'])
  })

  it('by its length while it writes a call gives no call', async () => {
    const { base } = await serve(streams(sse(says('So: '), call('{"path":"a"}'), finishes('length'), '[DONE]')))
    const { calls, end } = await hear(client().complete(asks(base)))
    expect([calls, end?.finish]).toEqual([[], 'length'])
  })

  it('after its last word only is whole', async () => {
    const { base } = await serve(streams(sse(says('Hello.'), finishes('stop'))))
    expect(await hear(client().complete(asks(base)))).toMatchObject({
      text: 'Hello.',
      end: { finish: 'stop', estimated: true },
    })
  })

  it('and promised more bytes is not whole', async () => {
    const body = sse(says('Hel'))
    const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${body.length + 10}\r\n\r\n`
    const { base } = await serveRaw((socket) => socket.end(head + body))
    expect((await hear(client().complete(asks(base)))).failed).toMatchObject({ reason: 'network', text: 'Hel' })
  })
})

describe('an answer that is odd', () => {
  it('finishes twice and is told once', async () => {
    const { base } = await serve(
      streams(sse(call('{}', 'tool_calls'), finishes('stop'), finishes('tool_calls'), usage(1, 1), '[DONE]', '[DONE]')),
    )
    const { parts } = await hear(client().complete(asks(base)))
    expect(parts.map(({ kind }) => kind)).toEqual(['call', 'end'])
  })

  it.each(['text/plain', 'application/json', 'application/octet', ''])(
    'is called %j and is a stream all the same',
    async (type) => {
      const { base } = await serve((response) =>
        response.writeHead(200, type === '' ? {} : { 'content-type': type }).end(hello),
      )
      const { text, failed } = await hear(client().complete(asks(base)))
      if (type === 'application/octet') expect(failed?.message).toContain('application/octet')
      else expect(text).toBe('Hello.')
    },
  )

  it('is a page, and says that the address is wrong', async () => {
    const { base, requests } = await serve((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>'),
    )
    const { failed } = await hear(client().complete(asks(base)))
    expect(failed).toMatchObject({ reason: 'network', message: expect.stringContaining('/v1') })
    expect(requests).toHaveLength(1)
  })

  it('comes whole though a stream was asked for', async () => {
    const whole = { choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }] }
    const { base } = await serve(refuses(200, whole))
    expect((await hear(client().complete(asks(base)))).text).toBe('Hello.')
  })

  it.each([
    ['nothing at all', ''],
    ['only its end', sse('[DONE]')],
    ['no words', sse(finishes('stop'), '[DONE]')],
    ['blanks', '\n\n  \n\n'],
    ['signs of life', ': ping\n\ndata: ping\n\n'],
  ])('of %s is a failure', async (_, body) => {
    const { base } = await serve(streams(body))
    const { failed, text } = await hear(client({ again: 0 }).complete(asks(base)))
    expect(['bad-output', 'network']).toContain(failed?.reason)
    expect(text).toBe('')
  })

  it('has a line that is no JSON after some words', async () => {
    const { base } = await serve(streams(sse(says('Hel'), '{"choices":[', says('lo'), finishes('stop'))))
    expect((await hear(client().complete(asks(base)))).failed).toMatchObject({ reason: 'bad-output', text: 'Hel' })
  })

  it.each([
    [
      'an error of words',
      { error: 'Trying to keep the first 4096 tokens when context the overflows' },
      'context-overflow',
    ],
    ['an error with a number', { error: { message: 'Provider returned error', code: 502 } }, 'overloaded'],
    [
      'a flat error',
      { object: 'error', message: 'maximum context length is 10 tokens', code: 400 },
      'context-overflow',
    ],
    ['an error of nothing', { error: {} }, 'bad-output'],
  ])('holds %s though its status is 200', async (_, event, reason) => {
    const { base } = await serve(streams(sse(event, '[DONE]')))
    const early = await hear(client({ again: 0 }).complete(asks(base)))
    expect(early.failed).toMatchObject({ reason, text: '' })
    const { base: other, requests } = await serve(streams(sse(says('Hel'), event)))
    expect((await hear(client().complete(asks(other)))).failed).toMatchObject({ reason, text: 'Hel' })
    expect(requests).toHaveLength(1)
  })

  it('holds bytes that are no text', async () => {
    const [before, after] = sse(says('Hello'), says('#')).split('#')
    const bytes = Buffer.concat([Buffer.from(before ?? ''), Buffer.from([0xff, 0xfe]), Buffer.from(after ?? '')])
    const { base } = await serve(streams(bytes))
    expect((await hear(client({ again: 0 }).complete(asks(base)))).failed?.reason).toBe('bad-output')
  })
})
