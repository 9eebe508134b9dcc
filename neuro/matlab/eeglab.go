package matlab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/internal/samples"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// ReadEEGLAB reads a data set of EEGLAB: the file .set, with its samples in it or beside
// it in .fdt. Samples, in uV, stay in their file. Channels have the names, kinds and places
// of chanlocs (turned so that x is to the right and y to the front); events are
// annotations, whose type is the Text, at (latency - 1) / srate s. Epochs lie one behind
// the other, and a note tells how many there are; at a boundary, where EEGLAB cut
// something out, times go on as in EEGLAB, and a note tells it too.
//
// Errors: a file that is not a data set, .fdt that is not there or too short, and those of
// Read.
//
// Source: EEGLAB's documentation of its data structures. Checked against MNE 1.13.2.
func ReadEEGLAB(path string) (*eeg.Recording, error) {
	fail := func(err error) (*eeg.Recording, error) {
		return nil, fmt.Errorf("matlab: ReadEEGLAB: %s: %w", path, bare{err})
	}
	f, err := Read(path)
	if err != nil {
		return fail(err)
	}
	s := set{f: f}
	switch {
	case f.Has("EEG"):
		s.prefix = "EEG."
	case !f.Has("srate") || !f.Has("data"):
		return fail(fmt.Errorf("is not a data set of EEGLAB: it has neither a variable EEG nor srate and data, but %s; Read and Recording read other matrices", strings.Join(f.Names(), ", ")))
	}
	rec, err := s.recording()
	if err != nil {
		return fail(err)
	}
	return rec, nil
}

// A set is a data set of EEGLAB.
type set struct {
	f        *File
	prefix   string
	fs       float64
	channels int
	points   int
	trials   int
	rec      eeg.Recording
}

// number returns a number; what is not there or empty is the other one.
func (s *set) number(name string, other float64) float64 {
	if v, err := s.f.Number(s.prefix + name); err == nil {
		return v
	}
	return other
}

func (s *set) text(name string) string {
	t, err := s.f.Text(s.prefix + name)
	if err != nil {
		return ""
	}
	return t
}

func (s *set) recording() (*eeg.Recording, error) {
	var err error
	if s.fs, err = s.f.Number(s.prefix + "srate"); err != nil {
		return nil, err
	}
	if !(s.fs > 0) || s.fs > 1e9 {
		return nil, fmt.Errorf("srate is %g Hz; above 0 is needed", s.fs)
	}
	s.rec = eeg.Recording{Path: s.f.Path, Format: "EEGLAB", Subject: s.text("subject"), Session: s.text("setname")}
	source, err := s.samples()
	if err != nil {
		return nil, err
	}
	reference := s.text("ref")
	for c := range s.channels {
		s.rec.Channels = append(s.rec.Channels, eeg.Channel{Name: strconv.Itoa(c + 1), Kind: "EEG", Unit: "uV", FS: s.fs, Reference: reference})
	}
	s.places()
	total := s.points * s.trials
	s.rec.Segments = []eeg.Segment{{Dur: float64(total) / s.fs}}
	if s.trials > 1 {
		s.rec.Problems.Add("note", "trials", "%d epochs of %d samples (%g s) lie one behind the other; the first samples of epochs are at multiples of that", s.trials, s.points, float64(s.points)/s.fs)
	}
	s.events()
	return eeg.From(s.rec, source)
}

// samples finds the samples and how many there are.
func (s *set) samples() (*samples.Layout, error) {
	s.channels, s.points, s.trials = count(s.number("nbchan", 0)), count(s.number("pnts", 0)), max(1, count(s.number("trials", 1)))
	class := ""
	if s.prefix == "" {
		v, err := s.f.variable("data")
		if err != nil {
			return nil, err
		}
		class = v.Class
	}
	if class != "char" {
		v, at, err := s.f.locatedOne("ReadEEGLAB", s.prefix+"data")
		if err == nil {
			shape := at.shape
			if len(shape) > 3 || at.complex || product(shape) == 0 {
				return nil, fmt.Errorf("data is %s, complex: %t; channels x samples (x epochs) of real numbers are needed", by(shape), at.complex)
			}
			trials := 1
			if len(shape) == 3 {
				trials = shape[2]
			}
			if s.channels != 0 && s.channels != shape[0] || s.points != 0 && s.points != shape[1] {
				s.rec.Problems.Add("warning", "nbchan, pnts", "are %d and %d; data is %s, which is read", s.channels, s.points, by(shape))
			}
			s.channels, s.points, s.trials = shape[0], shape[1], trials
			return s.f.bytesOf(v).layout(at, s.channels, int64(s.points)*int64(trials), true), nil
		}
		if class != "" {
			return nil, err
		}
	}
	name, err := s.f.Text(s.prefix + "data")
	if err != nil {
		return nil, fmt.Errorf("data is neither a matrix of numbers nor the name of a file: %w", bare{err})
	}
	return s.beside(name)
}

