// The bridge process: carries connections of sandboxes without network to the servers that were named for each, and nowhere else.
import { Socket } from 'node:net'
import { lines } from '../wire.ts'
import type { FromBridge, ToBridge } from './calls.ts'
import { listenHere } from './listening.ts'
import { Relay } from './relay.ts'

function bridge(): void {
  const spawner = new Socket({ fd: 3 })
  const relays = new Map<number, Relay>()
  const say = (message: FromBridge): void => {
    if (!spawner.destroyed) spawner.write(`${JSON.stringify(message)}\n`)
  }
  const close = (child: number): void => {
    relays.get(child)?.close()
    relays.delete(child)
  }
  const heed = (message: ToBridge): void => {
    const { child } = message
    if (message.do === 'close') {
      close(child)
      return
    }
    const relay = new Relay(message, (note) => say({ child, note }))
    relays.set(child, relay)
    relay.open().then(
      () => say({ child, open: true }),
      (error: unknown) => {
        close(child)
        say({ child, no: error instanceof Error ? error.message : String(error) })
      },
    )
  }
  // With the spawner everything goes: nothing is left then that keeps this process alive.
  const end = (): void => {
    for (const child of [...relays.keys()]) close(child)
    spawner.destroy()
  }
  spawner.on(
    'data',
    lines((line) => heed(JSON.parse(line) as ToBridge)),
  )
  spawner.on('error', end)
  spawner.on('close', end)
}

if (process.argv[2] === 'listen') await listenHere(process.argv[3] ?? '[]')
else bridge()
