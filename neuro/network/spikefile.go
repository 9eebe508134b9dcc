package network

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"time"
)

// A spikeFile writes spikes to a file while a network runs. The file is a line of
// spikeMagic, a line of JSON (spikeHead), and then records of 16 bytes, little
// endian: the step as 64 bits, the number of the population and of the cell as 32
// each. A record of the population `done` says that the steps before its own are
// complete; what comes after the last such record is of a run that was ended.
type spikeFile struct {
	f       *os.File
	w       *bufio.Writer
	flushed time.Time
}

type spikeHead struct {
	Dt          float64 // ms
	First       uint64  // step of the beginning
	Populations []spikePopulation
}

type spikePopulation struct {
	Name   string
	N      int
	Source bool // of spikes, without cells
}

const (
	spikeMagic = "neurorepl spikes 1\n"
	done       = 1<<32 - 1
)

// flushEvery is how often what is complete is handed to the system.
var flushEvery = time.Second

// newSpikeFile begins a file, which must not be there yet: it may be the only record
// of a long run.
func newSpikeFile(path string, r *Result) (*spikeFile, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("network: Run: File: %w", err)
	}
	s := &spikeFile{f: f, w: bufio.NewWriterSize(f, 1<<20), flushed: time.Now()}
	h := spikeHead{Dt: r.Dt, First: r.first}
	for _, p := range r.pops {
		h.Populations = append(h.Populations, spikePopulation{p.name, p.n, p.source})
	}
	line, err := json.Marshal(h)
	if err == nil {
		s.w.WriteString(spikeMagic)
		s.w.Write(line)
		s.w.WriteByte('\n')
		err = s.w.Flush()
	}
	if err != nil {
		f.Close()
		os.Remove(path)
		return nil, fmt.Errorf("network: Run: File: %w", err)
	}
	return s, nil
}

func (s *spikeFile) record(step uint64, population, cell uint32) {
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:], step)
	binary.LittleEndian.PutUint32(b[8:], population)
	binary.LittleEndian.PutUint32(b[12:], cell)
	s.w.Write(b[:]) // an error stays until Flush
}

// complete says that the steps before one have been written, and hands them to the
// system each second.
func (s *spikeFile) complete(step uint64, now bool) error {
	if !now && time.Since(s.flushed) < flushEvery {
		return nil
	}
	s.record(step, done, 0)
	s.flushed = time.Now()
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("network: Run: File: %w", err)
	}
	return nil
}

func (s *spikeFile) close(step uint64) error {
	err := s.complete(step, true)
	if e := s.f.Close(); err == nil && e != nil {
		err = fmt.Errorf("network: Run: File: %w", e)
	}
	return err
}

// ReadSpikes returns the spikes that Run wrote to RecordOptions.File. Of a run that was
// killed it returns all until the last second before. The result is that of Run without
// File, apart from traces and weights.
func ReadSpikes(path string) (*Result, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("network: ReadSpikes: %w", err)
	}
	most := uint64(math.MaxInt64)
	if free, ok := available(); ok {
		most = uint64(free)
	}
	r, err := decodeSpikes(data, most)
	if err != nil {
		return nil, fmt.Errorf("network: ReadSpikes: %s %w", path, err)
	}
	return r, nil
}

// decodeSpikes reads a file of spikes, with so many bytes for its steps at most.
func decodeSpikes(data []byte, most uint64) (*Result, error) {
	rest, ok := bytes.CutPrefix(data, []byte(spikeMagic))
	if !ok {
		return nil, errors.New("is no file of spikes of Run")
	}
	line, rest, ok := bytes.Cut(rest, []byte("\n"))
	var h spikeHead
	if err := json.Unmarshal(line, &h); err != nil || !ok {
		return nil, fmt.Errorf("has a damaged beginning: %v", err)
	}
	if !(h.Dt > 0) || !finite(h.Dt) || len(h.Populations) == 0 {
		return nil, fmt.Errorf("has a damaged beginning: the time step is %g ms, with %d populations", h.Dt, len(h.Populations))
	}
	r := &Result{Dt: h.Dt, first: h.First, T0: float64(float64(h.First) * h.Dt)}
	for _, p := range h.Populations {
		if p.N < 1 || p.N > mostMembers {
			return nil, fmt.Errorf("has a damaged beginning: the population %q has %d members", p.Name, p.N)
		}
		r.pops = append(r.pops, recorded{name: p.Name, n: p.N, source: p.Source})
	}
	last := len(rest) / 16
	for last > 0 && binary.LittleEndian.Uint32(rest[16*last-8:]) != done {
		last--
	}
	if last == 0 {
		r.T1 = r.T0
		return r, nil
	}
	// Each step takes a number for each population.
	end := binary.LittleEndian.Uint64(rest[16*(last-1):])
	if end < h.First || (end-h.First) > most/8/uint64(len(r.pops)) {
		return nil, fmt.Errorf("is damaged, or of more steps than the memory holds: from step %d to step %d", h.First, end)
	}
	step := h.First
	// until ends the steps before one.
	until := func(k uint64) {
		for ; step < k; step++ {
			for p := range r.pops {
				r.pops[p].add(nil)
			}
		}
	}
	for b := rest[:16*last]; len(b) > 0; b = b[16:] {
		k, p, c := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
		if k < step || k > end || p != done && (int(p) >= len(r.pops) || int(c) >= r.pops[p].n) {
			return nil, fmt.Errorf("is damaged: a record is of step %d, population %d and cell %d after step %d", k, p, c, step)
		}
		until(k)
		if p != done {
			q := &r.pops[p]
			q.cells, q.count = append(q.cells, c), q.count+1
		}
	}
	until(end)
	r.T1 = float64(float64(end) * h.Dt)
	return r, nil
}
