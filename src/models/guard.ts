// Looks at what a name leads to as the connection is made: a name may lead anywhere, and elsewhere the next time.
import type { LookupAddress, LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { refusedHost } from './address.ts'

export type Resolve = (name: string, options: LookupOptions) => Promise<LookupAddress | LookupAddress[]>

/** One refused address among several refuses all of them. */
export function guarded(resolve: Resolve): LookupFunction {
  return (name, options, done) => {
    resolve(name, options).then(
      (found) => {
        const addresses = [found].flat()
        const why = addresses.map(({ address }) => refusedHost(address)).find((one) => one !== undefined)
        const [first] = addresses
        if (why !== undefined) done(new Error(`${name} leads to ${why}`), '')
        else if (Array.isArray(found)) done(null, found)
        else done(null, first?.address ?? '', first?.family ?? 4)
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), ''),
    )
  }
}
