// What the probe runs inside: it tries to get out in seven ways and prints what became of each.

interface Task {
  readonly secret: string
  readonly outside: string
  readonly word: string
  readonly port: number
  readonly victim: number
}

/** Given to Node as text: it may use nothing but what is in its own body. */
export async function getOut(task: Task): Promise<void> {
  const fs = process.getBuiltinModule('node:fs')
  const net = process.getBuiltinModule('node:net')
  const tried: { what: string; held: boolean; detail: string }[] = []
  const attempt = (what: string, act: () => string | undefined): void => {
    try {
      const got = act()
      tried.push({ what, held: got === undefined, detail: got ?? 'nothing was there' })
    } catch (error) {
      tried.push({ what, held: true, detail: (error as Error).message })
    }
  }
  const processes = (): string[] =>
    fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  const look = (pid: string, file: string): string => {
    try {
      return fs.readFileSync(`/proc/${pid}/${file}`, 'utf8')
    } catch {
      return ''
    }
  }
  attempt('write to /etc', () => {
    const name = `/etc/${task.word}`
    fs.writeFileSync(name, '')
    fs.unlinkSync(name)
    return 'it was written'
  })
  attempt("read a file in Baton's home", () =>
    fs.readFileSync(task.secret, 'utf8') === task.word ? 'it was read' : undefined,
  )
  attempt('see processes of the host', () =>
    processes().some((pid) => look(pid, 'cmdline').split('\0').includes(task.word)) ? 'one was seen' : undefined,
  )
  attempt("read another process's environment", () =>
    processes().some((pid) => look(pid, 'environ').includes(`BATON_CANARY=${task.word}`)) ? 'it was read' : undefined,
  )
  attempt('kill a process of the host', () => {
    process.kill(task.victim, 'SIGKILL')
    // In a namespace of our own the number may belong to somebody else; the host tells.
    return undefined
  })
  attempt('write outside the folder by a link', () => {
    fs.symlinkSync(task.outside, 'way-out')
    fs.writeFileSync('way-out', task.word)
    return undefined
  })
  await new Promise<void>((done) => {
    const socket = net.connect(task.port, '127.0.0.1')
    const end = (held: boolean, detail: string): void => {
      tried.push({ what: 'reach a port of the host', held, detail })
      socket.destroy()
      done()
    }
    socket.once('connect', () => end(false, 'it was reached'))
    socket.once('error', (error) => end(true, error.message))
    setTimeout(() => end(true, 'no answer'), 2_000).unref()
  })
  process.stdout.write(JSON.stringify(tried))
}
