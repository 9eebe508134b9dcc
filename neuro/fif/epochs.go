package fif

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/eeg"
)

// ReadEpochs reads epochs (-epo.fif, -epo.fif.gz, also in several files): all of their
// values, in the units of the channels, with the projectors of the file taken out as
// ReadEvoked does it; ReadEpochsWith can leave them. Events have the names that the file
// gives to their codes, or the codes; their times count from the recorder's sample 0,
// since the file does not tell which one the recording began with. Of events that were
// dropped the file has the reasons, and no times: these are NaN.
//
// Errors: a file that is not FIFF or has no epochs; sizes that do not fit the events and
// channels; complex values. Checked against MNE 1.13.2.
func ReadEpochs(path string) (*eeg.Epochs, error) {
	return readEpochs("ReadEpochs", path, ReadOptions{})
}

// ReadEpochsWith is ReadEpochs with options.
func ReadEpochsWith(path string, o ReadOptions) (*eeg.Epochs, error) {
	return readEpochs("ReadEpochsWith", path, o)
}

func readEpochs(call, path string, o ReadOptions) (*eeg.Epochs, error) {
	var all *eeg.Epochs
	seen := map[string]bool{}
	for next := path; next != ""; {
		var part *eeg.Epochs
		var log []eeg.Drop
		follow := ""
		err := within(call, next, func(f *file) (err error) {
			if part, log, err = f.epochs(o); err == nil {
				follow = f.follows(next)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		seen[filepath.Clean(next)] = true
		if all == nil {
			all = part
			all.Dropped = log // each file has that of all
		} else {
			if len(part.Channels) != len(all.Channels) || part.FS != all.FS || part.T0 != all.T0 || part.Samples() != all.Samples() && len(part.X) > 0 && len(all.X) > 0 {
				return nil, fmt.Errorf("fif: %s: %s: goes on in %s with other channels or times", call, path, filepath.Base(next))
			}
			all.X, all.Events = append(all.X, part.X...), append(all.Events, part.Events...)
		}
		next = ""
		if follow != "" {
			if _, err := os.Stat(follow); err != nil {
				return nil, fmt.Errorf("fif: %s: %s: goes on in %s, which is not there", call, path, filepath.Base(follow))
			}
			if seen[filepath.Clean(follow)] || len(seen) >= mostParts {
				return nil, fmt.Errorf("fif: %s: %s: its files lead in a circle", call, path)
			}
			next = follow
		}
	}
	return all, nil
}

// epochs reads the epochs of one file, and what was dropped.
func (f *file) epochs(o ReadOptions) (*eeg.Epochs, []eeg.Drop, error) {
	nodes := append(f.root.find(blockEpochs), f.root.find(blockOldEpochs)...)
	if len(nodes) == 0 {
		return nil, nil, errors.New("has no epochs" + f.holds())
	}
	in, err := f.info()
	if err != nil {
		return nil, nil, err
	}
	var data tag
	var log []eeg.Drop
	first, last, rate := 0, -1, in.FS
	for _, t := range nodes[0].tags {
		var err error
		switch t.kind {
		case tagFirstSample:
			first, err = f.int(t)
		case tagLastSample:
			last, err = f.int(t)
		case tagEpoch:
			data = t
		case tagRawRate:
			var fs float64
			if fs, err = f.float(t); err == nil && fs > 0 {
				rate = fs
			}
		case tagDropLog:
			log, err = f.dropped(t, in)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	events, err := f.events()
	if err != nil {
		return nil, nil, err
	}
	if data.kind == 0 || last < first {
		return nil, nil, errors.New("has epochs without values or without times")
	}
	form, dims, err := f.shape(data)
	if err != nil {
		return nil, nil, err
	}
	n := last - first + 1
	if len(dims) != 3 || dims[0] != len(events) || dims[1] != len(in.Channels) || dims[2] != n {
		return nil, nil, fmt.Errorf("has values of %v; %d events, %d channels and %d samples are to be there", dims, len(events), len(in.Channels), n)
	}
	ep := &eeg.Epochs{FS: in.FS, T0: float64(first) / in.FS, Channels: in.Channels}
	w := widths[form]
	one := int64(len(in.Channels)) * int64(n) * int64(w)
	if one*int64(len(events)) > data.size {
		return nil, nil, fmt.Errorf("has values of %v in %d bytes", dims, data.size)
	}
	task := display.Start("fif: reading epochs", "epochs", len(events))
	defer task.End()
	for k, e := range events {
		if err := task.Err(); err != nil {
			return nil, nil, err
		}
		b, err := f.bytes(tag{data.kind, form, one, data.pos + int64(k)*one})
		if err != nil {
			return nil, nil, err
		}
		x := make([][]float64, len(in.Channels))
		for c := range x {
			x[c] = make([]float64, n)
			values(x[c], b[c*n*w:], form, w, in.channels[c].cal)
		}
		name := e.Name
		if name == "" {
			name = fmt.Sprint(e.Code)
		}
		ep.X = append(ep.X, x)
		ep.Events = append(ep.Events, eeg.Event{Time: float64(e.Sample) / rate, Name: name})
		task.Add(1)
	}
	if p := about(in.Projectors, ep.Channels); !o.Stored && len(p) > 0 {
		if ep, err = ep.Project(p); err != nil {
			return nil, nil, err
		}
	}
	return ep, log, nil
}

// dropped reads why events became no epoch.
func (f *file) dropped(t tag, in *Info) ([]eeg.Drop, error) {
	s, err := f.text(t)
	if err != nil {
		return nil, err
	}
	var list [][]string
	if err := json.Unmarshal([]byte(s), &list); err != nil {
		return nil, fmt.Errorf("the log of what was dropped: %w", err)
	}
	is := map[string]bool{}
	for _, ch := range in.Channels {
		is[ch.Name] = true
	}
	var out []eeg.Drop
	for _, reasons := range list {
		d := eeg.Drop{Event: eeg.Event{Time: math.NaN()}}
		for _, r := range reasons {
			switch {
			case is[r]:
				d.Channels = append(d.Channels, r)
			case r == "IGNORED": // an event of another kind
			case r == "NO_DATA" || r == "TOO_SHORT":
				d.Reason = "outside the recording"
			default:
				d.Reason = r
			}
		}
		if len(d.Channels) > 0 && d.Reason == "" {
			d.Reason = "amplitude"
		}
		if d.Reason != "" {
			out = append(out, d)
		}
	}
	return out, nil
}
