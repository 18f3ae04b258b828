/**
 * Puts the command line into a few files (dist/bundle), which dist/cli/main.js starts: finding, reading and linking five hundred small ones
 * takes half a second, and that is waited for. The modules beside it stay as they are, for those who import Faultline.
 * What is easily got wrong: a module finds its SQL and styles beside itself, so `import.meta.url` must go on to mean where it was compiled to.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { build } from 'esbuild'

const dist = resolve('dist')
const bundle = join(dist, 'bundle')
const entry = join(dist, 'cli', 'main.js')

/** Packages that stay outside: they bring native code, or are only needed when a server is asked. */
const external = ['chdb', '@clickhouse/client', 'ioredis', '@nats-io/*', '@platformatic/kafka', 'protobufjs']

/** What is imported from a package only when it is needed stays outside too: a package in CommonJS would come without the names of its exports. */
const whenNeeded = {
  name: 'when-needed',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    )
  },
}

/** Evaluating these takes a tenth of a start, and most text needs neither: they are, when one is first called. */
const seldom = /^import (\w+) from ['"](string-width|wrap-ansi)['"];?$/gm
const atFirstCall = "const $1 = (...given) => require('$2').default(...given)"

const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /dist[/\\].*\.js$/ }, ({ path }) => {
      if (!path.startsWith(dist)) return undefined
      const own = `new URL(${JSON.stringify(relative(bundle, path).replaceAll('\\', '/'))}, import.meta.url).href`
      const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', own).replaceAll(seldom, atFirstCall)
      return { contents, loader: 'js' }
    })
  },
}

rmSync(bundle, { recursive: true, force: true })
await build({
  entryPoints: [entry],
  outdir: bundle,
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Names stay, so that a stack trace can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  external,
  plugins: [whenNeeded, ownUrls],
  // Packages in CommonJS ask for node's own modules.
  banner: { js: "import{createRequire as requireIn}from'node:module';const require=requireIn(import.meta.url);" },
  logLevel: 'warning',
})
// Where node can keep what it compiled (22.1 and later), the second start is quicker than the first.
writeFileSync(
  entry,
  "#!/usr/bin/env node\nimport module from 'node:module'\nmodule.enableCompileCache?.()\nawait import('../bundle/main.js')\n",
)
