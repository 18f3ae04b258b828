/** The SQL grammars, to be imported when they are needed. A module of its own, so that scripts/bundle.mjs can put them into one file: they are sixty. */
export { parse } from 'sql-parser-cst'
