package fif

import (
	"errors"
	"fmt"
	"sort"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
)

// A source reads samples of buffers, in one file or in several.
type source struct {
	factors []float64 // of the channels
	parts   []part
}

// A part is the buffers of one file.
type part struct {
	open    opener
	first   int // number of its first sample, gaps left out
	n       int // of its samples
	buffers []buffer
}

// A buffer is samples that lie together, sample by sample.
type buffer struct {
	pos   int64
	first int // number of its first sample in the part
	n     int
	form  int32
}

// mostSamples is how far a recording may reach.
const mostSamples = 1 << 50

// raw reads where the samples are and what was noted beside them.
func (f *file) raw() (*eeg.Recording, *source, error) {
	in, err := f.info()
	if err != nil {
		return nil, nil, err
	}
	var n *node
	for _, kind := range []int32{blockRaw, blockContinuous, blockShielded} {
		if found := f.root.find(kind); n == nil && len(found) > 0 {
			n = found[0]
			if kind == blockShielded {
				f.p.Add("warning", "samples", "were recorded with active shielding (MaxShield), whose signals are still in them: they are to be cleaned before they tell of the brain")
			}
			if len(found) > 1 {
				f.p.Add("warning", "samples", "are in %d blocks; the first one is read", len(found))
			}
		}
	}
	if n == nil {
		return nil, nil, errors.New("has no recording" + f.holds())
	}
	rec := &eeg.Recording{Format: "FIF", Channels: in.Channels, Subject: in.Subject, Session: in.Description}
	p := part{open: f.open}
	if err := f.buffers(n, in, rec, &p); err != nil {
		return nil, nil, err
	}
	if len(p.buffers) == 0 {
		return nil, nil, errors.New("has a recording without samples")
	}
	if !in.Date.IsZero() {
		rec.Start = in.Date.Add(seconds(float64(rec.FirstSample) / in.FS))
	}
	s := &source{factors: make([]float64, len(in.channels)), parts: []part{p}}
	whole := true
	for _, b := range p.buffers {
		whole = whole && (b.form == typeShort || b.form == typePack16 || b.form == typeInt)
	}
	for c := range in.channels {
		s.factors[c] = in.channels[c].factor()
		if whole {
			rec.Channels[c].Step = max(s.factors[c], -s.factors[c])
		}
	}
	marks, origin, err := f.annotations()
	if err != nil {
		f.p.Add("warning", "annotations", "%v; they are left out", err)
	}
	rec.Annotations = onClock(marks, origin, in.Date, rec.FirstSample, in.FS, rec.Gaps())
	rec.Problems = f.p
	return rec, s, nil
}

// buffers goes through the tags of a recording.
func (f *file) buffers(n *node, in *Info, rec *eeg.Recording, p *part) error {
	channels := int64(len(in.channels))
	var at, bytes int64 // the number of the next sample, counted from the first; bytes of all buffers
	var skipBuffers, skipSamples, begin int64
	end := func() { // of a stretch
		if at > begin {
			rec.Segments = append(rec.Segments, eeg.Segment{Start: float64(begin) / in.FS, Dur: float64(at-begin) / in.FS})
		}
	}
	for k, t := range n.tags {
		switch t.kind {
		case tagFirstSample:
			v, err := f.int(t)
			if err != nil {
				return err
			}
			if k == 0 {
				rec.FirstSample = v
			}
		case tagDataSkip, tagSkipSamples:
			v, err := f.int(t)
			if err != nil {
				return err
			}
			if v < 0 {
				return fmt.Errorf("%d buffers are skipped at byte %d; it cannot be less than 0", v, t.pos)
			}
			if t.kind == tagDataSkip {
				skipBuffers = int64(v)
			} else {
				skipSamples = int64(v)
			}
		case tagDataBuffer:
			w := widths[t.form]
			switch t.form {
			case typeShort, typePack16, typeInt, typeFloat, typeDouble:
			case typeComplexFloat, typeComplexDouble:
				return errors.New("has complex samples, which are not read; real ones are")
			case 0:
				w = 4 // a buffer that the recorder lost
			default:
				return fmt.Errorf("has samples of type %d, which are not read; those of 16 and 32 bits and floating-point numbers are", t.form)
			}
			frame := channels * int64(w)
			samples := t.size / frame
			if t.size%frame != 0 {
				f.p.Add("warning", "samples", "a buffer at byte %d has %d bytes, which are not whole samples of %d channels; the last one is left out", t.pos, t.size, channels)
			}
			skip := skipBuffers*samples + skipSamples
			skipBuffers, skipSamples = 0, 0
			if skip < 0 || at+skip > mostSamples {
				return fmt.Errorf("skips %d samples at byte %d; up to %d are allowed", skip, t.pos, int64(mostSamples))
			}
			if t.form == 0 {
				skip += samples
				samples = 0
			}
			if len(p.buffers) == 0 { // a skip before the first sample moves its number
				rec.FirstSample += int(skip)
			} else if skip > 0 {
				end()
				at += skip
				begin = at
			}
			if samples == 0 {
				continue
			}
			if bytes += t.size; bytes > f.size {
				return errors.New("its buffers lie on each other")
			}
			p.buffers = append(p.buffers, buffer{t.pos, p.n, int(samples), t.form})
			p.n += int(samples)
			at += samples
		}
	}
	end()
	return nil
}

