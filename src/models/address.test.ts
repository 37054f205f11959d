import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAddress, refusedHost } from './address.ts'

const refused = (text: string): string => {
  const read = readAddress(text)
  return read.ok ? `taken as ${read.base}` : read.why
}

describe('the address of a model server', () => {
  it.each([
    ['http://127.0.0.1:1234/v1', 'http://127.0.0.1:1234/v1'],
    [' http://LocalHost:11434/v1/// ', 'http://localhost:11434/v1'],
    ['https://api.example.com', 'https://api.example.com'],
    ['http://[::1]:8080/v1?key=secret#x', 'http://[::1]:8080/v1'],
    ['http://10.0.0.7/v1', 'http://10.0.0.7/v1'],
    ['http://169.253.255.255/v1', 'http://169.253.255.255/v1'],
  ])('takes %s', (text, base) => expect(readAddress(text)).toEqual({ ok: true, base }))

  it.each([
    'http://169.254.169.254/latest',
    'http://169.254.0.1',
    'http://169.254.255.255:80/v1',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0xA9.254.0251.0376/',
    'http://169.16689662/',
    'http://169.254.169.254./',
    'http://１６９.254.169.254/',
    'http://[::ffff:169.254.169.254]/',
    'http://[::FFFF:A9FE:A9FE]/',
    'http://[0:0:0:0:0:ffff:a9fe:a9fe]/',
    'http://[::169.254.169.254]/',
    'http://[64:ff9b::169.254.169.254]/',
    'http://[2002:a9fe:a9fe::1]/',
    'http://[fe80::1]/',
    'http://[FeBf::1]:1234/v1',
    'http://[fd00:ec2::254]/',
    'http://[fd00:0ec2:0:0::0254]/',
    'http://100.100.100.200/',
    'http://168.63.129.16/',
  ])('refuses %s, which the machine’s own network answers', (text) => expect(refused(text)).toContain('link-local'))

  it.each([
    'http://metadata.google.internal/computeMetadata/v1',
    'http://Metadata.Google.INTERNAL./',
    'http://metadata/',
    'http://metadata.google.internal../',
    'http://instance-data.ec2.internal',
  ])('refuses %s by its name', (text) => expect(refused(text)).toContain('metadata server'))

  it.each(['http://user:secret@127.0.0.1/v1', 'http://127.0.0.1@169.254.169.254/', 'https://key@api.example.com'])(
    'refuses the login in %s and does not repeat it',
    (text) => {
      expect(refused(text)).toContain('login')
      expect(refused(text)).not.toMatch(/secret|key@/)
    },
  )

  it.each(['', 'not an address', 'file:///etc/passwd', 'ftp://127.0.0.1', 'javascript:alert(1)', 'http://', 'unix:/x'])(
    'refuses %j',
    (text) => expect(readAddress(text).ok).toBe(false),
  )

  it('knows each link-local address however it is written', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(byte, byte, (c, d) => {
        const whole = 169 * 2 ** 24 + 254 * 2 ** 16 + c * 256 + d
        for (const host of [`169.254.${c}.${d}`, `${whole}`, `0x${whole.toString(16)}`, `[::ffff:169.254.${c}.${d}]`])
          expect(readAddress(`http://${host}/v1`).ok).toBe(false)
      }),
    )
  })

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        readAddress(text)
        readAddress(`http://${text}/`)
        refusedHost(text)
      }),
    )
  })

  it('is quick with long ones', () => {
    const began = performance.now()
    for (const many of ['a.', '.', '/', '[', '%', '::'])
      for (const text of [`http://x/${many.repeat(50_000)}x`, `http://${many.repeat(50_000)}x/`]) {
        readAddress(text)
        refusedHost(text)
      }
    expect(performance.now() - began).toBeLessThan(3000)
  })

  it('looks at what a resolver gives, zone and all', () => {
    expect(refusedHost('fe80::1%eth0')).toContain('link-local')
    expect(refusedHost('169.254.1.1')).toContain('link-local')
    expect(refusedHost('::1')).toBeUndefined()
    expect(refusedHost('93.184.216.34')).toBeUndefined()
  })
})
