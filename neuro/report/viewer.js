'use strict';
(() => {
const root = document.documentElement;
root.classList.add('js');

// Theme: as the system has it, or that of the notebook around the page.
const button = document.getElementById('theme');
let theme = 'system';
function setTheme(t) {
  theme = t;
  if (t === 'system') delete root.dataset.theme; else root.dataset.theme = t;
  button.textContent = 'theme: ' + t;
}
button.onclick = () => setTheme({ system: 'light', light: 'dark', dark: 'system' }[theme]);
try {
  const light = window.parent !== window && window.parent.document.body.dataset.jpThemeLight;
  if (light) setTheme(light === 'false' ? 'dark' : 'light');
} catch (e) { /* the page around is another's */ }

window.addEventListener('beforeprint', () => { for (const d of document.querySelectorAll('details')) d.open = true; });
for (const a of document.querySelectorAll('nav a')) a.onclick = e => { // a frame without an address has no fragments
  e.preventDefault();
  document.getElementById(a.getAttribute('href').slice(1)).scrollIntoView();
};
for (const b of document.querySelectorAll('[data-copy]')) b.onclick = () => {
  const text = document.querySelector('.methods');
  const range = document.createRange();
  range.selectNodeContents(text);
  const s = window.getSelection();
  s.removeAllRanges();
  s.addRange(range);
  let done = false;
  try { done = document.execCommand('copy'); } catch (e) { /* it stays selected */ }
  b.textContent = done ? 'Copied' : 'Selected';
};

const source = document.getElementById('volumes');
const view = document.getElementById('view');
if (!source || !view) return;
const all = JSON.parse(source.textContent);

const bytes = s => Uint8Array.from(atob(s), c => c.charCodeAt(0));
function inverse(m) { // of an affine
  const [a, b, c] = m[0], [d, e, f] = m[1], [g, h, i] = m[2];
  const A = e * i - f * h, B = f * g - d * i, C = d * h - e * g, det = a * A + b * B + c * C;
  const r = [[A, c * h - b * i, b * f - c * e], [B, a * i - c * g, c * d - a * f], [C, b * g - a * h, a * e - b * d]].map(x => x.map(v => v / det));
  return r.map(x => [...x, -(x[0] * m[0][3] + x[1] * m[1][3] + x[2] * m[2][3])]);
}
const apply = (m, p) => [0, 1, 2].map(r => m[r][0] * p[0] + m[r][1] * p[1] + m[r][2] * p[2] + m[r][3]);

const bg = all.under;
bg.bytes = bytes(bg.data);
bg.inv = inverse(bg.affine);
function maskOf(k) { // place of each voxel among those of the mask, -1 outside
  const m = all.masks[k];
  if (m.at) return m;
  const bits = bytes(m.bits), n = m.shape[0] * m.shape[1] * m.shape[2];
  m.at = new Int32Array(n).fill(-1);
  for (let i = 0, k = 0; i < n; i++) if (bits[i >> 3] >> (i & 7) & 1) m.at[i] = k++;
  m.inv = inverse(m.affine);
  return m;
}
function numbers(q) {
  if (!q.values) {
    const b = bytes(q.data), v = new DataView(b.buffer);
    q.values = new Int16Array(b.length / 2);
    for (let i = 0; i < q.values.length; i++) q.values[i] = v.getInt16(2 * i, true);
  }
  return q.values;
}

// What there is to see, mm.
const box = [[Infinity, -Infinity], [Infinity, -Infinity], [Infinity, -Infinity]];
for (let k = 0; k < 8; k++) {
  const p = apply(bg.affine, [0, 1, 2].map(a => k >> a & 1 ? bg.shape[a] - 0.5 : -0.5));
  for (let a = 0; a < 3; a++) { box[a][0] = Math.min(box[a][0], p[a]); box[a][1] = Math.max(box[a][1], p[a]); }
}
for (const b of box) { const edge = 0.03 * (b[1] - b[0]); b[0] -= edge; b[1] += edge; }
const longest = Math.max(...box.map(b => b[1] - b[0]));
const pixel = longest / 220;
const size = box.map(b => Math.max(1, Math.round((b[1] - b[0]) / pixel)));

const state = { map: 0, at: box.map(b => (b[0] + b[1]) / 2), threshold: 0, opacity: 0.85, active: 2 };
const planes = [
  { name: 'coronal', u: 0, v: 2, n: 1, ends: ['L', 'R', 'S', 'I'] },
  { name: 'sagittal', u: 1, v: 2, n: 0, ends: ['P', 'A', 'S', 'I'] },
  { name: 'axial', u: 0, v: 1, n: 2, ends: ['L', 'R', 'A', 'P'] }];

const make = (tag, parent, o = {}) => parent.appendChild(Object.assign(document.createElement(tag), o));
const bar = make('div', view, { className: 'bar' });
let chooser = null;
if (all.maps.length > 1) {
  const l = make('label', bar, { textContent: 'map' });
  chooser = make('select', l, { id: 'view-map' });
  all.maps.forEach((m, i) => make('option', chooser, { value: i, textContent: m.name }));
  chooser.onchange = () => choose(+chooser.value, true);
} else make('b', bar, { textContent: all.maps[0].name });
function slider(name, id, min, max, set) {
  const l = make('label', bar, { textContent: name });
  const input = make('input', l, { type: 'range', id, min, max, step: 'any' });
  const said = make('output', l);
  input.oninput = () => { set(+input.value); draw(); };
  return { input, said };
}
const thresholds = slider('threshold', 'view-threshold', 0, 1, v => { state.threshold = v; });
const opacities = slider('opacity', 'view-opacity', 0, 1, v => { state.opacity = v; });
const peaks = make('button', bar, { type: 'button', textContent: 'largest value' });
peaks.onclick = () => { toPeak(); draw(); };
const asGiven = make('button', bar, { type: 'button', textContent: 'threshold of the report' });
asGiven.onclick = () => { state.threshold = all.maps[state.map].threshold; draw(); };

const row = make('div', view, { className: 'planes' });
for (const p of planes) {
  p.box = make('div', row, { className: 'plane' });
  p.w = size[p.u]; p.h = size[p.v];
  p.box.style.flexGrow = p.w; // all planes have one scale
  p.box.style.setProperty('--w', Math.min(100, 88 * p.w / size[1]) + '%');
  p.canvas = make('canvas', p.box, { width: 2 * p.w, height: 2 * p.h });
  p.small = document.createElement('canvas');
  p.small.width = p.w; p.small.height = p.h;
  p.title = make('span', p.box, { className: 'name' });
  ['l', 'r', 't', 'b'].forEach((c, i) => make('span', p.box, { className: c, textContent: p.ends[i] }));
  const go = e => {
    const r = p.canvas.getBoundingClientRect();
    const at = state.at.slice();
    at[p.u] = box[p.u][0] + (e.clientX - r.left) / r.width * (box[p.u][1] - box[p.u][0]);
    at[p.v] = box[p.v][1] - (e.clientY - r.top) / r.height * (box[p.v][1] - box[p.v][0]);
    state.active = planes.indexOf(p);
    moveTo(at);
    draw();
  };
  p.canvas.style.touchAction = 'pan-y';
  p.canvas.onpointerdown = e => { view.focus({ preventScroll: true }); go(e); };
  p.canvas.onpointermove = e => { if (e.buttons & 1) go(e); };
}
const reading = make('div', view, { className: 'reading' });
reading.setAttribute('aria-live', 'polite');
const scale = make('div', view, { className: 'scale' });
const given = make('p', view, { className: 'hint' });
make('p', view, { className: 'hint', textContent: 'Click or drag on a slice. Keys: arrows move, Page Up and Page Down go through the slices, + and − change the threshold, [ and ] the opacity, Home goes to the largest value.' });

function voxel(m, p) { return apply(m.inv, p).map(Math.round); }
function indexAt(m, v) {
  for (let a = 0; a < 3; a++) if (v[a] < 0 || v[a] >= m.shape[a]) return -1;
  return m.at[(v[2] * m.shape[1] + v[1]) * m.shape[0] + v[0]];
}
// moveTo puts the cross on the centre of a voxel of the map, within the grid.
function moveTo(p) {
  const m = maskOf(all.maps[state.map].mask);
  state.at = apply(m.affine, voxel(m, p).map((v, a) => Math.min(m.shape[a] - 1, Math.max(0, v))));
}
function toPeak() {
  const o = all.maps[state.map], m = maskOf(o.mask), v = numbers(o.values[0]);
  let best = -1, at = 0;
  m.at.forEach((k, i) => { if (k >= 0 && v[k] !== -32768 && Math.abs(v[k]) > best) { best = Math.abs(v[k]); at = i; } });
  const [nx, ny] = m.shape;
  state.at = apply(m.affine, [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))]);
}
function choose(k, keep) {
  state.map = k;
  if (chooser) chooser.value = k;
  const o = all.maps[k];
  state.threshold = o.threshold;
  thresholds.input.max = Math.max(o.most, o.threshold);
  if (keep) moveTo(state.at); else toPeak();
  draw();
}

