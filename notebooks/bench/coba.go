//go:build ignore

// 4,000 integrate-and-fire cells with conductances (Brette et al. 2007, J Comput Neurosci
// 23:349, benchmark 1), by forward Euler as in the peer's script.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/model"
)

const equations = `
	dv/dt = (gL*(El - v) + ge*(Ee - v) + gi*(Ei - v))/C : mV (unless refractory)
	dge/dt = -ge/(5*ms) : nS
	dgi/dt = -gi/(10*ms) : nS
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 1, "biological seconds")
	flag.Parse()

	const cells, excitatory, dt, skip = 4000, 3200, 0.1, 100.0 // ms
	begin := time.Now()
	m, err := model.Parse(equations, model.Options{
		Threshold: "v > -50*mV", Reset: "v = -60*mV", Refractory: "5*ms", Method: "euler",
		Params: map[string]string{"C": "200 pF", "gL": "10 nS", "El": "-60 mV", "Ee": "0 mV", "Ei": "-80 mV"},
		Initial: map[string]string{"v": "-65*mV + 5*mV*randn()",
			"ge": "clip(4 + 1.5*randn(), 0, inf)*10*nS", "gi": "clip(20 + 12*randn(), 0, inf)*10*nS"},
	})
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Population(cells, dt)
	if err != nil {
		log.Fatal(err)
	}
	p.Threads = *threads
	ge, err := p.State("ge")
	if err != nil {
		log.Fatal(err)
	}
	gi, err := p.State("gi")
	if err != nil {
		log.Fatal(err)
	}
	targets := connect(cells, 0.02)
	built, used := time.Now(), cpu()

	last := make([]float64, cells)
	n := make([]float64, cells)
	sum, squares := make([]float64, cells), make([]float64, cells)
	spikes, counted := 0, 0
	steps := int(math.Round(*seconds * 1000 / dt))
	for range steps {
		t := p.Time()
		p.Step()
		spikes += len(p.Spikes())
		for _, c := range p.Spikes() {
			if c < excitatory {
				deliver(ge, targets[c], 6)
			} else {
				deliver(gi, targets[c], 67)
			}
			if t < skip {
				continue
			}
			counted++
			if n[c] > 0 {
				sum[c] += t - last[c]
				squares[c] += (t - last[c]) * (t - last[c])
			}
			n[c]++
			last[c] = t
		}
	}
	done := time.Now()
	report(result{"coba", *threads, built.Sub(begin).Seconds(), done.Sub(built).Seconds(), *seconds,
		done.Sub(built).Seconds() / *seconds, peak(), rate(counted, cells, *seconds*1000-skip), cv(n, sum, squares), spikes, cpu() - used}, *asJSON)
	if !*asJSON {
		fmt.Printf("%.1f ns for each cell and step\n", done.Sub(built).Seconds()*1e9/float64(cells*steps))
	}
}

// deliver adds a weight to the targets of a cell that fired.
func deliver(g []float64, targets []int32, weight float64) {
	for _, j := range targets {
		g[j] += weight
	}
}

// connect gives each cell its targets: every pair with the probability p, by the
// gaps between them. (With some draws the activity of the network with
// conductances dies out within 100 ms; with this one it goes
// on.)
func connect(cells int, p float64) [][]int32 {
	r := rand.New(rand.NewPCG(3, 0))
	targets := make([][]int32, cells)
	for i := range targets {
		for j := gap(r, p); j < cells; j += 1 + gap(r, p) {
			targets[i] = append(targets[i], int32(j))
		}
	}
	return targets
}

func gap(r *rand.Rand, p float64) int {
	return int(math.Log(1-r.Float64()) / math.Log(1-p))
}

// A result is what the benchmarks of simulations report.
type result struct {
	Bench   string   `json:"bench"`
	Threads int      `json:"threads"`
	Build   float64  `json:"build_s"`
	Sim     float64  `json:"sim_s"`
	Bio     float64  `json:"bio_s"`
	RTF     float64  `json:"rtf"`
	PeakMB  float64  `json:"peak_mb"`
	Rate    *float64 `json:"rate_hz"`
	CV      *float64 `json:"cv"`
	Spikes  int      `json:"spikes"`
	CPU     float64  `json:"sim_cpu_s"`
}

func report(r result, asJSON bool) {
	if asJSON {
		line, err := json.Marshal(r)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(string(line))
		return
	}
	fmt.Printf("%s: built in %.1f ms, %.3f s for %g s of the cells' time (%.2f times real time), %.0f MB, %d spikes\n",
		r.Bench, r.Build*1e3, r.Sim, r.Bio, r.RTF, r.PeakMB, r.Spikes)
	if r.Rate != nil {
		fmt.Printf("%.2f Hz\n", *r.Rate)
	}
}

// rate is nil where nothing was counted for any time.
func rate(spikes, cells int, ms float64) *float64 {
	if ms <= 0 {
		return nil
	}
	r := float64(spikes) / float64(cells) / ms * 1000
	return &r
}

// cv is the mean coefficient of variation of the intervals, over cells with three
// intervals or more; n counts spikes.
func cv(n, sum, squares []float64) *float64 {
	total, cells := 0.0, 0.0
	for i := range n {
		if k := n[i] - 1; k >= 3 {
			mean := sum[i] / k
			total += math.Sqrt(max(squares[i]/k-mean*mean, 0)) / mean
			cells++
		}
	}
	if cells == 0 {
		return nil
	}
	total /= cells
	return &total
}

// cpu is the processor time of the process so far, s, where Linux tells it.
func cpu() float64 {
	data, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(data), ") ")
	f := strings.Fields(after)
	if len(f) < 13 {
		return 0
	}
	user, system := 0.0, 0.0
	fmt.Sscan(f[11], &user)
	fmt.Sscan(f[12], &system)
	return (user + system) / 100
}

// peak is the largest resident memory of the process so far, MB, where Linux
// tells it.
func peak() float64 {
	data, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, ok := strings.Cut(string(data), "VmHWM:")
	if !ok {
		return 0
	}
	kb := 0.0
	fmt.Sscan(after, &kb)
	return kb / 1024
}
