package network

import (
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// RecordOptions say what Run keeps besides spikes.
type RecordOptions struct {
	States  []Probe
	Weights []WeightProbe
	LFP     []LFP
	// Quiet are populations whose spikes are counted and not kept.
	Quiet []string
	// File is where spikes go as they are fired, instead of into memory: for long runs
	// of large networks. It must not be there yet; ReadSpikes reads it, and each second
	// it is complete until then, whatever happens to the program. The result counts the
	// spikes, as those of Quiet, which are not in the file.
	File string
	// StatesFile is where the samples of States go while the network runs, instead of into
	// memory, as spikes to File: ReadStates reads it. Result.Traces is then empty.
	StatesFile string
	// Live shows the figure of the last Live ms while the network runs, anew each
	// second; no figure if 0.
	Live float64 `unit:"ms"`
}

// N returns how many synapses the network has.
func (s *Simulation) N() int64 { return s.synapses }

// Bytes returns the memory of the synapses.
func (s *Simulation) Bytes() int64 { return s.bytes }

// Time returns where the network is in time, ms.
func (s *Simulation) Time() float64 { return float64(float64(s.k) * s.dt) }

// Run advances the network by dur ms, rounded to steps, and returns what it
// recorded. Calls follow on each other: a run of 100 ms and one of 200 ms are one of
// 300 ms. Its progress tells the time left and the rates of the populations as they are. An
// interrupt ends it, with the error display.ErrInterrupted and what it has recorded until then;
// Run again, in a notebook in the next cell, continues, and the spikes of both are those of one
// run. (What an interrupted cell would have assigned is lost: File and StatesFile keep it.)
func (s *Simulation) Run(dur float64, o RecordOptions) (*Result, error) {
	if !(dur >= 0) || math.IsInf(dur, 0) {
		return nil, fmt.Errorf("network: Run: dur is %g ms; it must be 0 or more and finite", dur)
	}
	steps := int(math.Round(dur / s.dt))
	r := &Result{T0: s.Time(), Dt: s.dt, first: s.k}
	quiet := map[int]bool{}
	for _, name := range o.Quiet {
		p, err := s.net.find(name)
		if err != nil {
			return nil, fmt.Errorf("network: Run: Quiet: %w", err)
		}
		quiet[p] = true
	}
	for p := range s.net.Populations {
		pop := &s.net.Populations[p]
		r.pops = append(r.pops, recorded{name: pop.Name, n: pop.size(), quiet: quiet[p] || o.File != "", source: pop.Cell == nil})
	}
	probes, err := s.probes(o.States, steps)
	if err != nil {
		return nil, err
	}
	fields, err := s.fields(o.LFP)
	if err != nil {
		return nil, err
	}
	weights, err := s.weighings(o.Weights, steps)
	if err != nil {
		return nil, err
	}
	if !finite(o.Live) || o.Live < 0 {
		return nil, fmt.Errorf("network: Run: Live is %g ms; it must be finite and 0 or more", o.Live)
	}
	var file *spikeFile
	if o.File != "" {
		if file, err = newSpikeFile(o.File, r); err != nil {
			return nil, err
		}
	}
	var states *stateFile
	if o.StatesFile != "" {
		if states, err = newStateFile(o.StatesFile, s, probes); err != nil {
			if file != nil {
				file.close(s.k)
				os.Remove(o.File)
			}
			return nil, err
		}
	}
	// recorded puts what probes have until now into the result.
	recorded := func() (bad error) {
		r.Traces, r.LFP = nil, nil
		for _, p := range probes {
			if states != nil {
				continue
			}
			t, err := p.traces(s)
			if bad == nil {
				bad = err
			}
			r.Traces = append(r.Traces, t)
		}
		for _, f := range fields {
			t, err := f.trace(s, r)
			if bad == nil {
				bad = err
			}
			r.LFP = append(r.LFP, t)
		}
		return bad
	}
	task := display.Start("network.Run", "steps", steps)
	defer task.End()
	shown, told := time.Now(), time.Now()
	counted := 0 // steps of which the rate has been told
	err = s.advance(steps, func(from uint64, n int) error {
		for i := range n {
			slot := (from + uint64(i)) % uint64(s.depth)
			for p := range r.pops {
				r.pops[p].add(s.history[p][slot])
				if file != nil && !quiet[p] {
					for _, c := range s.history[p][slot] {
						file.record(from+uint64(i), uint32(p), c)
					}
				}
			}
		}
		if file != nil {
			if err := file.complete(from+uint64(n), false); err != nil {
				return err
			}
		}
		for _, p := range probes {
			p.merge()
		}
		for _, f := range fields {
			f.merge()
		}
		if states != nil {
			if err := states.take(from+uint64(n), false); err != nil {
				return err
			}
		}
		for _, w := range weights {
			w.merge()
		}
		if o.Live > 0 && time.Since(shown) >= liveEvery {
			recorded()
			r.live(s.Time(), o.Live)
			shown = time.Now()
		}
		task.Set(int(from-r.first) + n)
		if time.Since(told) >= tellEvery {
			told = time.Now()
			task.Remark(r.now(counted))
			counted = len(r.pops[0].ends)
		}
		return task.Err()
	})
	r.T1 = s.Time()
	if file != nil {
		if e := file.close(s.k); err == nil {
			err = e
		}
	}
	for _, w := range weights {
		r.Weights = append(r.Weights, w.out)
	}
	if states != nil {
		if e := states.close(s.k); err == nil {
			err = e
		}
	}
	if bad := recorded(); err == nil {
		err = bad
	}
	return r, err
}

// tellEvery is how often the progress tells the rates.
const tellEvery = 150 * time.Millisecond

// now tells the rates of the cells since a step of the run, as the progress shows them: by
// population where there are few.
func (r *Result) now(since int) string {
	steps := len(r.pops[0].ends) - since
	at := fmt.Sprintf("at %.0f ms", float64(float64(r.first+uint64(since+steps))*r.Dt))
	rate := func(list ...*recorded) string {
		spikes, cells := 0, 0
		for _, p := range list {
			spikes, cells = spikes+p.count, cells+p.n
			if since > 0 {
				spikes -= p.ends[since-1]
			}
		}
		return fmt.Sprintf("%.3g Hz", float64(spikes)/float64(cells)/float64(float64(steps)*r.Dt)*1000)
	}
	cells, _ := r.find("")
	const few = 3
	if len(cells) == 0 || steps == 0 {
		return at
	}
	if len(cells) > few {
		return at + ": " + rate(cells...)
	}
	var parts []string
	for _, p := range cells {
		parts = append(parts, p.name+" "+rate(p))
	}
	return at + ": " + strings.Join(parts, ", ")
}

// liveEvery is how often the figure of a network that runs is shown.
var liveEvery = time.Second

// live shows the last ms of what has been recorded until now.
func (r *Result) live(now, ms float64) {
	so := *r
	so.T1 = now
	last, err := so.Window(math.Max(r.T0, now-ms), now)
	if err == nil {
		display.Update(fmt.Sprintf("network.Run from %g ms", r.T0), last)
	}
}