// colour of a value between threshold and most, as red, green, blue.
function colour(v, share) {
  const s = Math.min(1, Math.max(0, share));
  return v > 0 ? [200 + 55 * s, 30 + 215 * s, 20 + 60 * s * s] : [20 + 60 * s, 60 + 180 * s, 190 + 65 * s];
}

function render(p) {
  const ctx = p.small.getContext('2d'), image = ctx.createImageData(p.w, p.h), out = image.data;
  const o = all.maps[state.map], m = maskOf(o.mask), q = o.values[0], values = numbers(q);
  const least = state.threshold - q.step / 2, most = Math.max(o.most, state.threshold + q.step), t = state.threshold;
  const at = state.at.slice(), [bx, by, bz] = bg.shape, B = bg.inv, M = m.inv, [mx, my, mz] = m.shape;
  const w = pixel;
  for (let j = 0, k = 0; j < p.h; j++) {
    at[p.v] = box[p.v][1] - (j + 0.5) * w;
    for (let i = 0; i < p.w; i++, k += 4) {
      at[p.u] = box[p.u][0] + (i + 0.5) * w;
      const [x, y, z] = at;
      const gx = B[0][0] * x + B[0][1] * y + B[0][2] * z + B[0][3], gy = B[1][0] * x + B[1][1] * y + B[1][2] * z + B[1][3], gz = B[2][0] * x + B[2][1] * y + B[2][2] * z + B[2][3];
      let grey = 0;
      if (gx > -0.5 && gy > -0.5 && gz > -0.5 && gx < bx - 0.5 && gy < by - 0.5 && gz < bz - 0.5) {
        const cx = Math.min(bx - 1, Math.max(0, gx)), cy = Math.min(by - 1, Math.max(0, gy)), cz = Math.min(bz - 1, Math.max(0, gz));
        const x0 = Math.floor(cx), y0 = Math.floor(cy), z0 = Math.floor(cz), x1 = Math.min(bx - 1, x0 + 1), y1 = Math.min(by - 1, y0 + 1), z1 = Math.min(bz - 1, z0 + 1);
        const fx = cx - x0, fy = cy - y0, fz = cz - z0, d = bg.bytes;
        const v = (a, b) => { const r = (b * by + a) * bx; return d[r + x0] * (1 - fx) + d[r + x1] * fx; };
        grey = (v(y0, z0) * (1 - fy) + v(y1, z0) * fy) * (1 - fz) + (v(y0, z1) * (1 - fy) + v(y1, z1) * fy) * fz;
      }
      let r = grey, g = grey, b = grey;
      const vx = Math.round(M[0][0] * x + M[0][1] * y + M[0][2] * z + M[0][3]), vy = Math.round(M[1][0] * x + M[1][1] * y + M[1][2] * z + M[1][3]), vz = Math.round(M[2][0] * x + M[2][1] * y + M[2][2] * z + M[2][3]);
      if (vx >= 0 && vy >= 0 && vz >= 0 && vx < mx && vy < my && vz < mz) {
        const n = m.at[(vz * my + vy) * mx + vx];
        if (n >= 0 && values[n] !== -32768 && values[n] !== 0) {
          const v = values[n] * q.step;
          if (Math.abs(v) >= least) {
            const c = colour(v, (Math.abs(v) - t) / (most - t)), a = state.opacity;
            r += a * (c[0] - r); g += a * (c[1] - g); b += a * (c[2] - b);
          }
        }
      }
      out[k] = r; out[k + 1] = g; out[k + 2] = b; out[k + 3] = 255;
    }
  }
  ctx.putImageData(image, 0, 0);
  const big = p.canvas.getContext('2d');
  big.imageSmoothingEnabled = true;
  big.drawImage(p.small, 0, 0, 2 * p.w, 2 * p.h);
  const u = (state.at[p.u] - box[p.u][0]) / pixel * 2, v = (box[p.v][1] - state.at[p.v]) / pixel * 2;
  big.strokeStyle = 'rgba(120, 220, 120, 0.9)';
  big.lineWidth = 1.5;
  big.beginPath();
  big.moveTo(u, 0); big.lineTo(u, v - 7); big.moveTo(u, v + 7); big.lineTo(u, 2 * p.h);
  big.moveTo(0, v); big.lineTo(u - 7, v); big.moveTo(u + 7, v); big.lineTo(2 * p.w, v);
  big.stroke();
  p.title.textContent = p.name + ' ' + 'xyz'[p.n] + ' = ' + fixed(state.at[p.n], 1) + ' mm';
  p.box.classList.toggle('active', planes.indexOf(p) === state.active);
}
const fixed = (v, d) => v.toFixed(Math.max(0, Math.min(20, d))).replace('-', '−');

