// What a healthy house seldom answers is held to its schema too: plans of every format, an unfit repository, a record that is not whole.
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { policy, teaFeature, teaTasks, workflow } from '../acceptance/plans.ts'
import { stage } from '../acceptance/stage.ts'
import { samples } from '../cases/plan-samples.ts'
import { asking } from './conforming.ts'

const plans = Object.entries(samples).flatMap(([format, all]) => all.map((sample) => ({ format, ...sample })))

it('plans of every format, beside each other', async () => {
  const made = stage()
  for (const { files } of plans) {
    for (const each of await files.list('')) {
      made.write(each, new TextDecoder().decode((await files.read(each)) ?? new Uint8Array()))
    }
  }
  made.commit({}, 'plans')
  const { ask } = await asking(made, { mode: 'write' })
  for (const { path, format } of plans) {
    const shown = await ask.call('plan/show', { plan: path, format })
    expect(shown.items.length, path).toBeGreaterThan(0)
  }
  const lossy = await ask.call('plan/convert', { plan: 'plan.json', format: 'json', to: 'speckit' })
  expect(lossy.lost).not.toEqual([])
}, 120_000)

it('work that nobody does yet, held for many reasons', async () => {
  const steps = ['a', 'b', 'c'].map((key, at) => ({ key, order: at + 1, parallel: at < 2, locks: ['kettle'] }))
  const made = stage({ 'wf.yaml': workflow('wf', steps), 'baton.yaml': policy(), [`${teaFeature}/tasks.md`]: teaTasks })
  made.commit({ [`${teaFeature}/checklists/words.md`]: '- [ ] CHK001 Are the words plain?\n' })
  await made.ready()
  const { ask } = await asking(made, { mode: 'write' })
  await ask.call('run/start', { plan: 'wf.yaml', parallel: 1 })
  await ask.call('run/start', { plan: teaFeature })
  expect((await ask.call('step/ready', { limit: 1 })).steps).toHaveLength(1)
  expect((await ask.call('gate/list')).gates).toMatchObject([{ kind: 'intake' }])
  for (const step of ['wf/a', 'wf/b', 'wf/c', '001-tea/T001', '001-tea/T002']) await ask.call('step/why', { step })
  await ask.call('run/drain', { item: 'wf' })
  await ask.call('status/list')
  await ask.call('schedule/simulate', { graph: { tasks: [{ id: 'x', duration: 1 }] }, slots: 1, policy: 'document' })
})

it('a repository that is not fit, with a configuration that is not either', async () => {
  const made = stage({
    '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ./x\n',
    'baton.yaml': policy({ more: 'unheard-of: 1\n' }),
  })
  const { ask } = await asking(made, { mode: 'look' })
  const looked = await ask.call('workspace/look')
  expect(looked.repository.problems).not.toEqual([])
  expect(looked.configuration.notes).not.toEqual([])
  expect(await ask.call('house/doctor')).toMatchObject({ well: false, readOnly: expect.any(String) })
})

it('a record that somebody has changed', async () => {
  const made = stage({ 'baton.yaml': policy() })
  await made.ready()
  const db = new DatabaseSync(join(made.home, 'journal.db'))
  db.exec(`UPDATE entries SET text = replace(text, '"none"', '"basic"')`)
  db.close()
  const { ask } = await asking(made, { mode: 'look' })
  expect(await ask.call('audit/verify')).toMatchObject({ whole: false, firstBad: { seq: expect.any(Number) } })
})
