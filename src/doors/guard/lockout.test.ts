import { beforeEach, expect, it } from 'vitest'
import { realClock } from '../../presets/clock.ts'
import { Lockout } from './lockout.ts'

const minute = 60_000
let now = 0
const clock = { ...realClock, now: () => 0, monotonic: () => now }
let lockout = new Lockout(clock)
const wrong = (address: string, times: number): void => {
  for (let n = 0; n < times; n += 1) lockout.wrong(address)
}

beforeEach(() => {
  now = 1000
  lockout = new Lockout(clock)
})

it('lets nine wrong keys pass, and has the tenth wait', () => {
  wrong('10.0.0.1', 9)
  expect(lockout.waits('10.0.0.1')).toBe(0)
  wrong('10.0.0.1', 1)
  expect(lockout.waits('10.0.0.1')).toBe(minute)
  now += minute - 1
  expect(lockout.waits('10.0.0.1')).toBe(1)
  now += 1
  expect(lockout.waits('10.0.0.1')).toBe(0)
})

it('has whoever goes on wait twice as long each time, up to a quarter of an hour, and then that long for good', () => {
  const waits: number[] = []
  for (let n = 0; n < 8; n += 1) {
    wrong('10.0.0.1', 10)
    waits.push(lockout.waits('10.0.0.1') / minute)
    now += lockout.waits('10.0.0.1')
  }
  expect(waits).toEqual([1, 2, 4, 8, 15, 15, 15, 15])
})

it('forgets what was a quarter of an hour ago, counted from when the waiting ended', () => {
  wrong('10.0.0.1', 10)
  now += minute + 15 * minute
  wrong('10.0.0.1', 10)
  expect(lockout.waits('10.0.0.1')).toBe(2 * minute)
  now += 2 * minute + 15 * minute + 1
  wrong('10.0.0.1', 10)
  expect(lockout.waits('10.0.0.1')).toBe(minute)
})

it('keeps addresses apart', () => {
  wrong('10.0.0.1', 10)
  expect(lockout.waits('10.0.0.2')).toBe(0)
  wrong('::1', 10)
  expect(lockout.waits('127.0.0.1')).toBe(0)
  wrong('2001:db8:0:1::1', 10)
  expect(lockout.waits('2001:db8:0:2::1')).toBe(0)
})

it.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['2001:db8:1:2::', '2001:DB8:1:2:3:4:5:6'],
  ['2001:db8::1', '2001:db8:0:0:9::'],
  ['fe80::1%eth0', 'fe80::2%eth1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
])('takes the addresses that one machine may choose from as one: %s and %s', (first, second) => {
  wrong(first, 5)
  wrong(second, 5)
  expect([lockout.waits(first), lockout.waits(second)]).toEqual([minute, minute])
})

it('is not worn out by many addresses: ten thousand are remembered, those that tried last', () => {
  wrong('10.0.0.1', 10)
  for (let n = 0; n < 9999; n += 1) lockout.wrong(`192.168.${n >> 8}.${n & 255}`)
  expect(lockout.waits('10.0.0.1')).toBe(minute)
  lockout.wrong('172.16.0.1')
  expect(lockout.waits('10.0.0.1')).toBe(0)
})
