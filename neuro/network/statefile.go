package network

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"time"

	"github.com/neurorepl/neurorepl/neuro"
)

// A stateFile writes samples of probes to a file while a network runs. The file is a line of
// stateMagic, a line of JSON (stateHead), and then records, little endian: the number of the
// probe and of its samples as 32 bits each, and the samples as 64-bit floats, cell by cell. A
// record of the probe `done` has no samples, and after it the number of the step before
// which all is complete, as 64 bits; what comes after the last of these is of a run that was
// ended.
type stateFile struct {
	f       *os.File
	w       *bufio.Writer
	dt      float64
	flushed time.Time
	probes  []*probe
	written []int // samples, by probe
}

type stateHead struct {
	Dt     float64 // ms
	First  uint64  // step of the beginning
	Probes []stateProbe
}

type stateProbe struct {
	Population, Variable, Unit string
	Cells                      []int `json:",omitempty"` // of a mean: nil for all
	Mean                       bool  `json:",omitempty"`
	Every                      int   // steps between samples
}

func (p *stateProbe) width() int {
	if p.Mean {
		return 1
	}
	return len(p.Cells)
}

const (
	stateMagic = "neurorepl states 1\n"
	// writeAtOnce is how many numbers of a probe are kept before they are written.
	writeAtOnce = 1 << 13
)

// newStateFile begins a file, which must not be there yet.
func newStateFile(path string, s *Simulation, probes []*probe) (*stateFile, error) {
	if len(probes) == 0 {
		return nil, fmt.Errorf("network: Run: StatesFile: States is empty; there is nothing to write to %s", path)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, fmt.Errorf("network: Run: StatesFile: %w", err)
	}
	x := &stateFile{f: f, w: bufio.NewWriterSize(f, 1<<20), dt: s.dt, flushed: time.Now(), probes: probes, written: make([]int, len(probes))}
	h := stateHead{Dt: s.dt, First: s.k}
	for _, p := range probes {
		h.Probes = append(h.Probes, stateProbe{p.Population, p.variable, p.unit, p.Cells, p.Mean, p.stride})
	}
	line, err := json.Marshal(h)
	if err == nil {
		x.w.WriteString(stateMagic)
		x.w.Write(line)
		x.w.WriteByte('\n')
		err = x.w.Flush()
	}
	if err != nil {
		f.Close()
		os.Remove(path)
		return nil, fmt.Errorf("network: Run: StatesFile: %w", err)
	}
	return x, nil
}

// take writes what has come together, and says each second, or now, that the steps before
// one are complete.
func (x *stateFile) take(step uint64, now bool) error {
	now = now || time.Since(x.flushed) >= flushEvery
	for i, p := range x.probes {
		n := len(p.y[0])
		if n == 0 || !now && n*len(p.y) < writeAtOnce {
			continue
		}
		if err := p.finite(x.dt, x.written[i]); err != nil {
			return err
		}
		x.numbers(uint32(i), uint32(n))
		for k := range n {
			for _, y := range p.y {
				var b [8]byte
				binary.LittleEndian.PutUint64(b[:], math.Float64bits(y[k]))
				x.w.Write(b[:]) // an error stays until Flush
			}
		}
		for c := range p.y {
			p.y[c] = p.y[c][:0]
		}
		x.written[i] += n
	}
	if !now {
		return nil
	}
	x.numbers(done, 0)
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], step)
	x.w.Write(b[:])
	x.flushed = time.Now()
	if err := x.w.Flush(); err != nil {
		return fmt.Errorf("network: Run: StatesFile: %w", err)
	}
	return nil
}

func (x *stateFile) numbers(a, b uint32) {
	var n [8]byte
	binary.LittleEndian.PutUint32(n[:], a)
	binary.LittleEndian.PutUint32(n[4:], b)
	x.w.Write(n[:])
}

func (x *stateFile) close(step uint64) error {
	err := x.take(step, true)
	if e := x.f.Close(); err == nil && e != nil {
		err = fmt.Errorf("network: Run: StatesFile: %w", e)
	}
	return err
}

