// Every repository passes the same cases.
import { createRepository, memoryRepository } from '../../src/repositories/index.ts'
import { repositoryCases } from './repository.case.ts'
import { sample } from './repository.sample.ts'

repositoryCases({
  name: 'git',
  lacks: {},
  async make(files) {
    const made = sample(files)
    made.git('checkout', '-q', '--detach')
    const repository = await createRepository(made.path)
    return {
      repository,
      async close() {
        await repository.close()
        made.remove()
      },
    }
  },
})

repositoryCases({
  name: 'memory',
  lacks: {
    'merges lines': 'a simulation decides by whole files, so that its conflicts are easy to foresee',
    'follows renames': 'a rename is a deletion and an addition there',
    'writes patches': 'it lists paths, since nobody reads its patches',
  },
  async make(files) {
    const repository = memoryRepository(files)
    repository.checkout(null)
    return { repository, close: async () => undefined }
  },
})
