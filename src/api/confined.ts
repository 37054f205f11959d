// A house as a caller from elsewhere sees it: folders of this machine that it does not work for are not there.
import type { House, OutsideOrder, OutsideTaken } from '../core/ports/house.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'

function takenBy<T>(house: House, order: OutsideOrder, record: (taken: OutsideTaken) => Promise<T>): Promise<T> {
  if (house.takeOutside !== undefined) return house.takeOutside(order, record)
  const why = 'this house keeps no results of others'
  throw new Refused(refuse('policy', `attempt ${order.attempt}`, why, 'ask a house that works for the repository'))
}

export function confined(house: House): House {
  // The very path that a repository was set up with: what lies below it may be a link to anywhere.
  const known = (path: string): string => {
    if (house.state.workspaces.has(path)) return path
    const why = path === '' ? 'no repository is named' : 'Baton does not work for it'
    const remedy = 'name a repository that was set up with baton init, or use a key with the right "admin"'
    throw new Refused(refuse('policy', path === '' ? 'repository' : quoted(path), why, remedy))
  }
  return {
    home: house.home,
    record: house.record,
    state: house.state,
    audit: house.audit,
    repairHandoffs: (item) => house.repairHandoffs(item),
    get readOnly() {
      return house.readOnly
    },
    get serving() {
      return house.serving
    },
    now: () => house.now(),
    submit: (wish) => house.submit(wish),
    onWait: (told) => house.onWait?.(told) ?? (() => undefined),
    steady: () => house.steady(),
    read: (after, limit, stream) => house.read(after, limit, stream),
    follow: (after) => house.follow(after),
    stateAt: (seq, stream) => house.stateAt(seq, stream),
    transcript: (attempt, from) => house.transcript(attempt, from),
    words: (digest) => house.words(digest),
    repository: (path) => house.repository(known(path)),
    configuration: async (path) => house.configuration(known(path)),
    plan: async (path, workspace, format, from) => house.plan(path, known(workspace), format, from),
    rewrite: async (order) => house.rewrite({ ...order, workspace: known(order.workspace) }),
    convert: async (order) => house.convert({ ...order, workspace: known(order.workspace) }),
    probe: () => house.probe(),
    cloneKinds: async (path) => house.cloneKinds(known(path)),
    clones: () => house.clones(),
    discardClone: (attempt) => house.discardClone(attempt),
    doctor: async (path) => house.doctor(path === undefined || path === '' ? undefined : known(path)),
    agents: async (path) => house.agents(path === undefined || path === '' ? undefined : known(path)),
    models: async (path) => house.models(path === undefined || path === '' ? undefined : known(path)),
    checkModel: async (name, path) =>
      house.checkModel(name, path === undefined || path === '' ? undefined : known(path)),
    vitals: () => house.vitals(),
    tryOut: (what, atMostMs) => house.tryOut(what, atMostMs),
    until: (come, atMostMs) => house.until(come, atMostMs),
    tell: async (attempt, update) => (await house.tell?.(attempt, update)) ?? false,
    handedTo: async (step) => (await house.handedTo?.(step)) ?? [],
    takeOutside: async (order, record) => {
      known(order.folder)
      if (order.from !== undefined) known(order.from)
      return takenBy(house, order, record)
    },
    clean: (text) => house.clean?.(text) ?? text,
    quiet: (item, atMostMs) => house.quiet(item, atMostMs),
    close: (how) => house.close(how),
  }
}
