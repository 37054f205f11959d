// What a machine may have too little of for a while, told from the system's own words, so that nobody else is charged for it.

export interface Want {
  /** What there is too little of. */
  readonly of: string
  readonly remedy: string
}

const wants: readonly (readonly [RegExp, Want])[] = [
  [
    /\b(EMFILE|ENFILE)\b|too many open files/i,
    {
      of: 'file descriptors',
      remedy: 'Raise the limit (`ulimit -n`), close other programs, or let fewer steps run at once.',
    },
  ],
  [
    /\bEAGAIN\b|resource temporarily unavailable/i,
    { of: 'processes', remedy: 'Raise the limit (`ulimit -u`), or let fewer steps run at once.' },
  ],
  [
    /\bENOMEM\b|cannot allocate memory|out of memory/i,
    { of: 'memory', remedy: 'Close other programs, or let fewer steps run at once.' },
  ],
  [
    /\b(ENOSPC|EDQUOT)\b|no space left|disk quota exceeded/i,
    { of: 'room on the disk', remedy: 'Free some room on the disk.' },
  ],
]

/** What the machine lacked when this was said; undefined when the words tell of something else. */
export function wantOf(words: string): Want | undefined {
  return wants.find(([pattern]) => pattern.test(words))?.[1]
}
