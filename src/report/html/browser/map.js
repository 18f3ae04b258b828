// Search, filter, selection and keyboard of the system map. Names are written with textContent only.
'use strict'
{
  const byId = (id) => document.getElementById(id)
  const source = byId('map-data')
  const svg = document.querySelector('.topology')
  if (source !== null && svg !== null) {
    const data = JSON.parse(source.textContent)
    const drawn = [...svg.querySelectorAll('.node')]
    const edges = [...svg.querySelectorAll('.edge')].sort((a, b) => a.dataset.edge - b.dataset.edge)
    const labels = [...svg.querySelectorAll('.label')]
    const badges = [...svg.querySelectorAll('[data-edge-badge]')]
    const view = globalThis.mapView(svg, data.nodes)
    const panel = byId('map-panel')
    const rest = byId('map-rest')
    const search = byId('map-search')
    const family = byId('map-family')
    const matches = byId('map-matches')
    const touching = data.nodes.map(() => [])
    data.edges.forEach((edge, number) => {
      touching[edge.from].push(number)
      if (edge.to !== edge.from) touching[edge.to].push(number)
    })
    let selected = null
    let selectedEdges = null

    const make = (tag, words, name) => {
      const element = document.createElement(tag)
      if (words !== undefined) element.textContent = words
      if (name !== undefined) element.className = name
      return element
    }
    const ofFamily = (findings) =>
      family.value === '' ? findings : findings.filter((number) => data.findings[number].family === family.value)

    // What is lit now: the selection and its neighbours, else the matches of search and filter, else everything.
    const lit = () => {
      if (selected !== null) {
        const near = selectedEdges ?? touching[selected]
        const nodes = new Set([selected, ...near.flatMap((number) => [data.edges[number].from, data.edges[number].to])])
        return { nodes, edges: new Set(near) }
      }
      const words = search.value.trim().toLowerCase()
      if (words === '' && family.value === '') return null
      const nodes = new Set()
      const lines = new Set()
      data.nodes.forEach((node, number) => {
        const named = words === '' || node.name.toLowerCase().includes(words)
        const found = family.value === '' || ofFamily(node.findings).length > 0
        if (named && found) nodes.add(number)
      })
      data.edges.forEach((edge, number) => {
        const found = family.value === '' ? false : ofFamily(edge.findings).length > 0
        if (found && nodes.has(edge.from) && nodes.has(edge.to)) lines.add(number)
      })
      return { nodes, edges: lines }
    }
    const light = () => {
      const now = lit()
      svg.classList.toggle('dimmed', now !== null)
      drawn.forEach((element, number) => element.classList.toggle('lit', now !== null && now.nodes.has(number)))
      labels.forEach((element, number) => element.classList.toggle('lit', now !== null && now.nodes.has(number)))
      edges.forEach((element, number) => element.classList.toggle('lit', now !== null && now.edges.has(number)))
      for (const badge of badges) {
        badge.classList.toggle('lit', now !== null && now.edges.has(Number(badge.dataset.edgeBadge)))
      }
      drawn.forEach((element, number) => element.classList.toggle('selected', number === selected))
      view.prefer(() => (now === null ? [] : [...now.nodes]))
      view.redraw()
      if (now === null || selected !== null) matches.textContent = ''
      else matches.textContent = `${now.nodes.size} of ${data.nodes.length} match`
      return now
    }

    const neighbourList = (title, numbers, end) => {
      if (numbers.length === 0) return
      panel.append(make('h4', title))
      const list = make('ul')
      for (const number of numbers.slice(0, 40)) {
        const edge = data.edges[number]
        const item = make('li')
        const button = make('button')
        button.type = 'button'
        button.append(make('bdi', data.nodes[edge[end]].label), make('small', edge.words))
        button.addEventListener('click', () => select(edge[end], true))
        item.append(button)
        list.append(item)
      }
      if (numbers.length > 40) list.append(make('li', `… ${numbers.length - 40} more`))
      panel.append(list)
    }
    const showPanel = () => {
      panel.replaceChildren()
      if (selected === null) {
        panel.append(rest)
        return
      }
      const node = data.nodes[selected]
      const title = make('h3')
      title.append(make('bdi', node.label))
      panel.append(title, make('p', `${node.kind}: ${node.facts.join(', ')}`, 'facts-line'))
      if (node.name !== node.label) {
        const full = make('p', undefined, 'full-name')
        full.append(make('bdi', node.name))
        panel.append(full)
      }
      panel.append(make('h4', node.findings.length === 0 ? 'No findings here' : 'Findings'))
      const list = make('ul')
      for (const number of node.findings.slice(0, 20)) {
        const finding = data.findings[number]
        const item = make('li')
        const link = make('a')
        link.href = `#${finding.id}`
        link.append(make('bdi', finding.message))
        item.append(make('span', `${finding.severity} `, `panel-word ${finding.severity}`), link)
        list.append(item)
      }
      if (node.findings.length > 20) list.append(make('li', `… ${node.findings.length - 20} more`))
      panel.append(list)
      const near = touching[selected]
      neighbourList(
        'Calls',
        near.filter((number) => data.edges[number].from === selected),
        'to',
      )
      neighbourList(
        'Called by',
        near.filter((number) => data.edges[number].to === selected),
        'from',
      )
      const close = make('button', 'Let go')
      close.type = 'button'
      close.addEventListener('click', () => select(null))
      const foot = make('p', undefined, 'panel-foot')
      foot.append(close)
      panel.append(foot)
      panel.scrollTop = 0
    }
    const rove = (number) => {
      drawn.forEach((element, other) => element.setAttribute('tabindex', other === number ? '0' : '-1'))
    }
    const select = (number, centred = false, only = null) => {
      selected = number
      selectedEdges = only
      if (number !== null) {
        rove(number)
        if (centred) view.show(number, 0)
      }
      light()
      showPanel()
    }

    // The nearest node in the direction of an arrow key; what lies askew counts as farther.
    const towards = (number, dx, dy) => {
      const from = data.nodes[number]
      let best = null
      let least = Infinity
      data.nodes.forEach((node, other) => {
        const along = (node.x - from.x) * dx + (node.y - from.y) * dy
        const across = Math.abs((node.x - from.x) * dy) + Math.abs((node.y - from.y) * dx)
        if (other === number || along <= 1) return
        const cost = along + across * 2
        if (cost < least) [best, least] = [other, cost]
      })
      return best
    }
    const arrows = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }
    svg.addEventListener('keydown', (event) => {
      const node = event.target.closest('.node')
      if (event.key === 'Escape') select(null)
      if (event.key === '+' || event.key === '=') view.zoomAt(1.3)
      if (event.key === '-') view.zoomAt(1 / 1.3)
      if (event.key === '0') view.fit()
      if (node === null) return
      const number = drawn.indexOf(node)
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault()
        select(number === selected ? null : number)
      }
      const direction = arrows[event.key]
      if (direction === undefined) return
      event.preventDefault()
      const next = towards(number, ...direction)
      if (next === null) return
      rove(next)
      drawn[next].focus({ preventScroll: true })
      const box = drawn[next].getBoundingClientRect()
      const frame = svg.getBoundingClientRect()
      const outside =
        box.left < frame.left || box.right > frame.right || box.top < frame.top || box.bottom > frame.bottom
      if (outside) view.show(next, 0)
    })
    svg.addEventListener('click', (event) => {
      if (view.dragged()) return
      const node = event.target.closest('.node')
      select(node === null ? null : drawn.indexOf(node))
    })

    search.addEventListener('input', () => {
      selected = null
      showPanel()
      light()
    })
    search.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      const now = lit()
      const best =
        now === null ? undefined : [...now.nodes].sort((a, b) => data.nodes[b].traffic - data.nodes[a].traffic)[0]
      if (best === undefined) return
      select(best, true)
      view.show(best)
    })
    family.addEventListener('change', () => {
      selected = null
      showPanel()
      light()
    })
    byId('map-in').addEventListener('click', () => view.zoomAt(1.4))
    byId('map-out').addEventListener('click', () => view.zoomAt(1 / 1.4))
    byId('map-fit').addEventListener('click', view.fit)
    for (const hidden of document.querySelectorAll('.map-controls, .map-hint')) hidden.hidden = false

    for (const button of document.querySelectorAll('.show-on-map')) {
      const finding = data.findings.findIndex((entry) => entry.id === button.dataset.finding)
      const place = data.nodes.findIndex((node) => node.findings.includes(finding))
      if (place < 0) continue
      button.hidden = false
      button.addEventListener('click', () => {
        const only = data.edges.flatMap((edge, number) => (edge.findings.includes(finding) ? [number] : []))
        search.value = ''
        family.value = ''
        select(place, true, only.length > 0 ? only : null)
        byId('map').scrollIntoView()
        drawn[place].focus({ preventScroll: true })
      })
    }
  }
}
