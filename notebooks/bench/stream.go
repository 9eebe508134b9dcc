//go:build ignore

// A recording that is larger than memory is filtered and reduced to the spectra of its
// channels, in pieces. Without -file one is made up first, BDF of 24 bits or EDF of 16,
// of -mb MB, with a rhythm of 10 Hz in noise, and deleted afterwards; -keep keeps it. The
// time is that of filters and spectra alone, the memory the most of the whole process.
package main

import (
	"flag"
	"fmt"
	"hash/fnv"
	"log"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/neurorepl/neurorepl/neuro/brainvision"
	"github.com/neurorepl/neurorepl/neuro/edf"
	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/signal"
)

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// made makes samples up when they are asked for: a sum of steps of noise with a leak, and
// a rhythm, with the same values however they are read.
type made struct{ rhythm []float64 } // of a second

func (m made) Fill(dst [][]float64, from, channels []int) error {
	for k, c := range channels {
		for i := range dst[k] {
			n := from[k] + i
			h := uint64(n)*0x9e3779b97f4a7c15 + uint64(c)*0xbf58476d1ce4e5b9
			h ^= h >> 31
			h *= 0x94d049bb133111eb
			noise := float64(int32(h>>32)) / (1 << 31)
			slow := float64(n%100000)/100000 - 0.5
			dst[k][i] = 40*noise + 30*slow + m.rhythm[(n+7*c)%len(m.rhythm)]
		}
	}
	return nil
}

func main() {
	asJSON := flag.Bool("json", false, "print one line of JSON")
	threads := flag.Int("threads", 1, "threads")
	file := flag.String("file", "", "recording: .bdf, .edf or .vhdr; without one it is made up")
	mb := flag.Float64("mb", 50, "size of the file that is made up, MB")
	channels := flag.Int("channels", 64, "its channels")
	rate := flag.Float64("rate", 1000, "its rate, Hz")
	format := flag.String("format", "BDF", "its format: BDF or EDF")
	folder := flag.String("folder", os.TempDir(), "where it is made")
	keep := flag.Bool("keep", false, "keep it")
	step := flag.String("step", "filtfilt", "filtfilt, filter, fir, resample or none, before spectra")
	limit := flag.Int64("limit", 0, "memory that Go should stay below, MB; 0 for no limit")
	flag.Parse()
	runtime.GOMAXPROCS(*threads)
	if *limit > 0 {
		debug.SetMemoryLimit(*limit << 20)
	}
	path := *file
	if path == "" {
		path = filepath.Join(*folder, fmt.Sprintf("stream-%d.%s", os.Getpid(), strings.ToLower(*format)))
		width := 3.0
		if *format == "EDF" {
			width = 2
		}
		seconds := math.Max(1, math.Round(*mb*1e6/(width*float64(*channels)**rate)))
		chs := make([]eeg.Channel, *channels)
		for c := range chs {
			chs[c] = eeg.Channel{Name: fmt.Sprintf("E%d", c+1), Kind: "EEG", Unit: "uV", FS: *rate}
		}
		rhythm := make([]float64, int(*rate))
		for i := range rhythm {
			rhythm[i] = 20 * math.Sin(2*math.Pi*10*float64(i) / *rate)
		}
		rec := must(eeg.From(eeg.Recording{Channels: chs, Segments: []eeg.Segment{{Dur: seconds}}}, made{rhythm}))
		if err := edf.Write(path, rec, edf.WriteOptions{Format: *format}); err != nil {
			log.Fatal(err)
		}
		if !*keep {
			defer os.Remove(path)
		}
	}
	var rec *eeg.Recording
	if strings.EqualFold(filepath.Ext(path), ".vhdr") {
		rec = must(brainvision.Read(path))
	} else {
		rec = must(edf.Read(path))
	}
	fs := rec.Channels[0].FS
	from, began := provenance.Processor(), time.Now()
	switch *step {
	case "none":
	case "filtfilt":
		rec = must(rec.FiltFilt(must(signal.Butter(4, "band", fs, 1, 40))))
	case "filter":
		rec = must(rec.Filter(must(signal.Butter(4, "band", fs, 1, 40))))
	case "fir":
		rec = must(rec.ZeroPhase(must(signal.NewFIR(3301, "band", "", fs, 1, 40))))
	case "resample":
		rec = must(rec.Resample(fs / 4))
	default:
		log.Fatalf("step %q; filtfilt, filter, fir, resample and none are known", *step)
	}
	spectra := must(rec.Welch(signal.WelchOptions{SegmentLen: 2048, Overlap: -1}))
	wall, cpu, peak := time.Since(began).Seconds(), provenance.Processor()-from, provenance.PeakMemory()
	hash, size := fnv.New64a(), 0
	for k, s := range spectra.Spectra {
		size += rec.Samples(k)
		for _, v := range s.P {
			b := math.Float64bits(v)
			hash.Write([]byte{byte(b), byte(b >> 8), byte(b >> 16), byte(b >> 24), byte(b >> 32), byte(b >> 40), byte(b >> 48), byte(b >> 56)})
		}
	}
	bytes := must(os.Stat(path)).Size()
	if *asJSON {
		fmt.Printf("{\"bench\":\"stream\",\"step\":%q,\"threads\":%d,\"size\":%d,\"file_mb\":%.0f,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"peak_mb\":%.1f,\"hash\":\"%x\"}\n", *step, *threads, size, float64(bytes)/1e6, wall, cpu, peak, hash.Sum64())
		return
	}
	fmt.Printf("%s\n%d samples, %.3f s of processor time, %.0f MB, hash of spectra %x\n", rec, size, cpu, peak, hash.Sum64())
}
