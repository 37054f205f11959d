// One line of the journal: a fact, when and by whom, and the hash of the line before it.

/** What a writer hands over; the journal adds the sequence and the link. */
export interface Part {
  /** Whose record it belongs to: a workspace or an item, so that one record can be given out alone. */
  readonly stream: string
  /** Wall time in whole milliseconds since 1970. */
  readonly at: number
  /** Who: a person, an agent, or Baton itself. */
  readonly by: string
  /** What brought it about: a wish's id, `#12` for entry 12, or a reason; may be empty. */
  readonly because: string
  readonly type: string
  /** Of the shape of `data` under this type, from 1. */
  readonly version: number
  /** Plain JSON: null, booleans, finite numbers, strings, arrays and objects, at most 64 deep. */
  readonly data: unknown
}

/** `seq` counts from 1 without gaps. `prev` is the leaf hash of the entry before, in lower-case hex; 64 zeros for the first. */
export interface Entry extends Part {
  readonly seq: number
  readonly prev: string
}

/** An entry as readers get it: upcast to the newest shape, and marked when this version of Baton does not know its type. */
export interface ReadEntry extends Entry {
  readonly unknown?: true
}
