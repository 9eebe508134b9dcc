//go:build ignore

// Spikes found on 384 channels at 30 kHz: band-pass without lag, median of the channels
// taken off, threshold by the noise. A file of 16-bit numbers is made up in a temporary
// folder (-keep leaves it for detect.py, which does the same with SciPy).
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"time"

	"github.com/neurorepl/neurorepl/neuro/flat"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/spikes"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// invent writes a probe in two columns, 20 um apart: noise, a part that all channels share,
// and units that fire 5 times a second on about ten channels each.
func invent(path string, channels, n int, fs float64) {
	f := must(os.Create(path))
	w := bufio.NewWriterSize(f, 1<<20)
	r := rand.New(rand.NewPCG(1, 2))
	table := make([]int16, 1<<16) // of normal numbers with a standard deviation of 12
	for i := range table {
		table[i] = int16(math.Round(12 * r.NormFloat64()))
	}
	const long = 60
	var shape [long]float64
	for i := range shape {
		t := float64(i) - 20
		shape[i] = -math.Exp(-t*t/18) + 0.35*math.Exp(-(t-14)*(t-14)/128)
	}
	type spike struct{ at, channel int }
	var next []spike // of each unit
	for u := range channels / 4 {
		next = append(next, spike{r.IntN(int(fs / 5)), 4 * u})
	}
	pending := make([][]float64, long)
	for i := range pending {
		pending[i] = make([]float64, channels)
	}
	row := make([]int16, channels)
	for i := range n {
		for u := range next {
			if s := &next[u]; s.at == i {
				for c := max(0, s.channel-6); c < min(channels, s.channel+7); c++ {
					d := float64(c - s.channel)
					for k, v := range shape {
						pending[(i+k)%long][c] += 200 * v * math.Exp(-d*d/8)
					}
				}
				s.at = i + 1 + int(fs*(0.003+r.ExpFloat64()/5))
			}
		}
		now := pending[i%long]
		u := r.Uint64()
		common := float64(table[u&0xffff]) * 0.7
		for c := range row {
			if c%4 == 0 {
				u = r.Uint64()
			}
			row[c] = table[u&0xffff] + int16(common+now[c])
			u >>= 16
			now[c] = 0
		}
		must(0, binary.Write(w, binary.LittleEndian, row))
	}
	must(0, w.Flush())
	must(0, f.Close())
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	seconds := flag.Float64("seconds", 20, "length of the recording")
	channels := flag.Int("channels", 384, "channels")
	keep := flag.String("keep", "", "folder that the file is made in and left, and spikes are written to")
	profile := flag.String("profile", "", "file for a profile of the processor")
	piece := flag.Int("piece", 0, "samples that are read at once; 0 is the usual")
	method := flag.String("method", "mad", "mad or neo")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	const fs = 30000.0
	folder := *keep
	if folder == "" {
		folder = must(os.MkdirTemp("", "detect"))
		defer os.RemoveAll(folder)
	}
	path := filepath.Join(folder, "detect.dat")
	if _, err := os.Stat(path); err != nil {
		invent(path, *channels, int(*seconds*fs), fs)
	}
	rec := must(flat.ReadBinary(path, flat.BinaryOptions{Channels: *channels, FS: fs, Unit: "uV"}))
	o := spikes.NewArray()
	o.Method, o.Threshold, o.Piece = *method, 0, *piece
	for c := range *channels {
		o.Positions = append(o.Positions, []float64{float64(c%2) * 32, float64(c/2) * 20})
	}
	if *profile != "" {
		must(0, pprof.StartCPUProfile(must(os.Create(*profile))))
	}
	from, began := provenance.Processor(), time.Now()
	d := must(spikes.DetectRecording(rec, o))
	wall, cpu := time.Since(began).Seconds(), provenance.Processor()-from
	pprof.StopCPUProfile()
	if *keep != "" {
		f := must(os.Create(filepath.Join(folder, "spikes.csv")))
		for i, t := range d.Times {
			fmt.Fprintf(f, "%d,%d\n", int(math.Round(t*fs/1000)), d.Channel[i])
		}
		must(0, f.Close())
	}
	peak := provenance.PeakMemory()
	if *asJSON {
		fmt.Printf("{\"bench\":\"detect\",\"method\":%q,\"threads\":%d,\"size\":%d,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"real_time\":%.2f,\"spikes\":%d,\"excluded\":%d,\"peak_mb\":%.1f}\n",
			*method, *threads, int(*seconds*fs)**channels, wall, cpu, *seconds/cpu, len(d.Times), d.Excluded, peak)
		return
	}
	fmt.Printf("%d spikes (%d near larger ones left out) on %d channels in %g s: %.2f s of processor time, %.1f times real time, %.0f MB\n", len(d.Times), d.Excluded, *channels, *seconds, cpu, *seconds/cpu, peak)
}
