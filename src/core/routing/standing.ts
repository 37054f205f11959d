// How the results of an agent in a role have fared in a repository, counted as facts come in.

/** What is remembered of it when the items are over: two numbers. */
export interface Standing {
  readonly agent: string
  readonly role: string
  /** Attempts of which checks, a person or their own end said something. */
  judged: number
  /** Never more than were judged. */
  landed: number
}
