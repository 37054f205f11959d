// A page of somebody else: it tries every way that a browser has to reach another server, and says what came of each.

/** Runs in the page. `target` is our server's origin, `mark` stands in whatever it tries to write. */
export async function tryEverything({ target, mark, patienceMs, stays = false }) {
  const found = {}
  const waiting = []
  const wish = JSON.stringify({ on: 'wf', notes: mark })
  const within = (work, otherwise) =>
    Promise.race([work, new Promise((resolve) => setTimeout(() => resolve(otherwise), patienceMs))])
  const attempt = (name, work) => {
    const safe = async () => work()
    waiting.push(
      within(
        safe().catch((error) => `error ${String(error).slice(0, 60)}`),
        'nothing came',
      ).then((said) => {
        found[name] = said
      }),
    )
  }
  const read = async (response) =>
    response.type === 'opaque' ? 'opaque' : `READ ${response.status} ${(await response.text()).slice(0, 100)}`

  // First: a browser has six connections to one server, and streams keep theirs.
  attempt('event source', () => {
    const source = new EventSource(`${target}/events?after=0`, { withCredentials: true })
    return new Promise((resolve) => {
      for (const kind of ['hello', 'facts', 'message']) source.addEventListener(kind, () => resolve(`READ ${kind}`))
      source.onerror = () => {
        source.close()
        resolve('closed')
      }
    })
  })

  const modes = ['cors', 'no-cors', 'same-origin']
  const paths = [
    '/',
    '/api/status/list',
    '/api/journal/read',
    '/events',
    '/openapi.json',
    '/health',
    '/metrics',
    '/mcp',
  ]
  for (const mode of modes) {
    for (const path of paths)
      attempt(`fetch ${mode} ${path}`, async () =>
        read(await fetch(target + path, { mode, credentials: 'include', signal: AbortSignal.timeout(1000) })),
      )
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/json']) {
      attempt(`post ${mode} ${type}`, async () =>
        read(
          await fetch(`${target}/api/blocker/raise`, {
            method: 'POST',
            mode,
            credentials: 'include',
            headers: { 'content-type': type },
            body: wish,
          }),
        ),
      )
    }
    attempt(`post ${mode} blob`, async () =>
      read(
        await fetch(`${target}/api/blocker/raise`, {
          method: 'POST',
          mode,
          credentials: 'include',
          body: new Blob([wish]),
        }),
      ),
    )
    // Our own page would sign itself out by it.
    for (const method of stays ? ['PUT', 'PATCH'] : ['PUT', 'DELETE', 'PATCH'])
      attempt(`${method} ${mode}`, async () =>
        read(await fetch(`${target}/session`, { method, mode, credentials: 'include' })),
      )
  }
  attempt('beacon', async () =>
    String(navigator.sendBeacon(`${target}/api/blocker/raise`, new Blob([wish], { type: 'text/plain' }))),
  )
  attempt('beacon json', async () =>
    String(navigator.sendBeacon(`${target}/api/blocker/raise`, new Blob([wish], { type: 'application/json' }))),
  )

  for (const path of ['/rpc', '/events', '/mcp', '/api/status/list']) {
    attempt(`socket ${path}`, () => {
      const socket = new WebSocket(target.replace('http', 'ws') + path)
      socket.onopen = () =>
        socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'blocker/raise', params: JSON.parse(wish) }))
      return new Promise((resolve) => {
        socket.onmessage = ({ data }) => resolve(`READ ${String(data).slice(0, 80)}`)
        socket.onclose = ({ code }) => resolve(`closed ${code}`)
      })
    })
  }
  const put = (tag, set) =>
    attempt(`<${tag}> ${Object.values(set).join(' ').replace(target, '')}`, () => {
      const one = document.createElement(tag)
      const done = new Promise((resolve) => {
        one.onload = () => resolve(reached(one))
        one.onerror = () => resolve('failed')
      })
      for (const [name, value] of Object.entries(set)) one.setAttribute(name, value)
      document.body.append(one)
      return done
    })
  const reached = (one) => {
    if (!(one instanceof HTMLIFrameElement))
      return one instanceof HTMLImageElement || one instanceof HTMLScriptElement ? 'READ loaded' : 'loaded'
    try {
      return one.contentDocument === null ? 'shut' : `READ ${one.contentDocument.body.textContent}`
    } catch {
      return 'shut'
    }
  }
  for (const path of ['/', '/api/status/list', '/favicon.ico', '/page.js', '/openapi.json']) {
    put('img', { src: target + path })
    put('script', { src: target + path })
    put('iframe', { src: target + path })
    put('link', { rel: 'stylesheet', href: target + path })
    put('object', { data: target + path })
    put('embed', { src: target + path })
    put('video', { src: target + path })
  }

  for (const [n, type] of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'].entries()) {
    const frame = document.createElement('iframe')
    frame.name = `form-${n}`
    const form = document.createElement('form')
    Object.assign(form, { method: 'POST', action: `${target}/api/blocker/raise`, enctype: type, target: frame.name })
    const field = document.createElement('input')
    // As text/plain this reads {"on":"wf","notes":"…","x":"="}, which is JSON.
    field.name = `${wish.slice(0, -1)},"x":"`
    field.value = '"}'
    form.append(field)
    document.body.append(frame, form)
    form.submit()
  }
  attempt('service worker', async () =>
    String(await navigator.serviceWorker.register(`${target}/page.js`).then(() => 'READ registered')),
  )
  attempt('module', async () =>
    String(await import(/* @vite-ignore */ `${target}/page.js`).then(() => 'READ imported')),
  )
  attempt('worker', () => {
    const worker = new Worker(`${target}/page.js`)
    return new Promise((resolve) => {
      worker.onerror = () => resolve('failed')
      worker.onmessage = () => resolve('READ message')
    })
  })
  attempt('window', async () => {
    const opened = window.open(`${target}/`)
    const heard = new Promise((resolve) =>
      window.addEventListener('message', ({ origin }) => origin === target && resolve('READ message')),
    )
    const asked = setInterval(() => opened?.postMessage({ give: 'everything' }, '*'), 200)
    const said = await within(heard, 'silent')
    clearInterval(asked)
    let seen = said
    try {
      seen = `READ ${opened?.document.body.textContent}`
    } catch {
      // What is meant to be.
    }
    opened?.close()
    return seen
  })
  await Promise.all(waiting)
  return found
}
