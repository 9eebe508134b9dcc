package model

import (
	"sync"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// Step advances the cells by one step: the equations, then the threshold, then
// resets, as Brian2 orders them. A spike of the step from t to t+dt has the time t.
func (p *Population) Step() {
	if p.stale {
		if err := p.compile(); err != nil {
			panic(err) // what was held for all cells is held for each: nothing that a method refuses
		}
	}
	p.inputs[p.b.lay.scalars["t"]] = p.Time()
	if i, ok := p.b.lay.scalars["t_in_timesteps"]; ok {
		p.inputs[i] = float64(p.k)
	}
	p.drive()
	if p.n == 1 && p.plan.method != "rk45" {
		p.single()
		return
	}
	p.begin(p.advance)
	p.begin(p.ready)
	p.begin(p.until)
	for _, e := range p.events {
		p.begin(e.when)
		p.begin(e.then)
		e.cells = e.cells[:0]
	}
	blocks := (p.n + block - 1) / block
	if t := min(p.Threads, blocks); t > 1 && p.plan.method != "rk45" {
		p.parallel(t, blocks)
	} else {
		p.part(p.workers[0], 0, p.n, -1)
	}
	p.k++
}

// single is Step for one cell.
func (p *Population) single() {
	if p.alone == nil {
		p.alone = p.newAlone()
	}
	for _, q := range []*program{p.advance, p.ready, p.until} {
		if q != nil {
			q.begin(p.inputs)
		}
	}
	for _, e := range p.events {
		e.when.begin(p.inputs)
		if e.then != nil {
			e.then.begin(p.inputs)
		}
		e.cells = e.cells[:0]
	}
	p.alone.step()
	p.k++
}

func (p *Population) begin(prog *program) {
	if prog == nil {
		return
	}
	for _, w := range p.workers {
		w.fit(prog)
	}
	prog.begin(p.inputs)
}

// parallel divides the blocks of a step among goroutines.
func (p *Population) parallel(threads, blocks int) {
	for len(p.workers) < threads {
		p.workers = append(p.workers, newWorker())
	}
	for _, prog := range []*program{p.advance, p.ready, p.until} {
		p.begin(prog)
	}
	for _, e := range p.events {
		p.begin(e.when)
		p.begin(e.then)
		for len(e.parts) < threads {
			e.parts = append(e.parts, nil)
		}
	}
	var wait sync.WaitGroup
	for t := range threads {
		wait.Add(1)
		go func() {
			defer wait.Done()
			p.part(p.workers[t], blocks*t/threads*block, min(blocks*(t+1)/threads*block, p.n), t)
		}()
	}
	wait.Wait()
	for _, e := range p.events {
		for t := range threads {
			e.cells = append(e.cells, e.parts[t]...)
		}
	}
}

// part advances the cells from first to end; number is that of the worker, -1
// where there is one only.
func (p *Population) part(w *worker, first, end, number int) {
	at := &w.at
	at.arrays, at.streams, at.first, at.step = p.arrays, p.streams, p.first, p.k
	if number >= 0 {
		for _, e := range p.events {
			e.parts[number] = e.parts[number][:0]
		}
	}
	for lo := first; lo < end; lo += block {
		at.lo, at.hi = lo, min(lo+block, (p.n+lanes-1)/lanes*lanes)
		n := min(lo+block, p.n) - lo // without the padding
		words := (at.hi - lo + 63) / 64
		active, fired := w.active[:words], w.fired[:words]
		at.calm = true
		switch {
		case p.ready != nil:
			w.run(p.ready, at)
			copy(active, w.mask(p.ready, at, p.ready.fires, 0))
			at.calm = full(active, n)
		case p.until != nil && vec.Mask(p.held[lo/64:lo/64+words]).Any():
			held := vec.Mask(p.held[lo/64 : lo/64+words])
			w.run(p.until, at)
			held.And(held, w.mask(p.until, at, p.until.fires, 0))
			active.Not(held, at.hi-lo)
			at.calm = full(active, n)
		default:
			active.Fill(at.hi - lo)
		}
		if p.plan.method == "rk45" {
			p.adapt(w, at)
		} else {
			w.run(p.advance, at)
		}
		if p.closed != nil {
			closed := p.closed[lo/64 : lo/64+words]
			closed.Not(active, n)
		}
		for _, e := range p.events {
			w.run(e.when, at)
			m := w.mask(e.when, at, e.when.fires, 0)
			if e.name == spike {
				fired.And(m, active)
			} else {
				copy(fired, m)
			}
			if n < at.hi-lo {
				fired[n>>6] &= 1<<(n&63) - 1
			}
			if !fired.Any() {
				continue
			}
			if number < 0 {
				e.cells = fired.Append(e.cells, int32(lo))
			} else {
				e.parts[number] = fired.Append(e.parts[number], int32(lo))
			}
			if e.name == spike {
				if p.closed != nil {
					closed := p.closed[lo/64 : lo/64+words]
					closed.Or(closed, fired)
				}
				if p.ready != nil {
					last := p.arrays[p.last][lo : lo+n]
					vec.SelectConstBlock(last, fired[:(n+63)/64], float64(p.k), last)
				}
				if p.until != nil {
					held := vec.Mask(p.held[lo/64 : lo/64+words])
					held.Or(held, fired)
				}
			}
			if e.then != nil {
				calm := at.calm
				at.calm = false // a cell that fires is refractory for its reset
				w.run(e.then, at)
				at.calm = calm
			}
		}
	}
}

// full reports whether the first n bits are set.
func full(m vec.Mask, n int) bool {
	for i, w := range m {
		left := n - 64*i
		if left < 64 {
			return left <= 0 || w|^(1<<left-1) == ^uint64(0)
		}
		if w != ^uint64(0) {
			return false
		}
	}
	return true
}
