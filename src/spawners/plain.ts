// The spawner as an ordinary process: no mounts, and strays are found by their process group and marker.
import type { Way } from './link.ts'

export const plain: Way = {
  kind: 'plain',
  commands: (_tool, program) => [[...program, 'plain']],
}
