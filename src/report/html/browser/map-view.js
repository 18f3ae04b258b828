// The window onto the system map: which part of the drawing is seen, how large, and which labels fit. Sets `globalThis.mapView`.
'use strict'
{
  const labelWidth = 6.2
  const labelHeight = 15
  const largest = 4

  globalThis.mapView = (svg, nodes) => {
    const whole = svg.viewBox.baseVal
    const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height }
    const labels = [...svg.querySelectorAll('.label')]
    let size = { width: 1, height: 1 }
    let scale = 1
    let centre = { x: full.width / 2, y: full.height / 2 }
    let first = () => []
    let waiting = false

    const fitScale = () => Math.min(size.width / full.width, size.height / full.height, 1.15)
    const worth = (number) =>
      (nodes[number].findings.length > 0 ? 1e12 : 0) +
      nodes[number].traffic * (nodes[number].kind === 'Service' ? 1 : 0.2)
    const order = nodes.map((_, number) => number).sort((a, b) => worth(b) - worth(a) || a - b)

    // Labels keep their size on the screen and give way to more important ones, as on a street map.
    const crowded = svg.classList.contains('crowded')
    const placeLabels = () => {
      const placed = []
      const room = crowded && scale < 1 ? 10 : 3
      const urgent = first()
      const queue = urgent.length > 0 ? [...urgent, ...order] : order
      const done = new Set()
      for (const number of queue) {
        if (done.has(number)) continue
        done.add(number)
        const node = nodes[number]
        const half = (node.label.length * labelWidth) / 2
        const x = (node.x - centre.x) * scale
        const y = (node.y + node.r + 4 - centre.y) * scale
        const clear = placed.every(
          (other) => Math.abs(other.x - x) > other.half + half + room || Math.abs(other.y - y) > labelHeight + room,
        )
        labels[number].classList.toggle('quiet', !clear)
        if (clear) placed.push({ x, y, half })
      }
    }

    const draw = () => {
      waiting = false
      const [width, height] = [size.width / scale, size.height / scale]
      svg.setAttribute('viewBox', `${centre.x - width / 2} ${centre.y - height / 2} ${width} ${height}`)
      svg.style.setProperty('--unit', String(Math.round(1000 / scale) / 1000))
      svg.classList.toggle('far', scale < (crowded ? 0.75 : 0.45))
      placeLabels()
    }
    const redraw = () => {
      if (waiting) return
      waiting = true
      requestAnimationFrame(draw)
    }

    const clamp = () => {
      scale = Math.min(Math.max(scale, fitScale() * 0.8), largest)
      centre.x = Math.min(Math.max(centre.x, 0), full.width)
      centre.y = Math.min(Math.max(centre.y, 0), full.height)
    }
    const zoomAt = (factor, point = { x: size.width / 2, y: size.height / 2 }) => {
      const before = scale
      scale *= factor
      scale = Math.min(Math.max(scale, fitScale() * 0.8), largest)
      const [dx, dy] = [point.x - size.width / 2, point.y - size.height / 2]
      centre.x += dx / before - dx / scale
      centre.y += dy / before - dy / scale
      clamp()
      redraw()
    }
    const pan = (dx, dy) => {
      centre.x -= dx / scale
      centre.y -= dy / scale
      clamp()
      redraw()
    }
    const fit = () => {
      scale = fitScale()
      centre = { x: full.width / 2, y: full.height / 2 }
      redraw()
    }
    // On a narrow screen the whole of a small system is too small to read: begin at its left end, where requests enter.
    const begin = () => {
      fit()
      if (crowded || scale >= 0.45) return
      scale = Math.min(size.height / full.height, 0.7)
      centre.x = size.width / scale / 2
      redraw()
    }
    const show = (number, atLeast = 0.9) => {
      scale = Math.max(scale, atLeast)
      centre = { x: nodes[number].x, y: nodes[number].y }
      clamp()
      redraw()
    }
    const measure = () => {
      const box = svg.getBoundingClientRect()
      size = { width: Math.max(box.width, 1), height: Math.max(box.height, 1) }
    }
    let width = 0
    new ResizeObserver(() => {
      measure()
      if (size.width !== width) begin()
      else redraw()
      width = size.width
    }).observe(svg)

    // Wheel alone belongs to the page; a pinch on a trackpad arrives as a wheel with Ctrl.
    svg.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return
        event.preventDefault()
        const box = svg.getBoundingClientRect()
        zoomAt(Math.exp(-event.deltaY * 0.004), { x: event.clientX - box.x, y: event.clientY - box.y })
      },
      { passive: false },
    )
    const held = new Map()
    let moved = 0
    svg.addEventListener('pointerdown', (event) => {
      held.set(event.pointerId, event)
      moved = 0
    })
    svg.addEventListener('pointermove', (event) => {
      const last = held.get(event.pointerId)
      if (last === undefined) return
      const others = [...held.values()].filter((other) => other.pointerId !== event.pointerId)
      const [dx, dy] = [event.clientX - last.clientX, event.clientY - last.clientY]
      moved += Math.abs(dx) + Math.abs(dy)
      if (moved > 4 && !svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId)
      if (others.length === 0) {
        svg.classList.add('dragging')
        pan(dx, dy)
      } else {
        const other = others[0]
        const reach = (a) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY)
        const box = svg.getBoundingClientRect()
        zoomAt(reach(event) / Math.max(reach(last), 1), { x: other.clientX - box.x, y: other.clientY - box.y })
      }
      held.set(event.pointerId, event)
    })
    const release = (event) => {
      held.delete(event.pointerId)
      svg.classList.remove('dragging')
    }
    svg.addEventListener('pointerup', release)
    svg.addEventListener('pointercancel', release)
    svg.addEventListener('pointerleave', (event) => {
      if (!svg.hasPointerCapture(event.pointerId)) release(event)
    })

    svg.classList.add('live')
    measure()
    width = size.width
    begin()
    return { zoomAt, pan, fit, show, redraw, dragged: () => moved > 4, prefer: (choose) => (first = choose) }
  }
}
