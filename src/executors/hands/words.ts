// What the hands are asked and what they answer, one JSON a line both ways; nothing in this folder imports from outside of it.

/** `most`: how many letters the answer may have. Paths are relative to the folder. */
export type HandCall =
  | { readonly do: 'list'; readonly path: string; readonly depth: number; readonly most: number }
  | {
      readonly do: 'read'
      readonly path: string
      readonly from: number
      readonly lines: number
      readonly most: number
    }
  | {
      readonly do: 'search'
      readonly pattern: string
      readonly path: string
      /** A glob that the files' paths must match; '' for all. */
      readonly files: string
      /** A regular expression instead of plain text. */
      readonly expression: boolean
      readonly anyCase: boolean
      readonly most: number
    }
  | {
      readonly do: 'edit'
      readonly path: string
      readonly old: string
      readonly new: string
      readonly all: boolean
      readonly most: number
    }
  | { readonly do: 'write'; readonly path: string; readonly text: string; readonly most: number }
  | {
      readonly do: 'run'
      readonly command: string
      readonly path: string
      readonly ms: number
      readonly most: number
    }

export type ToHands = HandCall & { readonly id: number }

export interface HandAnswer {
  readonly id: number
  readonly ok: boolean
  /** For the model: what was found or done, or why not and what to do. */
  readonly text: string
  /** Not done as it was asked, and how instead. */
  readonly note?: string
  /** Something that was started could not be ended: these hands must go. */
  readonly spoiled?: true
}

/** `more`: what a command has said meanwhile. */
export type FromHands = HandAnswer | { readonly id: number; readonly more: string }

export const lettersAtMost = 65_536
/** One line of ours or theirs. */
export const lineLettersAtMost = 16 * 1024 * 1024

/** Why something was not done, in words for the model. */
export class Refused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'Refused'
  }
}

/** At most `most` letters, never half a character. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const last = text.charCodeAt(most - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most)
}

/** A name or line of a stranger on one line. */
export function plain(text: string, most = 200): string {
  const odd = [...text].some((letter) => letter < ' ' || letter === '\x7f')
  const shown = odd ? JSON.stringify(text).slice(1, -1) : text
  return shown.length > most ? `${cut(shown, most)}…` : shown
}
