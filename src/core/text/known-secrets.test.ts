import { describe, expect, it } from 'vitest'
import { isSecretName, secretsIn } from './known-secrets.ts'

describe('the secrets of an environment', () => {
  it.each([
    'OPENAI_API_KEY',
    'ANTHROPIC_AUTH_TOKEN',
    'GH_TOKEN',
    'npm_config__auth',
    'DB_PASSWORD',
    'AWS_SECRET_ACCESS_KEY',
    'MYAPIKEY',
    'API_KEYS',
    'SENTRY_DSN',
    'azure.client.secret',
    'GITHUB_PAT',
  ])('are known by a name like %s', (name) => expect(isSecretName(name)).toBe(true))

  it.each([
    'PATH',
    'HOME',
    'PWD',
    'OLDPWD',
    'SSH_AUTH_SOCK',
    'KEYBOARD',
    'AUTHOR',
    'GIT_AUTHOR_NAME',
    'MONKEY_PATH',
    'LANG',
    'PASSENGER',
    'TOKENIZER',
    'GOOGLE_CREDENTIALS_FILE',
    'KEYTIMEOUT',
    'BATON_HOME',
  ])('are not in a variable like %s', (name) => expect(isSecretName(name)).toBe(false))

  it('are its values, the parts of lists and JSON, and passwords in addresses', () => {
    const found = secretsIn({
      OPENAI_API_KEY: 'sk-first-of-all',
      API_KEYS: 'ann-key-one:read,bob-key-two:admin',
      GOOGLE_CREDENTIALS: '{"type":"x","private_key":"-----BEGIN\\nabcdefghijkl\\n"}',
      DATABASE_URL: 'postgres://ann:p%40ssw0rd!@db.example/x',
      EDITOR: 'vi',
    })
    for (const secret of ['sk-first-of-all', 'ann-key-one', 'bob-key-two', 'abcdefghijkl', 'p%40ssw0rd!', 'p@ssw0rd!'])
      expect(found).toContain(secret)
    expect(found).not.toContain('vi')
  })

  it('are no ordinary words', () => {
    expect(secretsIn({ KEY: 'short', DEBUG_TOKEN: 'disabled', SECRET_PORT_KEY: '12345678', AUTH: undefined })).toEqual(
      [],
    )
  })
})
