// What is well and what is not: this machine, the home, and a repository.
import { z } from 'zod'
import type { DoctorLine, House } from '../../core/ports/house.ts'
import { type Caller, reads } from '../method.ts'
import { path } from '../words.ts'

export interface Diagnosis {
  readonly home: string
  readonly seq: number
  readonly readOnly?: string
  readonly well: boolean
  readonly lines: readonly DoctorLine[]
}

export const houseDoctor = reads({
  name: 'house/doctor',
  needs: 'read',
  caption: 'What is well and what is not: this machine, the home, and a repository.',
  params: z.strictObject({ path: path.optional() }),
  read: async (house: House, params, caller: Caller): Promise<Diagnosis> => {
    const lines = await house.doctor(params.path ?? caller.folder)
    return {
      home: house.home,
      seq: house.state.seq,
      ...(house.readOnly === undefined ? {} : { readOnly: house.readOnly }),
      well: lines.every((line) => line.ok),
      lines,
    }
  },
})