// ReadStates returns the samples that Run wrote to RecordOptions.StatesFile, as Result.Traces
// of the run without it: by probe and variable, then by cell. Of a run that was killed it
// returns all until the last second before. Of a file that is larger than the memory,
// ReadStatesWindow returns a part.
func ReadStates(path string) ([][]neuro.Trace, error) {
	return readStates("ReadStates", path, math.Inf(-1), math.Inf(1))
}

// ReadStatesWindow is ReadStates for the samples from t0 to before t1, ms.
func ReadStatesWindow(path string, t0, t1 float64) ([][]neuro.Trace, error) {
	if !(t0 < t1) {
		return nil, fmt.Errorf("network: ReadStatesWindow: it is from %g to %g ms; it must begin before it ends", t0, t1)
	}
	return readStates("ReadStatesWindow", path, t0, t1)
}

func readStates(name, path string, t0, t1 float64) ([][]neuro.Trace, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("network: %s: %w", name, err)
	}
	defer f.Close()
	out, err := decodeStates(f, t0, t1)
	if err != nil {
		return nil, fmt.Errorf("network: %s: %s %w", name, path, err)
	}
	return out, nil
}

// decodeStates reads a file of states.
func decodeStates(f io.Reader, t0, t1 float64) ([][]neuro.Trace, error) {
	in := bufio.NewReaderSize(f, 1<<16)
	magic := make([]byte, len(stateMagic))
	if _, err := io.ReadFull(in, magic); err != nil || string(magic) != stateMagic {
		return nil, errors.New("is no file of states of Run")
	}
	line, err := in.ReadBytes('\n')
	var h stateHead
	if err == nil {
		err = json.Unmarshal(line, &h)
	}
	if err != nil {
		return nil, fmt.Errorf("has a damaged beginning: %w", err)
	}
	if !(h.Dt > 0) || !finite(h.Dt) || len(h.Probes) == 0 || len(h.Probes) >= done {
		return nil, fmt.Errorf("has a damaged beginning: the time step is %g ms, with %d probes", h.Dt, len(h.Probes))
	}
	out := make([][]neuro.Trace, len(h.Probes))
	for i := range h.Probes {
		p := &h.Probes[i]
		if p.Every < 1 || p.width() == 0 {
			return nil, fmt.Errorf("has a damaged beginning: probe %d is of %d cells each %d steps", i, p.width(), p.Every)
		}
		t := neuro.Trace{Name: p.Variable, Unit: p.Unit, T0: float64(float64(h.First) * h.Dt), Dt: float64(float64(p.Every) * h.Dt)}
		for range p.width() {
			out[i] = append(out[i], t)
		}
	}
	begun := make([]bool, len(out))   // whether a sample of the window has come
	seen := make([]int, len(out))     // samples
	complete := make([]int, len(out)) // samples of the window before the last mark
	row := []byte(nil)
	for {
		var n [8]byte
		if _, err := io.ReadFull(in, n[:]); err != nil {
			break
		}
		i, count := binary.LittleEndian.Uint32(n[:]), binary.LittleEndian.Uint32(n[4:])
		if i == done {
			if _, err := io.ReadFull(in, n[:]); err != nil || count != 0 {
				break
			}
			for i := range out {
				complete[i] = len(out[i][0].Y)
			}
			continue
		}
		if int64(i) >= int64(len(out)) {
			return nil, fmt.Errorf("is damaged: a record is of probe %d; there are %d", i, len(out))
		}
		list := out[i]
		if size := 8 * len(list); cap(row) < size {
			row = make([]byte, size)
		}
		row = row[:8*len(list)]
		cut := false
		for range count {
			if _, err := io.ReadFull(in, row); err != nil {
				cut = true
				break
			}
			t := float64(float64(h.First+uint64(seen[i])*uint64(h.Probes[i].Every)) * h.Dt)
			seen[i]++
			if near := float64(1e-6 * h.Dt); t < t0-near || t >= t1-near {
				continue
			}
			for c := range list {
				if !begun[i] {
					list[c].T0 = t
				}
				list[c].Y = append(list[c].Y, math.Float64frombits(binary.LittleEndian.Uint64(row[8*c:])))
			}
			begun[i] = true
		}
		if cut {
			break
		}
	}
	for i := range out {
		for c := range out[i] {
			out[i][c].Y = out[i][c].Y[:complete[i]]
		}
	}
	return out, nil
}
