// Trust covers baton.yaml and not the files that its commands name: they are listed, and an agent's change of them is a question.
import { expect, it } from 'vitest'
import { play, policy, workflow } from './plans.ts'
import { stage } from './stage.ts'

const checks = 'checks:\n  - {name: colour, command: ["sh", "-eu", "./checks/colour.sh", "out/*.txt"]}\n'

it('names the files of the repository that the commands name, and says that trusting does not cover them', async () => {
  const made = stage()
  made.commit({
    'wf.yaml': workflow('wf', [{ key: 'a', order: 1 }]),
    'agent.sh': 'true\n',
    'checks/colour.sh': 'true\n',
    'package.json': '{}\n',
    'baton.yaml': policy({ checks: `${checks}  - {name: t, command: ["npm", "test"]}\n` }),
  })
  const shown = await made.must('trust', '--show')
  expect(shown.scripts).toEqual(['agent.sh', 'checks/colour.sh', 'package.json'])
  const told = (await made.baton('trust', '--show')).out
  expect(told).toMatch(/not cover.*\n.*agent\.sh.*\n.*checks\/colour\.sh.*\n.*package\.json/)
})

it('a change by an agent of a file that a command names is a gate, though nothing protects it by name', async () => {
  const made = await play(stage(), {
    steps: [{ key: 'a', order: 1 }],
    keys: { a: 'write red; printf "exit 0\\n" > checks/colour.sh' },
    files: { 'checks/colour.sh': 'grep red out/a.txt\n' },
    policy: { checks },
  })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  const [gate] = (await made.must('gate')).gates
  expect(gate.asks).toContain('changed protected paths: checks/colour.sh')
})

it('a protected folder covers all that is in it', async () => {
  const made = await play(stage(), {
    steps: [{ key: 'a', order: 1 }],
    keys: { a: 'write red; mkdir -p docs/deep; echo x > docs/deep/x.md' },
    policy: { more: 'protect: ["docs/"]\n' },
  })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  expect((await made.must('gate')).gates[0].asks).toContain('docs/deep/x.md')
})
