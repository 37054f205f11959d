// What every place for checkpoints must do that can be read back.
import { expect, it } from 'vitest'
import type { CheckpointPlace } from '../../src/core/ports.ts'
import { generateSigner, keyNote, rotateKey, type Signer, signCheckpoint } from '../../src/engine/journal/note.ts'

export interface Place {
  /** The same place, opened anew. */
  open(): CheckpointPlace
}

const origin = 'example.com/baton'

export function checkpointPlaceCases(make: () => Promise<Place>, folder: string): void {
  const signer = (name: string): Signer => generateSigner(origin, `${folder}/${name}-${Math.random()}.pem`)
  const checkpoint = (by: Signer, size: number) =>
    signCheckpoint({ origin, size, root: size.toString(16).padStart(64, '0') }, [by])
  const notes = (...all: string[]) => all.map((note) => `${note}\n`).join('')

  it('holds nothing at first, and then the keys and the newest checkpoint that it was given', async () => {
    const place = await make()
    const [one, two] = [signer('one'), signer('two')]
    expect(await place.open().read()).toBe('')
    const first = place.open()
    await first.add(notes(keyNote(one), checkpoint(one, 1)), (await first.read()) ?? '')
    const second = place.open()
    await second.add(notes(rotateKey(origin, one, two).note, checkpoint(two, 2)), await second.read())
    await second.add(notes(checkpoint(two, 3)), await second.read())
    const kept = (await place.open().read()) ?? ''
    for (const note of [keyNote(one), rotateKey(origin, one, two).note, checkpoint(two, 3)])
      expect(kept).toContain(note)
    expect(kept.indexOf(keyNote(one))).toBeLessThan(kept.indexOf('baton key rotation'))
    expect(kept.indexOf('baton key rotation')).toBeLessThan(kept.indexOf(checkpoint(two, 3)))
  })

  it('takes nothing on top of what somebody else has put there meanwhile', async () => {
    const place = await make()
    const one = signer('one')
    const [ours, theirs] = [place.open(), place.open()]
    const seen = (await ours.read()) ?? ''
    await theirs.add(notes(keyNote(one), checkpoint(one, 1)), await theirs.read())
    await expect(ours.add(notes(keyNote(one), checkpoint(one, 2)), seen)).rejects.toThrow(/meanwhile/)
    expect(await place.open().read()).not.toContain(checkpoint(one, 2))
  })
}
