package network

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// A Cost is what a network took to simulate, beside the statistics of its spikes.
type Cost struct {
	Bench   string   `json:"bench"`
	Threads int      `json:"threads"`
	Build   float64  `json:"build_s"`
	Sim     float64  `json:"sim_s"`
	Bio     float64  `json:"bio_s"`
	RTF     float64  `json:"rtf"`       // seconds for a second of the cells' time
	PeakMB  float64  `json:"peak_mb"`   // largest resident memory of the process, where Linux tells it
	CPU     float64  `json:"sim_cpu_s"` // processor seconds of Sim, where Linux tells them
	Rate    *float64 `json:"rate_hz"`   // of the cells; nil where the run is shorter than what is skipped
	CV      *float64 `json:"cv"`        // of the intervals
	Spikes  int      `json:"spikes"`

	Synapses        int64     `json:"synapses"`
	BytesPerSynapse float64   `json:"bytes_per_synapse"`
	Events          int64     `json:"events"` // spikes that synapses carried
	Rates           []float64 `json:"rates_hz"`
	Hash            string    `json:"hash"` // of the spikes
}

// Measure builds a network, runs it for some seconds of the cells' time and returns
// what that took. Rates and intervals are those after the first skip ms.
func Measure(name string, n Network, seconds, skip float64) (*Cost, error) {
	begin := time.Now()
	s, err := n.Build()
	if err != nil {
		return nil, err
	}
	built, used := time.Now(), provenance.Processor()
	r, err := s.Run(seconds*1000, RecordOptions{})
	if err != nil {
		return nil, err
	}
	done := time.Now()
	c := &Cost{Bench: name, Threads: n.threads(), Build: built.Sub(begin).Seconds(), Sim: done.Sub(built).Seconds(), Bio: seconds,
		CPU: provenance.Processor() - used, Synapses: s.synapses, Events: s.events(r), Hash: fmt.Sprintf("%016x", r.Hash())}
	c.RTF = c.Sim / c.Bio
	if c.Synapses > 0 {
		c.BytesPerSynapse = float64(s.bytes) / float64(c.Synapses)
	}
	if c.Spikes, err = r.Spikes(""); err != nil {
		return nil, err
	}
	if seconds*1000 > skip {
		x, err := r.Rate("", skip)
		if err != nil {
			return nil, err
		}
		c.Rate = &x
		for i := range n.Populations {
			if n.Populations[i].Cell != nil {
				x, _ := r.Rate(n.Populations[i].Name, skip)
				c.Rates = append(c.Rates, x)
			}
		}
		if cv, err := r.CV("", skip); err == nil && !math.IsNaN(cv) {
			c.CV = &cv
		}
	}
	c.PeakMB = provenance.PeakMemory()
	return c, nil
}

// String returns the cost in words.
func (c *Cost) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: built in %.3g s, %.3g s for %g s of the cells' time (%.2f times real time) on %d threads, %.0f MB\n",
		c.Bench, c.Build, c.Sim, c.Bio, c.RTF, c.Threads, c.PeakMB)
	fmt.Fprintf(&b, "%d synapses of %.2f bytes, %d spikes, %d synaptic events", c.Synapses, c.BytesPerSynapse, c.Spikes, c.Events)
	if c.Rate != nil {
		fmt.Fprintf(&b, ", %.3f Hz", *c.Rate)
	}
	if c.CV != nil {
		fmt.Fprintf(&b, ", CV %.3f", *c.CV)
	}
	return b.String()
}

// JSON returns the cost as one line.
func (c *Cost) JSON() string {
	line, err := json.Marshal(c)
	if err != nil {
		return err.Error() // a number that is not finite
	}
	return string(line)
}

// events returns how many spikes synapses carried, those still under way among
// them.
func (s *Simulation) events(r *Result) int64 {
	n := int64(0)
	for p := range r.pops {
		out := make([]int64, r.pops[p].n)
		for _, sh := range s.shards {
			for _, t := range sh.tables {
				if t.from != p {
					continue
				}
				for i := range out {
					out[i] += int64(t.rowSize(i))
				}
			}
		}
		for _, c := range r.pops[p].cells {
			n += out[c]
		}
	}
	return n
}
