package fif

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/eeg"
	"github.com/neurorepl/neurorepl/neuro/internal/files"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// An Event is a change of the trigger channel, as programs keep it in a file of its own.
type Event struct {
	Sample int    // its number as the recorder counts: the first sample of a recording is FirstSample
	Before int    // the code before
	Code   int    // the code from then on
	Name   string // of the code, where the file names it
}

// Events are those of a file.
type Events []Event

// ReadEvents reads a file of events: -eve.fif, or a text of three columns (sample, code
// before, code) or four (sample, time, code before, code), as programs write it with the
// ending .eve, .lst or .txt; lines that begin with # are left out.
//
// Errors: a file that has no events or whose lines are not of that kind. Checked against
// MNE 1.13.2.
func ReadEvents(path string) (Events, error) {
	name := strings.ToLower(filepath.Base(path))
	if strings.HasSuffix(name, ".fif") || strings.HasSuffix(name, ".gz") {
		var events Events
		err := within("ReadEvents", path, func(f *file) (err error) {
			events, err = f.events()
			return err
		})
		return events, err
	}
	kept, f, err := files.Keep(path)
	var text []byte
	if err == nil {
		defer f.Close()
		if provenance.File(path); kept.Size > mostText {
			err = fmt.Errorf("has %d bytes; a text of up to %d is read", kept.Size, mostText)
		} else {
			text, err = io.ReadAll(io.LimitReader(f, mostText))
		}
	}
	var events Events
	if err == nil {
		events, err = parseEvents(text)
	}
	if err != nil {
		return nil, fmt.Errorf("fif: ReadEvents: %s: %w", path, err)
	}
	return events, nil
}

// mostText is how large a text of events may be.
const mostText = 1 << 26

// events reads the first list of events.
func (f *file) events() (Events, error) {
	nodes := f.root.find(blockEvents)
	if len(nodes) == 0 {
		return nil, errors.New("has no events" + f.holds())
	}
	t, ok := nodes[0].tag(tagEventList)
	if !ok {
		return nil, errors.New("has an empty list of events")
	}
	x, err := f.floats(t)
	if err != nil {
		return nil, err
	}
	if len(x)%3 != 0 {
		return nil, fmt.Errorf("has events of %d numbers; three of each are needed", len(x))
	}
	var events Events
	for k := 0; k < len(x); k += 3 {
		for _, v := range x[k : k+3] {
			if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
				return nil, fmt.Errorf("event %d has the number %g; whole ones are needed", k/3+1, v)
			}
		}
		events = append(events, Event{Sample: int(x[k]), Before: int(x[k+1]), Code: int(x[k+2])})
	}
	names := map[int]string{}
	if t, ok := nodes[0].tag(tagComment); ok { // name:code;name:code
		s, err := f.text(t)
		if err != nil {
			return nil, err
		}
		for _, one := range strings.Split(s, ";") {
			if i := strings.LastIndex(one, ":"); i >= 0 {
				if code, err := strconv.Atoi(one[i+1:]); err == nil {
					names[code] = one[:i]
				}
			}
		}
		for k := range events {
			events[k].Name = names[events[k].Code]
		}
	} else if t, ok := nodes[0].tag(tagEventComments); ok { // one for each event
		t.form = typeByte
		b, err := f.bytes(t)
		if err != nil {
			return nil, err
		}
		if list := bytes.Split(bytes.TrimSuffix(b, []byte{0}), []byte{0}); len(list) == len(events) {
			for k := range events {
				events[k].Name = latin(list[k])
			}
		}
	}
	return events, nil
}

// parseEvents reads a text of events.
func parseEvents(text []byte) (Events, error) {
	var events Events
	columns := 0
	lines := bufio.NewScanner(bytes.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		field := strings.Fields(line)
		if len(field) == 0 {
			continue
		}
		if columns == 0 {
			columns = len(field)
		}
		if len(field) != columns || columns < 3 || columns > 4 {
			return nil, fmt.Errorf("line %d has %d columns; 3 or 4 are needed, in all lines as many", n, len(field))
		}
		var v [4]int
		for i, s := range field {
			x, err := strconv.ParseFloat(s, 64)
			if err != nil || math.IsNaN(x) || math.Abs(x) > 1<<53 {
				return nil, fmt.Errorf("line %d has %q in column %d; a number is needed", n, s, i+1)
			}
			v[i] = int(x)
		}
		events = append(events, Event{Sample: v[0], Before: v[columns-2], Code: v[columns-1]})
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, errors.New("has no events")
	}
	return events, nil
}

// Triggers returns the events that begin a code, on the clock of a recording: Time counts
// from its first sample, and so does Sample. Events outside of the recording are left out.
func (e Events) Triggers(rec *eeg.Recording) []eeg.Trigger {
	var out []eeg.Trigger
	if len(rec.Channels) == 0 {
		return nil
	}
	fs := rec.Channels[0].FS
	end := int(math.Round(float64(rec.Dur() * fs)))
	for _, x := range e {
		if at := x.Sample - rec.FirstSample; x.Code != 0 && at >= 0 && at < end {
			out = append(out, eeg.Trigger{Time: float64(at) / fs, Sample: at, Code: x.Code})
		}
	}
	return out
}

// ReadAnnotations reads a file of annotations (-annot.fif). Their onsets are s on the clock
// of a recording, whose zero is its first sample; without a recording, nil, they are as
// the file has them, which is from the beginning of the measurement.
func ReadAnnotations(path string, rec *eeg.Recording) ([]eeg.Annotation, error) {
	var out []eeg.Annotation
	err := within("ReadAnnotations", path, func(f *file) error {
		if len(f.root.find(blockAnnotations)) == 0 {
			return errors.New("has no annotations" + f.holds())
		}
		marks, origin, err := f.annotations()
		if err != nil {
			return err
		}
		if rec == nil || len(rec.Channels) == 0 {
			out = marks
			return nil
		}
		fs := rec.Channels[0].FS
		date := rec.Start
		if !date.IsZero() {
			date = date.Add(-seconds(float64(rec.FirstSample) / fs))
		}
		out = onClock(marks, origin, date, rec.FirstSample, fs, rec.Gaps())
		return nil
	})
	return out, err
}
