// Draws a figure on a canvas and lets it be zoomed, moved and read. Places are
// shares of a panel's plot, from 0 at its left and top to 1; see tape.go.
function neuroFigure(root, fig, base64) {
  const raw = Uint8Array.from(atob(base64), c => c.charCodeAt(0)).buffer
  const canvas = root.querySelector('canvas'), tip = root.querySelector('.nf-tip')
  const g = canvas.getContext('2d'), k = fig.k // CSS pixels of one unit of the page

  // get returns a function that gives number i.
  function get(n) {
    if (!n) return null
    const at = n.at || 0, first = n.first || 0
    if (n.as == 'e') return i => first + i * n.step
    if (n.as == 'f') { const a = new Float32Array(raw, at, n.n); return i => a[i] }
    const a = new Uint16Array(raw, at, n.n)
    return n.as == 'h' ? i => a[i] / 65535 * 3 - 1 : i => a[i]
  }

  const linked = {}
  for (const p of fig.panels) {
    p.wy = { a: 0, b: 1 }
    p.wx = p.link == null ? { a: 0, b: 1 } : (linked[p.link] ||= { a: 0, b: 1 })
    p.marks ||= []
    for (const m of p.marks) {
      m.fx = get(m.x); m.fy = get(m.y); m.fi = get(m.i)
      if (m.x) m.count = m.x.n
      if (m.e) m.p = Array(m.count / m.e).fill(m.e)
      if (m.im) { m.img = new Image(); m.img.onload = draw; m.img.src = m.im }
      if (m.k == 'cells') m.img = cells(m)
    }
  }

  function cells(m) {
    const c = document.createElement('canvas')
    c.width = m.cols; c.height = m.rows
    const d = c.getContext('2d'), im = d.createImageData(m.cols, m.rows)
    const rgb = m.cs.map(s => [1, 3, 5, 7].map(j => s.length > j ? parseInt(s.substr(j, 2), 16) : 255))
    for (let i = 0; i < m.cols * m.rows; i++) {
      const q = m.fi(i)
      if (q < 65535) im.data.set(rgb[Math.min(255, Math.floor(q / 65534 * 256))], 4 * i)
    }
    d.putImageData(im, 0, 0)
    return c
  }

  const px = (p, u) => p.box[0] + (u - p.wx.a) / (p.wx.b - p.wx.a) * (p.box[2] - p.box[0])
  const py = (p, v) => p.box[1] + (v - p.wy.a) / (p.wy.b - p.wy.a) * (p.box[3] - p.box[1])

  // value returns what an axis shows at a place.
  function value(a, u) {
    const t = a.t0 + u * (a.t1 - a.t0)
    if (a.log) return 10 ** t
    if (a.lin) return Math.sign(t) * a.lin * (10 ** Math.abs(t) - 1)
    return t
  }
  function share(a, v) {
    let t = v
    if (a.log) t = Math.log10(v)
    if (a.lin) t = Math.sign(v) * Math.log10(1 + Math.abs(v) / a.lin)
    return (t - a.t0) / (a.t1 - a.t0)
  }

  function write(v, step) {
    const s = Math.abs(v), e = Math.floor(Math.log10(step) + 1e-9)
    let out = s < step / 1e3 ? '0' : s >= 1e6 || s < 1e-4 ? v.toExponential(Math.max(0, Math.min(9, Math.floor(Math.log10(s)) - e))) : v.toFixed(Math.max(0, Math.min(12, -e)))
    return out.replace('-', '−')
  }
  const short = v => String(+v.toPrecision(6)).replace('-', '−')

  // ticks returns the places and labels of an axis between shares a and b.
  function ticks(ax, a, b, room) {
    if (ax.hide) return []
    if (a == 0 && b == 1) return (ax.at || []).map((u, i) => [u, ax.labels[i]])
    const per = ax.per || 1, x = value(ax, a), y = value(ax, b)
    const lo = Math.min(x, y) / per, hi = Math.max(x, y) / per
    if ((ax.log || ax.lin) && hi / lo > 20 || ax.lin && lo < 0 && hi > ax.lin) {
      const out = []
      const add = v => { if (v >= lo && v <= hi) out.push([share(ax, v * per), write(v, Math.abs(v) || 1)]) }
      const low = ax.log ? Math.floor(Math.log10(lo)) : Math.floor(Math.log10(ax.lin)), high = Math.ceil(Math.log10(Math.max(hi, -lo)))
      for (let d = high; d >= low; d--) for (const f of [1, 5, 2]) { add(f * 10 ** d); if (ax.lin) add(-f * 10 ** d) }
      add(0)
      const kept = []
      for (const t of out) if (kept.every(o => Math.abs(o[0] - t[0]) / (b - a) > 1 / room)) kept.push(t)
      return kept
    }
    const raw = (hi - lo) / room, e = 10 ** Math.floor(Math.log10(raw))
    const step = [1, 2, 5, 10].map(f => f * e).find(s => s >= raw * 0.999)
    const out = []
    for (let i = Math.ceil(lo / step); i <= hi / step; i++) out.push([share(ax, i * step * per), write(i * step, step)])
    return out
  }

  function text(s, x, y, size, color, align, up) {
    g.save()
    g.translate(x, y)
    if (up) g.rotate(-Math.PI / 2)
    g.font = size + "px 'Liberation Sans', Arial, Helvetica, sans-serif"
    g.fillStyle = color
    g.textAlign = ['left', 'center', 'right'][align * 2]
    g.fillText(s, 0, 0)
    g.restore()
  }

  // firstAt returns the first point of a sorted mark at u or after it.
  function firstAt(m, u, from, to) {
    while (from < to) { const mid = from + to >> 1; if (m.fx(mid) < u) from = mid + 1; else to = mid }
    return from
  }

  // trail adds points from to to (exclusive) of a mark to the path; of many in
  // one column of pixels only the ends and extremes.
  function trail(p, m, from, to) {
    let first = true, col = NaN, lo = 0, hi = 0, last = 0
    const go = (x, y) => { if (first) g.moveTo(x, y); else g.lineTo(x, y); first = false }
    const crowded = to - from > 4 * (p.box[2] - p.box[0]) * k
    for (let i = from; i < to; i++) {
      const x = px(p, m.fx(i)), y = py(p, m.fy(i))
      if (!crowded) { go(x, y); continue }
      const c = Math.floor(x * k * 2)
      if (c == col) { if (y < lo) lo = y; if (y > hi) hi = y; last = y; continue }
      if (col == col) { const s = (col + 0.5) / k / 2; go(s, lo); go(s, hi); go(s, last) }
      col = c; lo = hi = last = y
      go(x, y)
    }
    if (crowded && col == col) { const s = (col + 0.5) / k / 2; go(s, lo); go(s, hi); go(s, last) }
  }

  function paint(p, m) {
    if (m.img) {
      const b = m.b
      let x0 = px(p, b[0]), x1 = px(p, b[2]), y0 = py(p, b[1]), y1 = py(p, b[3])
      g.save()
      g.imageSmoothingEnabled = false
      g.translate(x0, y0)
      g.scale((x1 - x0) / m.img.width, (y1 - y0) / m.img.height)
      if (m.img.width) g.drawImage(m.img, 0, 0)
      g.restore()
    } else if (m.k == 'text') {
      text(m.t, px(p, m.fx(0)), py(p, m.fy(0)), m.w, m.c, m.a || 0, m.u)
    } else if (m.k == 'dots') {
      const r = m.w / 2, a = p.wx.a - 0.05, b = p.wx.b + 0.05
      let now = -1
      g.fillStyle = m.cs[0]
      const small = r * k < 1.5 || m.count > 50000
      for (let i = 0; i < m.count; i++) {
        const x = m.fx(i)
        if (x < a || x > b) continue
        if (m.fi && m.fi(i) != now) g.fillStyle = m.cs[now = m.fi(i)]
        if (small) { g.fillRect(px(p, x) - r, py(p, m.fy(i)) - r, 2 * r, 2 * r); continue }
        g.beginPath(); g.arc(px(p, x), py(p, m.fy(i)), r, 0, 7); g.fill()
      }
    } else {
      g.beginPath()
      let from = 0
      let lastX, lastY
      for (const n of m.p) {
        let a = from, b = from + n
        if (m.k == 'line' && n == 2) { // marks of a raster: those out of sight, or on one that was drawn, are left out
          const x = Math.round(px(p, m.fx(a)) * k * 2), y = m.fy(a), far = m.fx(a + 1)
          if (far == m.fx(a) && (far < p.wx.a || far > p.wx.b || x == lastX && y == lastY)) { from += n; continue }
          lastX = x; lastY = y
        }
        if (m.s && m.k == 'line' && n > 2) {
          a = Math.max(from, firstAt(m, p.wx.a, from, b) - 1)
          b = Math.min(b, firstAt(m, p.wx.b, a, b) + 1)
        }
        trail(p, m, a, b)
        if (m.k == 'fill') g.closePath()
        from += n
      }
      if (m.k == 'fill') { g.fillStyle = m.c; g.fill('nonzero'); return }
      g.strokeStyle = m.c; g.lineWidth = m.w; g.lineJoin = 'round'
      g.setLineDash(m.d ? [4 * m.w, 2.5 * m.w] : [])
      g.stroke()
      g.setLineDash([])
    }
  }

  let waiting = false
  function draw() {
    if (waiting) return
    waiting = true
    requestAnimationFrame(() => { waiting = false; render() })
  }
  function render() {
    const d = window.devicePixelRatio || 1
    if (canvas.width != Math.round(fig.w * k * d)) { canvas.width = Math.round(fig.w * k * d); canvas.height = Math.round(fig.h * k * d) }
    g.setTransform(k * d, 0, 0, k * d, 0, 0)
    g.clearRect(0, 0, fig.w, fig.h)
    for (const p of fig.panels) {
      const [x0, y0, x1, y1] = p.box
      g.save()
      g.beginPath(); g.rect(x0, y0, x1 - x0, y1 - y0); g.clip()
      for (const m of p.marks) paint(p, m)
      g.restore()
      if (p.bare) continue
      const f = fig.font, whole = o => o.a == 0 && o.b == 1
      g.strokeStyle = fig.ink; g.lineWidth = 0.7
      g.beginPath()
      if (p.x.show) for (const [u, s] of ticks(p.x, p.wx.a, p.wx.b, (x1 - x0) / 55)) {
        const x = px(p, u)
        g.moveTo(x, y1); g.lineTo(x, y1 + 3)
        if (p.x.show > 1) p.x.turned ? text(s, x + f / 3, y1 + 5.5, f, fig.ink, 1, true) : text(s, x, y1 + 5.5 + 0.76 * f, f, fig.ink, 0.5)
      }
      for (const [ax, x, dir] of [[p.y, x0, -1], [p.r, x1, 1]]) if (ax && ax.show) {
        for (const [v, s] of ticks(ax, p.wy.a, p.wy.b, (y1 - y0) / 25)) {
          const y = py(p, v)
          g.moveTo(x, y); g.lineTo(x + 3 * dir, y)
          if (ax.show > 1) text(s, x + 5.5 * dir, y + 0.36 * f, f, fig.ink, dir < 0 ? 1 : 0)
        }
        if (ax.note && whole(p.wy)) text(ax.note, dir < 0 ? x - 3 : x, y0 - 4 - f / 2, f, fig.ink, dir < 0 ? 0 : 1)
      }
      if (p.x.note && p.x.show > 1 && whole(p.wx)) text(p.x.note, x1, p.x.noteAt, f, fig.ink, 1)
      g.stroke()
    }
  }

  // at returns the panel under an event and the place in it.
  function at(e) {
    const b = canvas.getBoundingClientRect()
    const x = (e.clientX - b.left) / b.width * fig.w, y = (e.clientY - b.top) / b.height * fig.h
    for (const p of fig.panels) {
      const [x0, y0, x1, y1] = p.box
      if (x >= x0 - 30 && x <= x1 && y >= y0 && y <= y1 + 20)
        return { p, x, y, inside: x >= x0 && y <= y1, u: p.wx.a + (x - x0) / (x1 - x0) * (p.wx.b - p.wx.a), v: p.wy.a + (y - y0) / (y1 - y0) * (p.wy.b - p.wy.a) }
    }
  }
  const sound = (w, a, b) => { if (b - a > 1e-9 && b - a < 5) { w.a = a; w.b = b; if (Math.abs(a) < 1e-12 && Math.abs(b - 1) < 1e-12) w.a = 0, w.b = 1 } }
  function zoom(o, f, x, y) {
    const { p, u, v } = o
    if (x) sound(p.wx, u + (p.wx.a - u) * f, u + (p.wx.b - u) * f)
    if (y) sound(p.wy, v + (p.wy.a - v) * f, v + (p.wy.b - v) * f)
    draw()
  }
  function reset() { for (const p of fig.panels) { p.wx.a = p.wy.a = 0; p.wx.b = p.wy.b = 1 } draw() }

  // nearest returns the point closest to a place, at most 12 pixels away.
  function nearest({ p, x, y, u }) {
    let best = null, dist = 12 / k
    for (const m of p.marks) {
      if (m.k != 'line' && m.k != 'dots' || !m.count) continue
      let from = 0, to = m.count
      if (m.s && m.k == 'line' && m.p.length == 1) {
        const du = dist / (p.box[2] - p.box[0]) * (p.wx.b - p.wx.a)
        from = firstAt(m, u - du, 0, to); to = firstAt(m, u + du, from, to)
      }
      if (to - from > 3e5) continue // too many to look at one by one
      for (let i = from; i < to; i++) {
        const d = Math.hypot(px(p, m.fx(i)) - x, py(p, m.fy(i)) - y)
        if (d < dist) { dist = d; best = { m, u: m.fx(i), v: m.fy(i) } }
      }
    }
    return best
  }
  const named = (a, u) => { const s = a.name || '', m = s.match(/^(.*) \((.*)\)$/); return (m ? m[1] : s || '·') + ' ' + short(value(a, u)) + (m ? ' ' + m[2] : '') }
  function hover(e) {
    const o = at(e)
    if (!o || !o.inside) { tip.style.display = 'none'; return }
    const { p, u, v } = o
    let lines
    const near = nearest(o)
    if (near) {
      lines = [named(p.x, near.u), named(near.m.r && p.r || p.y, near.v)]
      if (near.m.n) lines.unshift(near.m.n)
    } else {
      lines = [named(p.x, u), named(p.y, v)]
      for (const m of p.marks) if (m.k == 'cells') {
        const i = Math.floor((u - m.b[0]) / (m.b[2] - m.b[0]) * m.cols), j = Math.floor((v - m.b[1]) / (m.b[3] - m.b[1]) * m.rows)
        if (i < 0 || j < 0 || i >= m.cols || j >= m.rows) continue
        const q = m.fi(j * m.cols + i)
        if (q < 65535) lines.push((p.bar || 'value') + ' ' + short(m.lo + (m.hi - m.lo) * q / 65534))
      }
    }
    tip.textContent = lines.join('\n')
    tip.style.display = 'block'
    const b = root.getBoundingClientRect(), x = e.clientX - b.left, y = e.clientY - b.top
    tip.style.left = (x + 14 + tip.offsetWidth > b.width ? x - 14 - tip.offsetWidth : x + 14) + 'px'
    tip.style.top = Math.max(0, y - 10 - tip.offsetHeight) + 'px'
  }

  let held = null
  root.addEventListener('pointerdown', e => {
    const o = at(e)
    if (!o) return
    held = { o, x: e.clientX, y: e.clientY, a: { ...o.p.wx }, b: { ...o.p.wy } }
    root.setPointerCapture(e.pointerId)
    root.focus({ preventScroll: true })
    e.preventDefault()
  })
  root.addEventListener('pointermove', e => {
    if (!held) return hover(e)
    const p = held.o.p, b = canvas.getBoundingClientRect(), s = fig.w / b.width
    const du = (e.clientX - held.x) * s / (p.box[2] - p.box[0]) * (held.a.b - held.a.a)
    const dv = (e.clientY - held.y) * s / (p.box[3] - p.box[1]) * (held.b.b - held.b.a)
    sound(p.wx, held.a.a - du, held.a.b - du)
    sound(p.wy, held.b.a - dv, held.b.b - dv)
    tip.style.display = 'none'
    draw()
  })
  root.addEventListener('pointerup', () => { held = null })
  root.addEventListener('pointerleave', () => { tip.style.display = 'none' })
  root.addEventListener('dblclick', reset)
  // The wheel belongs to the page until the figure was clicked.
  root.addEventListener('wheel', e => {
    const o = at(e)
    if (!o || !(e.ctrlKey || document.activeElement == root)) return
    e.preventDefault()
    const f = Math.exp((e.deltaY || e.deltaX) * 0.0015)
    zoom(o, f, o.y <= o.p.box[3] ? o.x >= o.p.box[0] : true, !e.shiftKey && o.y <= o.p.box[3])
  }, { passive: false })
  root.addEventListener('keydown', e => {
    const w = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, -0.1], ArrowDown: [0, 0.1] }[e.key]
    if (e.key == '0') reset()
    else if (e.key == '+' || e.key == '=' || e.key == '-') {
      const seen = new Set()
      for (const p of fig.panels) { zoom({ p, u: (p.wx.a + p.wx.b) / 2, v: (p.wy.a + p.wy.b) / 2 }, e.key == '-' ? 1.25 : 0.8, !seen.has(p.wx), false); seen.add(p.wx) }
    } else if (w) {
      const seen = new Set()
      for (const p of fig.panels) {
        const { wx, wy } = p, du = w[0] * (wx.b - wx.a), dv = w[1] * (wy.b - wy.a)
        if (!seen.has(wx)) sound(wx, wx.a + du, wx.b + du)
        seen.add(wx)
        sound(wy, wy.a + dv, wy.b + dv)
      }
      draw()
    } else return
    e.preventDefault()
    e.stopPropagation()
  })
  render()
}
