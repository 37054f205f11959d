// Where something stands in a file, for messages that a person can follow.

export interface Place {
  readonly file: string
  readonly line: number
  readonly column?: number
}
