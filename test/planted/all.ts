/** Every planted system of this folder, found by its file. */
import { globSync } from 'tinyglobby'
import type { Planted } from './planted.js'

const files = globSync('*.ts', { cwd: import.meta.dirname, ignore: ['all.ts', 'planted.ts'] }).sort()

export const plantedSystems: readonly Planted[] = await Promise.all(
  files.map(
    async (file) =>
      ((await import(/* @vite-ignore */ `${import.meta.dirname}/${file}`)) as { default: Planted }).default,
  ),
)