function draw() {
  const o = all.maps[state.map], m = maskOf(o.mask);
  for (const p of planes) render(p);
  thresholds.input.value = state.threshold;
  thresholds.said.textContent = fixed(state.threshold, 2);
  opacities.input.value = state.opacity;
  opacities.said.textContent = Math.round(100 * state.opacity) + ' %';
  const v = voxel(m, state.at), n = indexAt(m, v);
  reading.replaceChildren();
  const say = (name, text) => { const s = make('span', reading); s.append(name + ' '); make('b', s, { textContent: text }); s.dataset.name = name; };
  say('mm', state.at.map(x => fixed(x, 1)).join(', '));
  say('voxel', v.join(', '));
  for (const q of o.values) {
    const k = n < 0 ? -32768 : numbers(q)[n];
    say(q.label, k === -32768 ? 'no value' : fixed(k * q.step, q.digits));
  }
  const g = apply(bg.inv, state.at).map(Math.round);
  if (g.every((c, a) => c >= 0 && c < bg.shape[a])) say(bg.name, String(+(bg.lo + (bg.hi - bg.lo) * bg.bytes[(g[2] * bg.shape[1] + g[1]) * bg.shape[0] + g[0]] / 255).toPrecision(3)));
  // The scale of colours.
  scale.replaceChildren();
  const low = numbers(o.values[0]).some(x => x < 0 && x !== -32768);
  const parts = low ? [-1, 1] : [1];
  const most = Math.max(o.most, state.threshold);
  for (const sign of parts) {
    make('span', scale, { textContent: fixed(sign * (sign < 0 ? most : state.threshold), 2) });
    const c = make('canvas', scale, { width: 100, height: 1 }), ctx = c.getContext('2d');
    for (let i = 0; i < 100; i++) {
      const [r, g, b] = colour(sign, sign < 0 ? 1 - i / 99 : i / 99);
      ctx.fillStyle = `rgb(${r},${g},${b})`;
      ctx.fillRect(i, 0, 1, 1);
    }
    make('span', scale, { textContent: fixed(sign * (sign < 0 ? state.threshold : most), 2) });
  }
  make('span', scale, { textContent: o.values[0].label });
  given.textContent = 'Threshold of the report: ' + o.said + '.';
}

