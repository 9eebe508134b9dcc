package fif

import (
	"errors"
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// aspects are the words for kinds of averages.
var aspects = map[int]string{
	100: "average", 101: "standard error", 102: "single epoch", 103: "subaverage", 104: "alternating average", 105: "sample", 106: "power density", 200: "dipole wave",
}

// ReadOptions say how averages and epochs are read; the zero value means the default.
type ReadOptions struct {
	// Stored leaves values as they are in the file: its projectors are not taken out.
	Stored bool
}

// ReadEvoked reads the averages of a file (-ave.fif, -ave.fif.gz), in its order: of each
// its Comment, the number N of trials, and the values of all channels in their units, a
// stored number d being the value d c with c the calibration of the channel. The
// projectors of the file are taken out, see eeg.Recording.Project, as MNE does too;
// ReadEvokedWith can leave them. Baselines are as in the file.
//
// Errors: a file that is not FIFF or has no averages; averages without times, or whose
// sizes do not fit the channels; complex values. Checked against MNE 1.13.2.
func ReadEvoked(path string) (eeg.Averages, error) {
	return readEvoked("ReadEvoked", path, ReadOptions{})
}

// ReadEvokedWith is ReadEvoked with options.
func ReadEvokedWith(path string, o ReadOptions) (eeg.Averages, error) {
	return readEvoked("ReadEvokedWith", path, o)
}

func readEvoked(call, path string, o ReadOptions) (eeg.Averages, error) {
	var sets eeg.Averages
	err := within(call, path, func(f *file) (err error) {
		sets, err = f.evoked(o)
		return err
	})
	return sets, err
}

// within opens a file for a call and names both in an error.
func within(call, path string, read func(f *file) error) error {
	f, done, err := openFile(path)
	if err == nil {
		defer done()
		err = read(f)
	}
	if err != nil {
		return fmt.Errorf("fif: %s: %s: %w", call, path, err)
	}
	return nil
}

// evoked reads all averages.
func (f *file) evoked(o ReadOptions) (eeg.Averages, error) {
	nodes := f.root.find(blockEvoked)
	if len(nodes) == 0 {
		return nil, errors.New("has no averages" + f.holds())
	}
	in, err := f.info()
	if err != nil {
		return nil, err
	}
	var sets eeg.Averages
	for k, n := range nodes {
		e, err := f.average(n, in)
		if err != nil {
			return nil, fmt.Errorf("average %d: %w", k+1, err)
		}
		if p := about(in.Projectors, e.Channels); !o.Stored && len(p) > 0 {
			if e, err = e.Project(p); err != nil {
				return nil, fmt.Errorf("average %d: %w", k+1, err)
			}
		}
		sets = append(sets, e)
	}
	return sets, nil
}

// average reads one average.
func (f *file) average(n *node, in *Info) (*eeg.Evoked, error) {
	found := append(n.find(blockAspect), n.find(blockShieldAspect)...)
	if len(found) == 0 {
		return nil, errors.New("has no values")
	}
	e := &eeg.Evoked{FS: in.FS, Kind: "average", N: 1}
	records := in.channels
	channels, first, last, samples := 0, 0, -1, -1
	begin := math.NaN()
	var own []channel
	for _, t := range n.tags {
		var err error
		switch t.kind {
		case tagComment:
			e.Comment, err = f.text(t)
		case tagFirstSample:
			first, err = f.int(t)
		case tagLastSample:
			last, err = f.int(t)
		case tagSamples:
			samples, err = f.int(t)
		case tagFirstTime:
			begin, err = f.float(t)
		case tagChannels:
			channels, err = f.int(t)
		case tagRate:
			var fs float64
			if fs, err = f.float(t); err == nil && fs > 0 {
				e.FS = fs
			}
		case tagChannel:
			var ch channel
			ch, err = f.channel(t)
			if own = append(own, ch); len(own) > mostChannels {
				return nil, fmt.Errorf("describes more than %d channels", mostChannels)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	e.Channels = append([]eeg.Channel(nil), in.Channels...)
	if channels > 0 {
		if len(own) != channels {
			return nil, fmt.Errorf("is to have %d channels and describes %d", channels, len(own))
		}
		f.extend(n, own)
		local := *in
		local.FS = e.FS
		f.describe(&local, own)
		bad := map[string]bool{}
		for _, ch := range in.Channels {
			bad[ch.Name] = ch.Bad
		}
		for c := range local.Channels {
			local.Channels[c].Bad = bad[local.Channels[c].Name]
		}
		records, e.Channels = own, local.Channels
	}
	for c := range e.Channels {
		e.Channels[c].FS = e.FS
	}
	var data []tag
	for _, t := range found[0].tags {
		var err error
		switch t.kind {
		case tagComment:
			e.Comment, err = f.text(t)
		case tagAspect:
			var k int
			if k, err = f.int(t); err == nil {
				if e.Kind = aspects[k]; e.Kind == "" {
					e.Kind = fmt.Sprintf("kind %d", k)
				}
			}
		case tagAverages:
			e.N, err = f.int(t)
		case tagEpoch:
			data = append(data, t)
		}
		if err != nil {
			return nil, err
		}
	}
	var err error
	switch {
	case len(data) == 1:
		if e.X, err = f.matrix(data[0]); err == nil && len(records) == 1 && len(e.X) > 1 { // stored as a column
			row := make([]float64, len(e.X))
			for i := range row {
				if len(e.X[i]) != 1 {
					return nil, fmt.Errorf("has %d x %d values for one channel", len(e.X), len(e.X[i]))
				}
				row[i] = e.X[i][0]
			}
			e.X = [][]float64{row}
		}
	case len(data) == len(records): // older files: a channel each
		for _, t := range data {
			var x []float64
			if t.form&typeMatrix != 0 {
				var m [][]float64
				if m, err = f.matrix(t); err == nil && len(m) == 1 {
					x = m[0]
				}
			} else {
				x, err = f.floats(t)
			}
			if err != nil {
				break
			}
			e.X = append(e.X, x)
		}
	default:
		err = fmt.Errorf("has values in %d parts; one, or one for each of %d channels, is read", len(data), len(records))
	}
	if err != nil {
		return nil, err
	}
	switch {
	case !math.IsNaN(begin) && !math.IsInf(begin, 0) && samples >= 0:
		e.T0 = begin
	case last >= first:
		e.T0, samples = float64(first)/e.FS, last-first+1
	default:
		return nil, errors.New("does not tell its times")
	}
	if len(e.X) != len(records) {
		return nil, fmt.Errorf("has values of %d channels; there are %d", len(e.X), len(records))
	}
	for c, x := range e.X {
		if len(x) != samples {
			return nil, fmt.Errorf("has %d samples of channel %d (%s); it is to have %d", len(x), c+1, records[c].name, samples)
		}
		for i := range x {
			x[i] = float64(x[i] * records[c].cal)
		}
	}
	return e, nil
}

// about returns the projectors that name a good channel.
func about(p eeg.Projectors, channels []eeg.Channel) eeg.Projectors {
	good := map[string]bool{}
	for _, ch := range channels {
		good[ch.Name] = !ch.Bad
	}
	var out eeg.Projectors
	for _, q := range p {
		for k, name := range q.Channels {
			there := false
			for _, v := range q.Vectors {
				there = there || v[k] != 0
			}
			if good[name] && there {
				out = append(out, q)
				break
			}
		}
	}
	return out
}
