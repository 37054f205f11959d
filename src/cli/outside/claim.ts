// baton claim and baton release: take a step to do it yourself, and give it back.
import type { Command } from '../command.ts'
import { attemptNamed, executorOption, namingOptions, number, opened, stepNamed } from './naming.ts'

export const claim: Command = {
  name: 'claim',
  caption:
    'Takes a step for somebody whom Baton does not run: a person, or a job elsewhere. Nobody else gets it until it is completed or released.',
  usage: '<step> | <item|plan> <step> | --work-item <item|plan> --step <key> [options]',
  example:
    'baton claim T003\nbaton claim specs/001-photo-albums T003\nbaton claim --work-item 001-photo-albums --step T003 --executor ci:1234 --run-id 1234 --json',
  options: [
    ...namingOptions,
    {
      name: 'attempt',
      value: 'n',
      caption: 'the attempt that you expect it to be; with another one nothing is claimed',
    },
    executorOption,
    { name: 'display-name', value: 'name', caption: 'what people call the executor' },
    { name: 'run-id', value: 'id', caption: 'what the executor calls the run that this is part of' },
  ],
  words: [2, 0],
  json: '{ schemaVersion, attemptId, workItemId, stepKey, claimedAt, executor: { id, displayName, runId? }, status: "running", artifactPath, previousAttemptId?, base, branch, handed: { key, says }[], seq }',
  run: async (context) => {
    const attempt = context.text('attempt')
    const said = [
      ['executor', context.text('executor')],
      ['displayName', context.text('display-name')],
      ['runId', context.text('run-id')],
    ].filter(([, value]) => value !== undefined)
    await context.with('write', async (house) => {
      await opened(context, house)
      const step = await stepNamed(context, house)
      const expected = attempt === undefined ? {} : { attempt: number(attempt) }
      const claimed = await house.call('step/claim', { step, ...expected, ...Object.fromEntries(said) })
      context.give(claimed, (people) => {
        people.line({ text: claimed.attemptId, style: 'bold' }, ' is claimed by ', claimed.executor.displayName, '.')
        people.line('  work from ', claimed.base, `, it lands on ${claimed.branch}`)
        for (const { key, says } of claimed.handed) people.line(`  ${key}: ${says}`)
        people.line(`  → baton complete ${claimed.attemptId}, or baton release ${claimed.attemptId} --why "…"`)
      })
    })
    return undefined
  },
}

export const release: Command = {
  name: 'release',
  caption: 'Gives a claimed step back without a judgement: it waits again, and no try of it is spent.',
  usage: '<step|attempt> | --work-item <item> --step <key> [--attempt <n>]  --why <text>',
  example:
    'baton release T003 --why "no time this week"\nbaton release 001-photo-albums/T003/2 --why "the runner is gone"',
  options: [
    ...namingOptions,
    { name: 'attempt', value: 'n', caption: 'the attempt; refused when another one is open' },
    executorOption,
    { name: 'why', value: 'text', caption: 'the reason, for the record' },
  ],
  words: [2, 0],
  json: '{ attempt, seq, facts: string[] }',
  run: async (context) => {
    const why = context.need('why', 'the reason')
    const executor = context.text('executor')
    await context.with('write', async (house) => {
      const attempt = await attemptNamed(context, house)
      const who = executor === undefined ? {} : { executor }
      const done = await house.call('attempt/release', { attempt, why, ...who })
      context.give({ attempt, ...done }, (people) => people.line(`${attempt} is given back.`))
    })
    return undefined
  },
}
