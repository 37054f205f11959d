import { expect, it } from 'vitest'
import { given, policy, trusted, World } from '../testing.ts'

it('counts each opening of the house as an epoch', () => {
  const world = given(new World())
    .when('house.open', { pid: 7, version: '1', host: 'h' })
    .then(['house.opened', { epoch: 1, pid: 7 }])
  given(world)
    .when('house.open', { pid: 8, version: '1', host: 'h' })
    .then(['house.opened', { epoch: 2 }])
  given(world)
    .when('house.close', { why: 'a person asked' })
    .then(['house.closed', { epoch: 2 }])
  expect(world.state.epoch).toBe(2)
})

it('keeps keys, checkpoints and restores in the record', () => {
  const world = given(new World())
    .when('key.publish', { name: 'house', key: 'k1' })
    .then(['key.published', { name: 'house', key: 'k1' }])
  given(world).when('key.publish', { name: 'house', key: 'k1' }).then()
  given(world)
    .when('key.publish', { name: 'house', key: 'k2' })
    .refused('conflict', /handed over/)
  given(world)
    .when('key.publish', { name: 'other', key: 'k2' })
    .refused('conflict', /handed over/)
  given(world)
    .when('key.rotate', { name: 'other', key: 'k2', note: 'n' })
    .refused('conflict', /names none/)
  given(world).when('key.rotate', { name: 'house', key: 'k2', note: 'n' }).then('key.rotated')
  given(world).when('key.rotate', { name: 'house', key: 'k2', note: 'n' }).then()
  given(world).when('key.publish', { name: 'house', key: 'k3', lost: 'the disk died' }).then('key.published')
  given(world).when('checkpoint.sign', { size: 5, root: 'r', key: 'k' }).then('checkpoint.signed')
  given(world).when('house.restore', { from: 'backup', head: 3 }).then('house.restored')
  expect(world.state.checkpoint).toBe(5)
  expect(world.state.keys.get('house')).toBe('k3')
})

it('records what was kept, what was missed, and what a person had forgotten by name', () => {
  const world = given(new World()).when('checkpoint.keep', { size: 5, place: '/p' }).then('checkpoint.kept')
  given(world).when('checkpoint.miss', { size: 6, place: '/p', why: 'it is full' }).then('checkpoint.missed')
  given(world)
    .when('transcript.forget', { attempt: 'wf/a/1', why: 'a name was in it' })
    .then(['transcript.forgotten', { attempt: 'wf/a/1', why: 'a name was in it' }])
})

it('opens a workspace once, and again only for another base branch', () => {
  const world = given(new World()).when('workspace.open', { path: '/w', baseBranch: 'main' }).then('workspace.opened')
  given(world).when('workspace.open', { path: '/w', baseBranch: 'main' }).then()
  given(world).when('workspace.open', { path: '/w', baseBranch: 'trunk' }).then('workspace.opened')
  expect(world.state.workspaces.get('/w')).toMatchObject({ baseBranch: 'trunk', running: 0 })
})

it('refuses isolation and trust for a workspace that nobody set up', () => {
  const world = given(new World())
  const isolate = { path: '/w', isolation: 'none', clones: 'folder', why: '' } as const
  world.when('workspace.isolate', isolate).refused('not-found', /set up/)
  world.when('workspace.trust', { path: '/w', digest: 'd', policy: policy() }).refused('not-found', /set up/)
})

it('says isolation, trust and the wanted count once', () => {
  const world = trusted()
  const isolate = { path: '/w', isolation: 'none', clones: 'folder', why: '' } as const
  given(world).when('workspace.isolate', isolate).then()
  given(world)
    .when('workspace.isolate', { ...isolate, clones: 'overlay' })
    .then('isolation.chosen')
  given(world).when('workspace.trust', { path: '/w', digest: 'digest', policy: policy() }).then()
  given(world)
    .when('workspace.trust', { path: '/w', digest: 'other', policy: policy({ desired: 3 }) })
    .then('workspace.trusted')
  expect(world.state.workspaces.get('/w')).toMatchObject({ trusted: 'other', desired: 3, clones: 'overlay' })
  given(world).when('workspace.want', { path: '/w', desired: 3 }).then()
  given(world).when('workspace.want', { path: '/w', desired: 0 }).then('workspace.desired')
  for (const desired of [-1, 1.5, 1025, Number.NaN]) {
    given(world)
      .when('workspace.want', { path: '/w', desired })
      .refused('invalid', /0 to 1024/)
  }
})

it('refuses a wish that it does not know, even one named like a property of every object', () => {
  const world = given(trusted())
  world.when('nonsense' as 'tick', {}).refused('invalid', /no such wish/)
  world.when('constructor' as 'tick', {}).refused('invalid', /no such wish/)
  world.when('__proto__' as 'tick', {}).refused('invalid', /no such wish/)
})
