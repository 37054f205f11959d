// The client runs where there is no Node, and is small enough for a page.
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, it } from 'vitest'

const mostKiB = 60
const root = new URL('../..', import.meta.url).pathname

async function bundled(): Promise<string> {
  const build = await rolldown({ cwd: root, input: 'src/client/index.ts', platform: 'browser', treeshake: true })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  expect(output).toHaveLength(1)
  return output[0].code
}

it('needs nothing of Node, and is at most 60 KiB on the wire', async () => {
  const code = await bundled()
  expect(code).not.toMatch(/["'`]node:/)
  expect(code).not.toMatch(/^import\b/m)
  expect(code).not.toMatch(/\brequire\(/)
  const kib = gzipSync(code).length / 1024
  process.stdout.write(`client: ${(code.length / 1024).toFixed(1)} KiB, ${kib.toFixed(1)} KiB gzip\n`)
  expect(kib).toBeLessThan(mostKiB)
})

it('runs with the names of Node hidden', async () => {
  const hidden = 'const process = undefined, Buffer = undefined, global = undefined, setImmediate = undefined;'
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(hidden + (await bundled()))}`)
  const { connect } = module as typeof import('../../src/client/index.ts')
  const fetch = async (): Promise<Response> => new Response('{}', { headers: { 'content-type': 'application/json' } })
  const client = await connect({ url: 'http://baton.example', fetch })
  expect(await client.call('status/list', {})).toEqual({})
  await client.close()
})