function step(a, sign) { // by a voxel along right, anterior or superior
  const m = maskOf(all.maps[state.map].mask), col = [0, 1, 2].reduce((b, c) => Math.abs(m.affine[a][c]) > Math.abs(m.affine[a][b]) ? c : b, 0);
  const v = voxel(m, state.at);
  v[col] = Math.min(m.shape[col] - 1, Math.max(0, v[col] + sign * Math.sign(m.affine[a][col])));
  state.at = apply(m.affine, v);
}
view.addEventListener('keydown', e => {
  if (e.target !== view || e.ctrlKey || e.metaKey || e.altKey) return;
  const p = planes[state.active], top = +thresholds.input.max;
  const keys = {
    ArrowLeft: () => step(p.u, -1), ArrowRight: () => step(p.u, 1), ArrowDown: () => step(p.v, -1), ArrowUp: () => step(p.v, 1),
    PageDown: () => step(p.n, -1), PageUp: () => step(p.n, 1), Home: toPeak,
    '+': () => { state.threshold = Math.min(top, state.threshold + 0.1); }, '-': () => { state.threshold = Math.max(0, state.threshold - 0.1); },
    ']': () => { state.opacity = Math.min(1, state.opacity + 0.05); }, '[': () => { state.opacity = Math.max(0, state.opacity - 0.05); },
  };
  keys['='] = keys['+'];
  if (!keys[e.key]) return;
  e.preventDefault();
  keys[e.key]();
  draw();
});
for (const b of document.querySelectorAll('[data-go]')) b.onclick = () => {
  const [k, x, y, z] = b.dataset.go.split(' ').map(Number);
  if (k !== state.map) choose(k, true);
  moveTo([x, y, z]);
  draw();
  document.getElementById('viewer').scrollIntoView({ block: 'start' });
  view.focus({ preventScroll: true });
};
choose(0, false);
})();
