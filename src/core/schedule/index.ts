// What the rest of the house asks of the scheduler.
export { type Holding, itemHold, type Room, roomOf, schedule, scheduleInto, stepHold, within } from './schedule.ts'
