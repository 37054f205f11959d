// The oracle once more, with all of its runs.
process.env.BATON_THOROUGH = 'yes'
await import('./oracle.test.ts')
