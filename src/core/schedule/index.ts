// What the rest of the house asks of the scheduler.
export { comesAfter, goesBefore } from './before.ts'
export { fresh } from './board.ts'
export { type Holding, itemHold, type Room, roomOf, schedule, scheduleInto, stepHold, within } from './schedule.ts'