// beside finds the samples in a file beside the set.
func (s *set) beside(name string) (*samples.Layout, error) {
	if s.channels < 1 || s.points < 1 || s.channels > 1<<20 || s.points > 1<<40/s.trials || s.trials > 1<<30 {
		return nil, fmt.Errorf("nbchan, pnts and trials are %d, %d and %d; they must tell what is in %q", s.channels, s.points, s.trials, name)
	}
	dir, base := filepath.Dir(s.f.Path), strings.TrimSuffix(filepath.Base(s.f.Path), filepath.Ext(s.f.Path))
	path := filepath.Join(dir, filepath.Base(strings.ReplaceAll(name, `\`, "/")))
	if _, err := os.Stat(path); err != nil {
		other := filepath.Join(dir, base+".fdt")
		if _, err := os.Stat(other); err != nil {
			return nil, fmt.Errorf("its samples are in %q, which is not beside it", name)
		}
		s.rec.Problems.Add("warning", "data", "is %q, which is not there; %s.fdt is taken", name, base)
		path = other
	}
	kept, r, err := files.Keep(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	r.Close()
	provenance.File(path)
	total := int64(s.points) * int64(s.trials)
	if need := total * 4 * int64(s.channels); need != kept.Size {
		if s.trials == 1 && need > kept.Size && kept.Size >= 4*int64(s.channels) {
			total = kept.Size / 4 / int64(s.channels)
			s.rec.Problems.Add("warning", "pnts", "is %d; %s is cut off and has %d, which are read", s.points, filepath.Base(path), total)
			s.points = int(total)
		} else if need > kept.Size {
			return nil, fmt.Errorf("%s has %d bytes; %d channels of %d samples in %d epochs are %d", filepath.Base(path), kept.Size, s.channels, s.points, s.trials, need)
		} else {
			s.rec.Problems.Add("warning", "pnts", "%d bytes follow the last sample in %s; they are left out", kept.Size-need, filepath.Base(path))
		}
	}
	l := samples.Interleaved(0, samples.Float32, binary.LittleEndian, s.channels)
	if strings.EqualFold(filepath.Ext(path), ".dat") { // an older layout
		l = samples.Planar(0, samples.Float32, binary.LittleEndian, s.channels, total)
	}
	l.Open = kept.Open
	return l, nil
}

// count turns a number of a file into one of things; 0 where it is none.
func count(x float64) int {
	if !(x >= 1) || x > 1<<40 || x != math.Floor(x) {
		return 0
	}
	return int(x)
}

// places reads names, kinds and places of the channels.
func (s *set) places() {
	v, err := s.f.Get(s.prefix + "chanlocs")
	if err != nil || v.Class != "struct" || product(v.Shape) != s.channels {
		if n := 0; err == nil && s.channels > 0 {
			if v.Class == "struct" {
				n = product(v.Shape)
			}
			s.rec.Problems.Add("warning", "chanlocs", "has %d channels, and data %d; they are called by their numbers", n, s.channels)
		} else if !errors.Is(err, os.ErrNotExist) {
			s.rec.Problems.Add("warning", "chanlocs", "is missing; channels are called by their numbers")
		}
		return
	}
	for c := range s.channels {
		ch, e := &s.rec.Channels[c], v.element(c)
		if name := e.word("labels"); name != "" {
			ch.Name = name
		}
		ch.Kind = eeg.KindOf(ch.Name, "uV")
		if t := strings.ToUpper(e.word("type")); t != "" && t != "EEG" {
			if k := eeg.KindOf(t, ""); k != "other" || t == "OTHER" || t == "MISC" {
				ch.Kind = k
			}
		}
		if r := e.word("ref"); r != "" {
			ch.Reference = r
		}
		x, ok1 := e.one("X")
		y, ok2 := e.one("Y")
		z, ok3 := e.one("Z")
		if ok1 && ok2 && ok3 {
			ch.Position = []float64{-y, x, z} // EEGLAB's x is to the nose and its y to the left
			for i, p := range ch.Position {
				ch.Position[i] = p + 0 // no negative zero
			}
		}
	}
}

// word returns a field of a struct as text: a number as it is written; "" where it is
// neither.
func (v *Value) word(field string) string {
	x, err := v.walk([]step{{field: field}})
	if err != nil {
		return ""
	}
	if n, err := x.Number(); err == nil {
		return strconv.FormatFloat(n, 'g', -1, 64)
	}
	t, err := x.Text()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(t)
}

func (v *Value) one(field string) (float64, bool) {
	x, err := v.walk([]step{{field: field}})
	if err != nil {
		return 0, false
	}
	n, err := x.Number()
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

// events reads the annotations.
func (s *set) events() {
	v, err := s.f.Get(s.prefix + "event")
	if err != nil || v.Class != "struct" {
		return
	}
	total := float64(s.points * s.trials)
	cuts := 0
	for k := range product(v.Shape) {
		e := v.element(k)
		at, ok := e.one("latency")
		if !ok || math.Abs(at) > 1e15 {
			s.rec.Problems.Add("warning", "event", "%d has no latency; it is left out", k+1)
			continue
		}
		if at < 0.5 || at > total+0.5 {
			s.rec.Problems.Add("warning", "event", "%d is at sample %g; there are 1 to %g", k+1, at, total)
		}
		a := eeg.Annotation{Onset: (at - 1) / s.fs, Text: e.word("type"), Kind: e.word("code")}
		if d, ok := e.one("duration"); ok && d > 0 && d < 1e15 {
			a.Dur = d / s.fs
		}
		if a.Text == "boundary" {
			cuts++
			a.Dur = 0 // what was cut out, which is not there any more
		}
		s.rec.Annotations = append(s.rec.Annotations, a)
	}
	if cuts > 0 {
		s.rec.Problems.Add("note", "event", "something was cut out at %d places (boundary); times count without it", cuts)
	}
	sort.SliceStable(s.rec.Annotations, func(i, j int) bool { return s.rec.Annotations[i].Onset < s.rec.Annotations[j].Onset })
}
