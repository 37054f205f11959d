// What bytes say, and their digest, by what browsers and Node both have.

declare const crypto: { readonly subtle: { digest(name: 'SHA-256', bytes: Uint8Array): Promise<ArrayBuffer> } }
declare const TextDecoder: new (name: 'utf-8') => { decode(bytes: Uint8Array): string }

/** SHA-256 in lower-case hex, as blobs are named. */
export async function digestOf(bytes: Uint8Array): Promise<string> {
  const found = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return [...found].map((one) => one.toString(16).padStart(2, '0')).join('')
}

export const lettersOf = (bytes: Uint8Array): string => new TextDecoder('utf-8').decode(bytes)
