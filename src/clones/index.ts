// The kinds of clones that Baton has, strongest first.
export { type Choice, chooseClones } from './choose.ts'
export { folderClones } from './folder.ts'
export { overlayClones } from './overlay.ts'
export type { ClonesOptions } from './room.ts'
export { sharedClones } from './sharing.ts'
