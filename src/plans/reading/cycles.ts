// Orders steps by what was stated of them, and finds the circles in which that is impossible.

/** The indices that one step waits for. */
export interface Waits {
  keys(): Iterator<number>
}

const nothing: Waits = new Set<number>()

/** Each step once, those it waits for first, otherwise as in the file. In a circle the file's order decides. */
export function positionsOf(after: readonly Waits[]): Int32Array {
  const position = new Int32Array(after.length).fill(-1)
  const entered = new Uint8Array(after.length)
  let next = 0
  for (let root = 0; root < after.length; root += 1) {
    const stack: { readonly step: number; readonly waits: Iterator<number> }[] = []
    const enter = (step: number): void => {
      if (entered[step]) return
      entered[step] = 1
      stack.push({ step, waits: (after[step] ?? nothing).keys() })
    }
    enter(root)
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const before = top.waits.next()
      if (!before.done) enter(before.value)
      else {
        position[top.step] = next
        next += 1
        stack.pop()
      }
    }
  }
  return position
}

/** One circle for each knot of steps that wait for each other, as the way around it: a waits for b waits for a. */
export function circlesIn(after: readonly Waits[], most: number): number[][] {
  const circles: number[][] = []
  const state = new Uint8Array(after.length)
  const [untouched, onTrail, done] = [0, 1, 2]
  for (let root = 0; root < after.length && circles.length < most; root += 1) {
    if (state[root] !== untouched) continue
    const trail: { readonly step: number; readonly waits: Iterator<number> }[] = []
    const enter = (step: number): void => {
      state[step] = onTrail
      trail.push({ step, waits: (after[step] ?? nothing).keys() })
    }
    enter(root)
    for (let top = trail.at(-1); top; top = trail.at(-1)) {
      const before = top.waits.next()
      if (before.done) {
        state[top.step] = done
        trail.pop()
      } else if (state[before.value] === untouched) enter(before.value)
      else if (state[before.value] === onTrail && circles.length < most) {
        const start = trail.findIndex((each) => each.step === before.value)
        circles.push(trail.slice(start).map((each) => each.step))
      }
    }
  }
  return circles
}
