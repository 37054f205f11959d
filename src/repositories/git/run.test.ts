// Git that cannot be started says why: a machine with too little of something is not told to install git.
import { expect, it } from 'vitest'
import { gitSaid, notStarted } from './run.ts'

it.each(['spawn git EMFILE', 'spawn git ENFILE', 'spawn git EAGAIN', 'spawn git ENOMEM'])('%s', (words) => {
  const trouble = notStarted(new Error(words))
  expect(trouble.kind).toBe('machine')
  expect(trouble.message).not.toMatch(/[Ii]nstall/)
  expect(trouble.message).toContain(words.split(' ')[2])
  expect(trouble.remedy).toMatch(/fewer steps/)
})

it('says to install git only when it is missing', () => {
  expect(notStarted(new Error('spawn git ENOENT'))).toMatchObject({
    kind: 'unfit',
    remedy: expect.stringMatching(/Install/),
  })
  expect(notStarted(new Error('spawn git EACCES')).remedy).not.toMatch(/Install/)
})

it('knows what git itself was short of', () => {
  const words = "fatal: cannot open '.git/objects': Too many open files"
  expect(gitSaid('read-tree', 128, words)).toMatchObject({
    kind: 'machine',
    remedy: expect.stringMatching(/ulimit -n/),
  })
  expect(gitSaid('read-tree', 128, 'fatal: bad object').kind).toBe('git')
})