// holds tells what is in a file that has not what was asked for.
func (f *file) holds() string {
	for _, h := range []struct {
		block int32
		text  string
	}{
		{blockEpochs, "; it holds epochs, which ReadEpochs reads"}, {blockEvoked, "; it holds averages, which ReadEvoked reads"},
		{blockCov, "; it holds covariances, which ReadCovariance reads"}, {blockEvents, "; it holds events, which ReadEvents reads"},
		{blockAnnotations, "; it holds annotations, which ReadAnnotations reads"}, {blockProj, "; it holds projectors, which ReadProjectors reads"},
		{blockRaw, "; it holds a recording, which Read reads"}, {blockContinuous, "; it holds a recording, which Read reads"},
	} {
		if len(f.root.find(h.block)) > 0 {
			return h.text
		}
	}
	return ""
}

// join adds the file in which a recording goes on.
func (s *source) join(rec, next *eeg.Recording, with *source) error {
	if len(next.Channels) != len(rec.Channels) || next.Channels[0].FS != rec.Channels[0].FS {
		return fmt.Errorf("has %d channels at %g Hz, this file %d at %g Hz", len(next.Channels), next.Channels[0].FS, len(rec.Channels), rec.Channels[0].FS)
	}
	for c := range rec.Channels {
		if rec.Channels[c].Name != next.Channels[c].Name || s.factors[c] != with.factors[c] {
			return fmt.Errorf("channel %d is %s with a factor of %g there, %s with %g here", c+1, next.Channels[c].Name, with.factors[c], rec.Channels[c].Name, s.factors[c])
		}
	}
	p := with.parts[0]
	last := s.parts[len(s.parts)-1]
	p.first = last.first + last.n
	s.parts = append(s.parts, p)
	fs := rec.Channels[0].FS
	shift := rec.Segments[len(rec.Segments)-1].End()
	if apart := float64(next.FirstSample-rec.FirstSample) - float64(shift*fs); apart < -0.5 || apart > 0.5 {
		rec.Problems.Add("warning", "first sample", "of a file that follows is number %d, %.0f later than the end of the one before; it is joined without a gap", next.FirstSample, apart)
	}
	for k, g := range next.Segments {
		g.Start += shift
		if k == 0 { // it goes on
			rec.Segments[len(rec.Segments)-1].Dur += g.Dur
			continue
		}
		rec.Segments = append(rec.Segments, g)
	}
	rec.Problems = append(rec.Problems, next.Problems...)
	return nil
}

// block is how many bytes are read at once, and near how many of them are handled at once.
const (
	block = 1 << 20
	near  = 1 << 16
)

// Fill reads samples, see [eeg.Source].
func (s *source) Fill(dst [][]float64, from []int, channels []int) error {
	first, last := mostSamples, 0
	for k := range channels {
		if len(dst[k]) > 0 {
			first, last = min(first, from[k]), max(last, from[k]+len(dst[k]))
		}
	}
	for i := range s.parts {
		p := &s.parts[i]
		if first >= p.first+p.n || last <= p.first {
			continue
		}
		if err := s.fill(p, max(first-p.first, 0), min(last-p.first, p.n), dst, from, channels); err != nil {
			return err
		}
	}
	return nil
}

// fill reads the samples first to last of a part.
func (s *source) fill(p *part, first, last int, dst [][]float64, from, channels []int) error {
	r, done, err := p.open()
	if err != nil {
		return err
	}
	defer done()
	var buf []byte
	b := sort.Search(len(p.buffers), func(i int) bool { return p.buffers[i].first+p.buffers[i].n > first })
	for ; b < len(p.buffers) && p.buffers[b].first < last; b++ {
		u := p.buffers[b]
		w := widths[u.form]
		frame := len(s.factors) * w
		many, tile := max(1, block/frame), max(1, near/frame)
		for at := max(first, u.first); at < min(last, u.first+u.n); at += many {
			n := min(many, min(last, u.first+u.n)-at)
			if cap(buf) < n*frame {
				buf = make([]byte, n*frame)
			}
			if err := files.ReadAt(r, buf[:n*frame], u.pos+int64(at-u.first)*int64(frame)); err != nil {
				return err
			}
			// Some frames at a time, so that their bytes stay near while channel after channel
			// is taken from them.
			for some := 0; some < n; some += tile {
				begin := p.first + at + some
				for k, c := range channels {
					lo, hi := max(begin, from[k]), min(begin+min(tile, n-some), from[k]+len(dst[k]))
					if lo < hi {
						values(dst[k][lo-from[k]:hi-from[k]], buf[(some+lo-begin)*frame+c*w:n*frame], u.form, frame, s.factors[c])
					}
				}
			}
		}
	}
	return nil
}
