// What may be reached is read strictly: whatever two programs could read in two ways is refused.
import { describe, expect, it } from 'vitest'
import { hostsFile, readServers, refusedAddress } from './servers.ts'

describe('the servers of a bridge', () => {
  it('are found at their own addresses, names at ones of the loopback', () => {
    expect(
      readServers([
        '127.0.0.1:1234',
        'API.example.org:443',
        'api.example.org:8443',
        '192.168.1.20:8000',
        'other.example:443',
        '[fd00::5]:80',
      ]),
    ).toEqual([
      { host: '127.0.0.1', port: 1234, at: ['127.0.0.1'], given: false },
      { host: 'api.example.org', port: 443, at: ['127.77.0.1'], given: false },
      { host: 'api.example.org', port: 8443, at: ['127.77.0.1'], given: false },
      { host: '192.168.1.20', port: 8000, at: ['192.168.1.20'], given: true },
      { host: 'other.example', port: 443, at: ['127.77.0.2'], given: false },
      { host: 'fd00::5', port: 80, at: ['fd00::5'], given: true },
    ])
  })

  it('take an address once, whoever names it', () => {
    expect(readServers(['127.0.0.1:80', 'localhost:80', '127.0.0.1:80', '[::1]:80'])).toEqual([
      { host: '127.0.0.1', port: 80, at: ['127.0.0.1'], given: false },
      { host: 'localhost', port: 80, at: ['::1'], given: false },
    ])
  })

  it('give a file of hosts that names each once', () => {
    const servers = readServers(['api.example.org:443', 'api.example.org:8443', 'localhost:1', '10.0.0.1:1'])
    expect(hostsFile(servers)).toBe('127.0.0.1 localhost baton\n::1 localhost\n127.77.0.1 api.example.org\n')
  })

  it('are nothing that could be read in two ways', () => {
    const bad = [
      '',
      ':',
      '80',
      'host',
      'host:',
      ':80',
      'host:0',
      'host:65536',
      'host:080000',
      'host:1e3',
      'host:+80',
      'host:-1',
      'host: 80',
      ' host:80',
      'host:80 ',
      'host:80\n',
      'a\0.example:80',
      'a.example\0:80',
      'user@host:80',
      'user:pass@host:80',
      'http://host:80',
      'host:80/path',
      'host.:80',
      'a..b:80',
      '.a:80',
      '-a:80',
      'a-:80',
      'ü.example:80',
      'a b:80',
      'a%2eb:80',
      '[::1:80',
      '::1:80',
      '[::1%lo]:80',
      '[127.0.0.1]:80',
      '2130706433:80',
      '0x7f000001:80',
      '0x7f.0.0.1:80',
      '127.1:80',
      '127.0.0.01:80',
      '0177.0.0.1:80',
      '1.2.3.4.5:80',
      '256.0.0.1:80',
      '[::ffff:127.0.0.1]:80',
      '[::ffff:7f00:1]:80',
      '[0:0:0:0:0:ffff:a9fe:a9fe]:80',
      `${'a'.repeat(64)}:80`,
      `${'a.'.repeat(130)}a:80`,
    ]
    for (const text of bad) expect(() => readServers([text]), JSON.stringify(text)).toThrow('cannot be reached')
    expect(() => readServers(Array.from({ length: 17 }, (_, at) => `host:${at + 1}`))).toThrow('16 servers at most')
  })

  it('are never where machines keep their own secrets, nor nobody, nor everybody', () => {
    for (const host of [
      '169.254.169.254',
      '0.0.0.0',
      '224.0.0.1',
      '255.255.255.255',
      '168.63.129.16',
      '100.100.100.200',
      '[fe80::1]',
      '[::]',
      '[ff02::1]',
      '[fd00:ec2::254]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:a9fe:a9fe::1]',
    ])
      expect(() => readServers([`${host}:80`]), host).toThrow('where no server is reached')
  })

  it('are looked at again in every answer of the DNS', () => {
    expect(refusedAddress('api.example.org', '93.184.216.34')).toBeUndefined()
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '0.0.0.0',
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      'nonsense',
      '',
    ])
      expect(refusedAddress('api.example.org', address), address).toBeDefined()
    expect(refusedAddress('localhost', '127.0.0.1')).toBeUndefined()
    expect(refusedAddress('mybox', '127.0.1.1')).toBeUndefined()
    expect(refusedAddress('mybox', '169.254.1.1')).toBeDefined()
  })
})
