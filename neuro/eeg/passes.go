package eeg

import (
	"fmt"
	"runtime"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/filters"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// passes filters blocks by second-order sections, forward or forward and backward. What a
// filter knows of the past is its state, two numbers for a section: with the states at the
// ends of blocks each block can be filtered by itself. Those of the way back are found by
// going through the recording once in each direction.
type passes struct {
	b    *blocks
	coef [][5]float64
	rest [][2]float64 // the state after an endless input of ones
	pad  int          // samples by which a segment is continued for the way back
	both bool
	at   [][]*ends // [channel][segment], nil where nothing is known yet
	room rooms     // of each goroutine
}

// ends are the states of a channel's filter at the ends of the blocks of a segment.
type ends struct {
	forward, backward []float64 // before each block on the way there, and on the way back
	known             int       // blocks whose forward state is known
	ready             bool      // whether the backward ones are
}

// state is how many numbers a state has.
func (p *passes) state() int { return 2 * len(p.coef) }

// A quad is up to four channels whose samples go side by side through the filter.
type quad struct {
	channels []int
	y, state []float64 // as vec.FourSections takes them
}

// quads groups channels by four.
func (p *passes) quads(channels []int) []*quad {
	var out []*quad
	for len(channels) > 0 {
		n := min(4, len(channels))
		out = append(out, &quad{channels: channels[:n], state: make([]float64, 4*p.state())})
		channels = channels[n:]
	}
	return out
}

// load lays samples side by side.
func (q *quad) load(x [][]float64) {
	n := len(x[0])
	in := [4][]float64{x[0], x[0], x[0], x[0]}
	copy(in[:], x)
	a, b, c, d := in[0][:n], in[1][:n], in[2][:n], in[3][:n]
	for i, v := range a {
		o := q.y[4*i:][:4]
		o[0], o[1], o[2], o[3] = v, b[i], c[i], d[i]
	}
}

// set takes states from where they are kept: of channel l at[l][which].
func (q *quad) set(m int, from func(l int) []float64) {
	for l := range q.channels {
		for i, v := range from(l)[:2*m] {
			q.state[4*i+l] = v
		}
	}
}

// keep returns the state of a channel.
func (q *quad) keep(m, l int, to []float64) {
	for i := range 2 * m {
		to[i] = q.state[4*i+l]
	}
}

// settle sets the states to those that the first samples of y would leave behind if they
// had always been there.
func (q *quad) settle(rest [][2]float64) {
	for k, z := range rest {
		for l, v := range q.y[:4] {
			q.state[8*k+l], q.state[8*k+4+l] = z[0]*v, z[1]*v
		}
	}
}

// number returns how many blocks a segment has.
func (p *passes) number(segment, channel int) int {
	return (p.b.spans[channel][segment].n + p.b.size - 1) / p.b.size
}

// fill makes block number of a segment, see blocks.
func (p *passes) fill(segment, number int, channels []int, out [][]float64) error {
	if err := p.prepare(segment, number, channels); err != nil {
		return fmt.Errorf("%s: %w", p.b.call, err)
	}
	m, quads := len(p.coef), p.quads(channels)
	return p.block(segment, number, quads, out, func(i int, q *quad) {
		q.set(m, func(l int) []float64 { return p.at[q.channels[l]][segment].forward[number*2*m:] })
		vec.FourSections(q.y, q.state, p.coef)
		if p.both {
			q.set(m, func(l int) []float64 { return p.at[q.channels[l]][segment].backward[number*2*m:] })
			filters.TurnAround(q.y)
			vec.FourSections(q.y, q.state, p.coef)
			filters.TurnAround(q.y)
		} else {
			p.advance(q, segment, number)
		}
		for l := range q.channels {
			for k := range out[4*i+l] {
				out[4*i+l][k] = q.y[4*k+l]
			}
		}
	})
}

// advance keeps the states behind a block as those before the next one.
func (p *passes) advance(q *quad, segment, number int) {
	m := len(p.coef)
	for l, c := range q.channels {
		e := p.at[c][segment]
		if next := number + 1; next == e.known && next*2*m < len(e.forward) {
			q.keep(m, l, e.forward[next*2*m:])
			e.known++
		}
	}
}

// block reads a block of channels, which x has room for, and gives them to f, four by four
// on all processors.
func (p *passes) block(segment, number int, quads []*quad, x [][]float64, f func(i int, q *quad)) error {
	if err := p.read(segment, number, quads, x); err != nil {
		return err
	}
	p.each(quads, x, f)
	return nil
}

func (p *passes) read(segment, number int, quads []*quad, x [][]float64) error {
	var channels, from []int
	for _, q := range quads {
		for _, c := range q.channels {
			channels, from = append(channels, c), append(from, number*p.b.size)
		}
	}
	return p.b.extended(x, from, segment, 0, channels)
}

// run gives f blocks from one number to another, in this order or down, each of them four
// channels at a time on all processors. The next block is read meanwhile.
func (p *passes) run(segment, from, to int, quads []*quad, task *display.Counter, f func(b int) func(i int, q *quad)) error {
	step, n := 1, p.b.spans[quads[0].channels[0]][segment].n
	if to < from {
		step = -1
	}
	var memory [2]rooms
	room := func(b int) [][]float64 {
		var x [][]float64
		for _, q := range quads {
			for range q.channels {
				x = append(x, memory[b&1].of(len(x), min(p.b.size, n-b*p.b.size)))
			}
		}
		return x
	}
	read := func(b int) (<-chan error, [][]float64) {
		done, x := make(chan error, 1), room(b)
		go func() { done <- p.read(segment, b, quads, x) }()
		return done, x
	}
	done, x := read(from)
	for b := from; ; b += step {
		if err := <-done; err != nil {
			return err
		}
		if b == to {
			p.each(quads, x, f(b))
			task.Add(1)
			return nil
		}
		if err := task.Err(); err != nil {
			return err
		}
		var next [][]float64
		done, next = read(b + step)
		p.each(quads, x, f(b))
		x = next
		task.Add(1)
	}
}

// each gives channels with their samples to f, four by four on all processors.
func (p *passes) each(quads []*quad, x [][]float64, f func(i int, q *quad)) {
	workers := min(len(quads), runtime.GOMAXPROCS(0))
	for w := range workers {
		p.room.of(w, 4*len(x[0]))
	}
	linalg.Parallel(workers, func(w int) {
		for i := w; i < len(quads); i += workers {
			q := quads[i]
			q.y = p.room[w][:4*len(x[0])]
			q.load(x[4*i : 4*i+len(q.channels)])
			f(i, q)
			q.y = nil
		}
	})
}

// prepare finds the states with which a block of channels is made.
func (p *passes) prepare(segment, number int, channels []int) error {
	m := len(p.coef)
	nb := p.number(segment, channels[0])
	to := number // the forward state that is needed last
	if p.both {
		to = nb - 1
	}
	var left []int
	from := nb
	for _, c := range channels {
		e := p.at[c][segment]
		if e == nil {
			e = &ends{forward: make([]float64, nb*2*m)}
			p.at[c][segment] = e
		}
		if p.both && !e.ready || !p.both && e.known <= to {
			left, from = append(left, c), min(from, max(e.known-1, 0))
		}
	}
	if len(left) == 0 {
		return nil
	}
	n := p.b.spans[left[0]][segment].n
	steps := to - from
	if p.both {
		steps *= 2
	}
	task := display.Start("eeg."+p.b.call, "blocks", steps)
	defer task.End()
	quads, all := p.quads(left), make([][]float64, len(left))
	var memory rooms
	room := func(n int) [][]float64 {
		for k := range all {
			all[k] = memory.of(k, n)
		}
		return all
	}
	// beyond reads the continuation of the segment before sample 0 or behind its end.
	beyond := func(at int, f func(q *quad)) error {
		from := make([]int, len(left))
		for k := range from {
			from[k] = at
		}
		x := room(p.pad)
		if err := p.b.extended(x, from, segment, p.pad, left); err != nil {
			return err
		}
		p.each(quads, x, func(_ int, q *quad) { f(q) })
		return nil
	}
	if from == 0 {
		for _, q := range quads {
			clear(q.state)
		}
		if p.both {
			err := beyond(-p.pad, func(q *quad) {
				q.settle(p.rest)
				vec.FourSections(q.y, q.state, p.coef)
			})
			if err != nil {
				return err
			}
		}
		for _, q := range quads {
			for l, c := range q.channels {
				e := p.at[c][segment]
				q.keep(m, l, e.forward)
				e.known = max(e.known, 1)
			}
		}
	}
	forward := func(b int) func(int, *quad) {
		return func(_ int, q *quad) {
			q.set(m, func(l int) []float64 { return p.at[q.channels[l]][segment].forward[b*2*m:] })
			vec.FourSections(q.y, q.state, p.coef)
			p.advance(q, segment, b)
		}
	}
	if !p.both {
		if from < to {
			return p.run(segment, from, to-1, quads, task, forward)
		}
		return nil
	}
	// The last block goes on into the continuation, whose end is where the way back begins.
	if err := p.run(segment, from, to, quads, task, forward); err != nil {
		return err
	}
	err := beyond(n, func(q *quad) {
		vec.FourSections(q.y, q.state, p.coef)
		filters.TurnAround(q.y)
		q.settle(p.rest)
		vec.FourSections(q.y, q.state, p.coef)
	})
	if err != nil {
		return err
	}
	back := make([][]float64, len(left))
	for k := range back {
		back[k] = make([]float64, nb*2*m)
	}
	for i, q := range quads {
		for l := range q.channels {
			q.keep(m, l, back[4*i+l][to*2*m:])
		}
	}
	if to > 0 {
		err := p.run(segment, to, 1, quads, task, func(b int) func(int, *quad) {
			return func(i int, q *quad) {
				forward(b)(i, q)
				q.set(m, func(l int) []float64 { return back[4*i+l][b*2*m:] })
				filters.TurnAround(q.y)
				vec.FourSections(q.y, q.state, p.coef)
				for l := range q.channels {
					q.keep(m, l, back[4*i+l][(b-1)*2*m:])
				}
			}
		})
		if err != nil {
			return err
		}
	}
	for k, c := range left {
		e := p.at[c][segment]
		e.backward, e.ready = back[k], true
	}
	return nil
}
