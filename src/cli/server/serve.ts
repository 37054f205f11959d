// baton serve: one process that stays open for browsers, editors and programs, and carries out what they ask for.

import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import { stay } from './staying.ts'

export const serve: Command = {
  name: 'serve',
  caption:
    'Stays open for browsers, editors and programs, and carries out what they ask for. A second start on the same home finds the first.',
  usage: '[--port n] [--also-port n …] [--host address --allow-remote --allow-host name …]',
  example: 'baton serve\nbaton serve --port 8080 --also-port 3000',
  options: [
    {
      name: 'port',
      value: 'n',
      caption: 'where to listen (default: ORCH_PORT, then PORT, then 4100; 0: any that is free)',
    },
    { name: 'also-port', value: 'n', many: true, caption: 'listen there too, with the same routes' },
    {
      name: 'host',
      value: 'address',
      caption: 'another address than 127.0.0.1; needs --allow-remote and --allow-host',
    },
    { name: 'allow-remote', caption: 'other machines may ask: keys then travel as they are, so put TLS before it' },
    {
      name: 'allow-host',
      value: 'name',
      many: true,
      caption: 'a name, with its port if it is another, by which it may be asked',
    },
  ],
  words: [0, 0],
  json: '{ urls, link, until, pid?, already }, once it can be asked; it ends with Ctrl-C',
  run: (context) => {
    const port = context.whole('port', 0, 65_535)
    const host = context.text('host')
    return stay(context, {
      ...(port === undefined ? {} : { port }),
      ...(host === undefined ? {} : { host }),
      remote: context.has('allow-remote'),
      alsoPorts: context.all('also-port').map(portOf),
      allowHosts: [...context.all('allow-host')],
    })
  },
}

function portOf(given: string): number {
  const port = Number(given)
  if (/^\d{1,5}$/u.test(given) && port < 65_536) return port
  throw new Refused(refuse('invalid', `--also-port ${given}`, 'it is no port', 'give a number from 0 to 65535'))
}
