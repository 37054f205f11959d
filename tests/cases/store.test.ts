// Every store in the list keeps the store's promises.
import { describe } from 'vitest'
import { stores } from '../../src/stores/index.ts'
import { storeCases } from './store.case.ts'

for (const maker of stores) describe(maker.name, () => storeCases(maker))
