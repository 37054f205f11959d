// Brings the names of new files to the disk, so that they survive a power cut.
import { closeSync, fsyncSync, openSync } from 'node:fs'

/** Windows has no such flush and needs none. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
