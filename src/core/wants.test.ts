// The system's words for too little of something are known in every form in which they reach us, and no others are.
import { expect, it } from 'vitest'
import { wantOf } from './wants.ts'

it.each([
  ['spawn git EMFILE', 'file descriptors'],
  ['ENFILE: file table overflow, open', 'file descriptors'],
  ["fatal: cannot open '/x': Too many open files", 'file descriptors'],
  ['spawn unshare EAGAIN', 'processes'],
  ['unshare: fork failed: Resource temporarily unavailable', 'processes'],
  ['spawn ENOMEM', 'memory'],
  ['fatal: Out of memory, malloc failed', 'memory'],
  ['fatal: write error: No space left on device', 'room on the disk'],
])('%s: too few or too little of %s', (words, of) => {
  const want = wantOf(words)
  expect(want?.of).toBe(of)
  expect(want?.remedy).toMatch(/^[A-Z].+\.$/)
})

it('takes nothing else for a want', () => {
  for (const words of ['spawn git ENOENT', 'EACCES', 'a link leaves the folder', 'emfiles', 'ended with exit code 1'])
    expect(wantOf(words)).toBeUndefined()
})
