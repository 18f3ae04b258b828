/**
 * Styles of a curve, inside its SVG: a file by itself must be readable on white and on black. All rules begin with `.curve`, so that a page keeps its own.
 * Lines have the colours of Okabe and Ito, told apart by people who see few of them, darker or lighter where the ground asks for it.
 * What is easily got wrong: a page may have been set to light or dark by its reader, which weighs more than what the system prefers.
 */
const light = {
  paper: '#ffffff',
  ink: '#1f2328',
  soft: '#57606a',
  grid: '#d8dee4',
  lines: ['#0072b2', '#c25100', '#008860', '#a6478a', '#8a6d00', '#3a83b5', '#333333', '#b3261e'],
}
const dark = {
  paper: '#0d1117',
  ink: '#e6edf3',
  soft: '#9198a1',
  grid: '#2a3038',
  lines: ['#56b4e9', '#ff9a3c', '#33c796', '#e59bcb', '#f0e442', '#8fd0ff', '#dddddd', '#ff8a80'],
}

const variables = ({ paper, ink, soft, grid, lines }: typeof light): string =>
  `--curve-paper:${paper};--curve-ink:${ink};--curve-soft:${soft};--curve-grid:${grid};${lines.map((colour, index) => `--curve-${index}:${colour}`).join(';')}`

export const curveStyles = `.curve{${variables(light)};font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
@media (prefers-color-scheme:dark){.curve:root,:root:not([data-theme=light]) .curve{${variables(dark)}}}
:root[data-theme=dark] .curve{${variables(dark)}}
.curve .paper{fill:var(--curve-paper)}.curve text{fill:var(--curve-ink);stroke:none}.curve .axes text{fill:var(--curve-soft)}
.curve .axes .label,.curve .mark text{fill:var(--curve-ink);font-weight:600}.curve .axes line{stroke:var(--curve-grid)}.curve .axes .tick,.curve .mark line{stroke:var(--curve-soft)}
.curve .mark line{stroke-dasharray:2 3}.curve .series path{fill:none;stroke:currentColor;stroke-width:2}.curve .series circle{fill:currentColor}
.curve .dashed path,.curve .again path{stroke-dasharray:6 4}.curve .dots path{stroke-width:1.25}
${light.lines.map((_, index) => `.curve .colour-${index}{color:var(--curve-${index})}`).join('')}`
