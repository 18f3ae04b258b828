// Copies what tsc leaves behind (SQL, .proto, styles, browser scripts) from src/ to dist/.
import { cpSync } from 'node:fs'

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => !/\.tsx?$/.test(path),
})
