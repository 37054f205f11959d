// Where the hands' program lies, and what of this machine it must see to run in a sandbox.
import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface HandsProgram {
  readonly argv: readonly [string, ...string[]]
  readonly readOnly: readonly string[]
}

const flags = [
  '--max-semi-space-size=2',
  '--disable-warning=ExperimentalWarning',
  '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
]

/** Our own Node, and beside us from sources or in the folder of bundles. */
export function handsProgram(): HandsProgram {
  const places = ['../hands/main.ts', './hands.js', '../hands.js'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw new Error(`The hands' program is missing (looked for ${places.join(', ')}). Build again, or install again.`)
  return programOf([process.execPath, ...flags, found])
}

/** From sources the program is a folder of modules; a bundle is one file. */
export function programOf(argv: readonly [string, ...string[]]): HandsProgram {
  const files = argv.filter((word) => word.startsWith('/') && existsSync(word))
  return { argv, readOnly: files.map((file) => (file.endsWith('.ts') ? dirname(file) : file)) }
}
