import { defineConfig } from 'vitest/config'

// One engine a process: chdb holds one data directory and does not survive worker threads.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
