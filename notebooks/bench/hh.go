//go:build ignore

// 10,000 Hodgkin-Huxley squid axons with the time step 0.01 ms and 8 to 12 uA/cm2,
// by exponential Euler.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/model"
)

const equations = `
	dv/dt = (I - gNa*m**3*h*(v - ENa) - gK*n**4*(v - EK) - gL*(v - EL))/C : mV
	dm/dt = am*(1 - m) - bm*m : 1
	dh/dt = ah*(1 - h) - bh*h : 1
	dn/dt = an*(1 - n) - bn*n : 1
	am = 1/exprel(-(v + 40*mV)/(10*mV))/ms : Hz
	bm = 4*exp(-(v + 65*mV)/(18*mV))/ms : Hz
	ah = 0.07*exp(-(v + 65*mV)/(20*mV))/ms : Hz
	bh = 1/(1 + exp(-(v + 35*mV)/(10*mV)))/ms : Hz
	an = 0.1/exprel(-(v + 55*mV)/(10*mV))/ms : Hz
	bn = 0.125*exp(-(v + 65*mV)/(80*mV))/ms : Hz
	I : uA/cm**2
`

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 0.03, "biological seconds")
	flag.Parse()

	const cells, dt, skip = 10_000, 0.01, 20.0 // ms
	begin := time.Now()
	m, err := model.Parse(equations, model.Options{
		Threshold: "v > 0*mV", Refractory: "v > 0*mV", Method: "exponential_euler",
		Params: map[string]string{"C": "1 uF/cm2", "gNa": "120 mS/cm2", "gK": "36 mS/cm2", "gL": "0.3 mS/cm2",
			"ENa": "50 mV", "EK": "-77 mV", "EL": "-54.387 mV"},
		Initial: map[string]string{"v": "-65 mV", "m": "0.0529", "h": "0.5961", "n": "0.3177",
			"I": "(8 + 4*i/(N - 1))*uA/cm**2"},
	})
	if err != nil {
		log.Fatal(err)
	}
	p, err := m.Population(cells, dt)
	if err != nil {
		log.Fatal(err)
	}
	p.Threads = *threads
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
		if t < skip {
			continue
		}
		for _, c := range p.Spikes() {
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
	report(result{"hh", *threads, built.Sub(begin).Seconds(), done.Sub(built).Seconds(), *seconds,
		done.Sub(built).Seconds() / *seconds, peak(), rate(counted, cells, *seconds*1000-skip), cv(n, sum, squares), spikes, cpu() - used}, *asJSON)
	if !*asJSON {
		fmt.Printf("%.1f ns for each cell and step\n", done.Sub(built).Seconds()*1e9/float64(cells*steps))
	}
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
