// The world of a real process.
import { homeOf } from './quick.ts'
import type { World } from './world.ts'

export function realWorld(): World {
  const { env, stdout, stderr, stdin } = process
  const folder = process.cwd()
  return {
    env,
    folder,
    stdout,
    stderr,
    stdin,
    connect: async (mode, where) => {
      const { connect } = await import('./connect.ts')
      return connect(mode, { ...where, home: where?.home ?? homeOf(env), folder: where?.folder ?? folder })
    },
    serve: async (options) => {
      const { openServer } = await import('../presets/server.ts')
      return openServer({ ...options, home: options.home ?? homeOf(env), env })
    },
    pipes: () => ({ input: stdin, output: stdout }),
    interrupts: (then) => {
      const signals = ['SIGINT', 'SIGTERM'] as const
      for (const signal of signals) process.on(signal, then)
      return () => {
        for (const signal of signals) process.off(signal, then)
      }
    },
  }
}
