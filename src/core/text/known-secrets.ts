// Which values of an environment are secrets: by what their names say, and the passwords inside addresses.

/** What is shorter would be struck out of words that are no secret. */
const shortest = 8
const longest = 16_384
const says =
  /(?:^|_)(?:KEYS?|APIKEY|TOKENS?|SECRETS?|PASS|PASSWD|PASSWORDS?|PASSPHRASE|PWD|CREDENTIALS?|AUTH|COOKIES?|PAT|DSN|PRIVATE|BEARER|JWT|WEBHOOK)(?:_|$)/
const ends = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?)$/
/** Names that end so tell where a secret lies, what kind it is, or whose; never the secret. */
const tells =
  /(?:^|_)(?:FILE|PATH|SOCK|SOCKET|DIR|FOLDER|HOME|NAME|TYPE|METHOD|ALGORITHM|PROVIDER|HELPER|COMMAND|TIMEOUT|TTL|AGE|LENGTH)$/
const plainWord = /^(?:true|false|yes|no|none|null|undefined|enabled|disabled|default|required|optional|\d{1,11})$/i
const folders: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'INIT_CWD'])
const login = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@:]{0,200}:([^\s/@]{1,4000})@/i

/** As they stand there, and the parts of those that hold several. */
export function secretsIn(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const found = new Set<string>()
  const add = (text: string): void => {
    const secret = text.trim()
    if (secret.length >= shortest && !plainWord.test(secret)) found.add(secret.slice(0, longest))
  }
  for (const [name, value = ''] of Object.entries(env)) {
    const password = login.exec(value)?.[1]
    if (password !== undefined) for (const one of [password, plainly(password)]) add(one)
    if (!isSecretName(name)) continue
    add(value)
    // Lists such as `one:read,another:admin`, and JSON with keys in it.
    for (const part of value.slice(0, longest).split(/[,;\s]+/)) add(part.split(/[:=]/)[0] ?? '')
    for (const [, quoted = ''] of value.slice(0, longest).matchAll(/"([^"]{16,8192})"/g))
      for (const line of quoted.split('\\n')) add(line)
  }
  return [...found]
}

export function isSecretName(name: string): boolean {
  const word = name.toUpperCase().replaceAll(/[-.]/g, '_')
  return (says.test(word) || ends.test(word)) && !tells.test(word) && !folders.has(word)
}

function plainly(text: string): string {
  return text.replaceAll(/%([0-7][0-9a-f])/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
}
