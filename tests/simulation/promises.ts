// What the house promises, by name; a broken one is told with the sentence that was broken.

export const promises = {
  durable: 'Acknowledged is durable: every answer that said yes is in the journal, and stays there.',
  ordered: 'No effect before its fact: nothing is done outside before the fact that orders it is on the disk.',
  exclusive: 'Exclusive claim: never two live agents on one step, never one attempt started twice.',
  terminal: 'Exactly one terminal record for each attempt, and one release for each claim.',
  late: 'Late or duplicate reports are kept as evidence and never applied.',
  deterministic: 'Deterministic scheduling: the same journal and time give the same decisions again.',
  replay: 'Replay: folded from zero, from a snapshot, or lived through, the state is the same.',
  chain: 'The chain is whole: every entry is linked to the one before, and nothing is missing.',
  fenced: 'The fence: a writer whose place was taken writes nothing more.',
  verified: 'Nothing lands without checks that passed on exactly its tree, or the word of a person.',
  once: 'Landing is in order, and once.',
  contains: 'What lands contains all that landed before it, and changes nothing but its own work.',
  predecessors: 'A step starts only when its predecessors have landed, from a base that contains them.',
  conflicts: 'Steps that write one file or hold one lock never work at the same time.',
  barred: 'Nothing is asked of an account that is barred.',
  budget: 'Nothing is claimed once nine tenths of a budget are spent.',
  claimed: 'What is claimed outside belongs to one, who alone ends it, and nothing is taken for it but what they made.',
  caps: 'Caps and seats are never exceeded.',
  gates: 'What a gate holds never lands before its answer.',
  branches: 'Your branches are yours: nothing moves them without an approved integration.',
  lost: 'Finished work is never lost: it has landed, or a ref still holds it.',
  handed:
    'What ends leaves one handoff, named by one fact, with the bytes that were sealed, and nothing else lies there.',
  reverted: 'An integration is taken back once, after somebody decided it, and nothing else with it.',
  duplicates: 'What is a duplicate of another is never worked on.',
  owners: 'Work belongs to whom it was handed last.',
  workflows: 'The workflow that holds is the one that its changes say.',
  bounded: 'Bounded memory: what waits inside the house is bounded by the work at hand.',
  closed: 'After close no agent is alive.',
  progress: 'Nothing is stuck: every run ends, or waits for a person and says for whom.',
  why: 'Why a step is where it is can be told at every moment, and is not told wrongly.',
  sound: 'The house breaks by no defect of its own.',
} as const

export type PromiseName = keyof typeof promises

export interface Broken {
  readonly promise: PromiseName
  readonly how: string
}
