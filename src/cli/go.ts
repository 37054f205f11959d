// Finds the command, reads its options, runs it, and turns every way it can end into an exit code.
import manifest from '../../package.json' with { type: 'json' }
import { near } from '../api/name/near.ts'
import { refusalFrom, seeDocs } from '../api/perform.ts'
import { type Refusal, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'
import { catalog, lookUp } from './catalog.ts'
import { type Command, Context } from './command.ts'
import { exitOf, exits } from './exit.ts'
import { helpOf, helpOfAll } from './help.ts'
import { parse } from './parse.ts'
import type { World } from './world.ts'

export async function go(argv: readonly string[], world: World): Promise<number> {
  const bare = new Context(world, [], new Map(argv.includes('--json') ? [['json', []]] : []))
  if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help')
    return help(argv, world, bare)
  const found = lookUp(argv)
  if (found === undefined) return unknown(argv, bare)
  try {
    const command = await found.listed.load()
    return await runIt(command, found.rest, world)
  } catch (error) {
    return fail(error, bare, `baton ${found.listed.name}`)
  }
}

async function runIt(command: Command, rest: readonly string[], world: World): Promise<number> {
  const { words, flags } = parse(command, rest)
  const context = new Context(world, words, flags)
  if (context.has('help')) {
    world.stdout.write(helpOf(command))
    return exits.ok
  }
  return (await command.run(context)) ?? exits.ok
}

/** For what went wrong before a command was found. */
export function tell(error: unknown, argv: readonly string[], world: World): number {
  const json = argv.includes('--json')
  return fail(error, new Context(world, [], new Map(json ? [['json', []]] : [])), `baton ${argv[0] ?? ''}`)
}

function fail(error: unknown, context: Context, what: string): number {
  const refusal = inWordsOf(what, refusalFrom(error, what))
  context.complain(refusal)
  if (refusal.kind === 'defect' && context.world.env.BATON_DEBUG && error instanceof Error) {
    context.aside.block(error.stack ?? '')
  }
  return exitOf(refusal.kind)
}

/** What a method refuses is told as the command that the person gave. */
function inWordsOf(what: string, refusal: Refusal): Refusal {
  if (refusal.kind !== 'invalid' || refusal.remedy !== seeDocs) return refusal
  return { ...refusal, what, remedy: `${what} --help shows how` }
}

async function help(argv: readonly string[], world: World, bare: Context): Promise<number> {
  const asked = argv.filter((word) => !word.startsWith('-')).slice(1)
  const found = argv[0] === 'help' && asked.length > 0 ? lookUp(asked) : undefined
  if (found !== undefined) world.stdout.write(helpOf(await found.listed.load()))
  else if (bare.json)
    bare.give(
      { version: manifest.version, commands: catalog.map(({ name, caption }) => ({ name, caption })) },
      () => undefined,
    )
  else world.stdout.write(helpOfAll(manifest.version))
  return exits.ok
}

function unknown(argv: readonly string[], context: Context): number {
  const name = argv[0] ?? ''
  const group = catalog.filter((one) => one.name.startsWith(`${name} `)).map((one) => one.name)
  const like =
    group.length > 0
      ? group
      : near(
          name,
          catalog.map((one) => one.name),
        )
  const remedy = like.length === 0 ? 'baton --help lists all commands' : `did you mean baton ${like.join(', baton ')}?`
  const why = group.length > 0 ? 'it takes one word more' : 'there is no such command'
  context.complain(refuse('invalid', `baton ${quoted(name)}`, why, remedy))
  return exits.validation
}
