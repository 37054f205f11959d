// Something that must hold before a step may begin, or before it is done, and what was found of it.

/** `told`: Baton cannot judge it, and somebody must see to it. */
export interface Criterion {
  readonly criterion: string
  readonly met: 'yes' | 'no' | 'told'
  readonly why: string
}
