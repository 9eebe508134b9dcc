package fmri_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/fmri"
	"github.com/neurorepl/neurorepl/neuro/internal/golden"
)

func TestReadEvents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events.tsv")
	text := "\ufeffonset\tduration\ttrial_type\tmodulation\tstim_file\r\n" +
		"-1.5\t2\tface\t1\ta.png\r\n" +
		"20\tn/a\thouse\t0\tn/a\r\n" +
		"\r\n" +
		"30.25\t0\tface\t-0.5\tb.png"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	events, err := fmri.ReadEvents(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 3 {
		t.Fatalf("%d events", len(events))
	}
	a, b, c := events[0], events[1], events[2]
	if a.Onset != -1.5 || a.Duration != 2 || a.Type != "face" || a.Weight != 1 || a.Off || a.Other["stim_file"] != "a.png" {
		t.Errorf("%+v", a)
	}
	if !math.IsNaN(b.Duration) || !b.Off {
		t.Errorf("%+v", b)
	}
	if c.Onset != 30.25 || c.Weight != -0.5 || c.Duration != 0 {
		t.Errorf("%+v", c)
	}
	if table := fmri.EventTable(events).String(); !strings.Contains(table, "onset (s)") || !strings.Contains(table, "30.25") {
		t.Errorf("table %q", table)
	}
	plain, err := fmri.ParseEvents("onset\tduration\n1\t2\n")
	if err != nil || plain[0].Type != "trial" {
		t.Errorf("%+v, %v", plain, err)
	}
}

// TestReadEventsReal: the events of ds003's run, as the standard's examples
// have them.
func TestReadEventsReal(t *testing.T) {
	events, err := fmri.ReadEvents(golden.Shared(t, "data/fetched/bids-examples/ds003_sub-01_task-rhymejudgment_events.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != 64 || events[0].Onset != 20.001 || events[0].Duration != 2 || events[0].Type != "word" {
		t.Errorf("%d events, first %+v", len(events), events[0])
	}
}

// TestWeights: an event that is Off leaves no trace, one of weight 2 counts as
// two at the same time.
func TestWeights(t *testing.T) {
	design := func(events ...fmri.Event) *fmri.Design {
		d, err := fmri.NewDesign(40, 2, events, fmri.DesignOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	e := fmri.Event{Onset: 10.3, Duration: 3, Type: "a"}
	off, double := fmri.Event{Onset: 30, Type: "a", Off: true}, e
	double.Weight = 2
	once, with := design(e), design(e, off)
	twice, weighted := design(e, e), design(double)
	for i := range once.X {
		if once.X[i][0] != with.X[i][0] {
			t.Errorf("volume %d: %g with an event that is off, %g without", i, with.X[i][0], once.X[i][0])
		}
		if twice.X[i][0] != weighted.X[i][0] || math.Abs(twice.X[i][0]-2*once.X[i][0]) > 1e-15 {
			t.Errorf("volume %d: %g for two, %g for weight 2", i, twice.X[i][0], weighted.X[i][0])
		}
	}
}

// FuzzParse: text is read or refused with a line; what is read is finite.
func FuzzParse(f *testing.F) {
	f.Add("onset\tduration\ttrial_type\n1\t2\ta\n", "spm")
	f.Add("1 2 3 4 5 6\n", "afni")
	f.Fuzz(func(t *testing.T, text, kind string) {
		if events, err := fmri.ParseEvents(text); err == nil {
			for _, e := range events {
				if math.IsNaN(e.Onset) || math.IsInf(e.Onset, 0) || e.Duration < 0 || math.IsInf(e.Duration, 0) || math.IsNaN(e.Weight) && strings.Count(text, "n/a") == 0 {
					t.Errorf("event %+v", e)
				}
			}
		}
		if rows, err := fmri.ParseMotion(text, kind); err == nil {
			for _, r := range rows {
				if _, err := fmri.Motion(r); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// TestUnnamedEvents: events without a type are called as those of a file
// without that column, so that a contrast can name them.
func TestUnnamedEvents(t *testing.T) {
	events := []fmri.Event{{Onset: 2, Duration: 1}, {Onset: 20, Duration: 1}}
	d, err := fmri.NewDesign(40, 1, events, fmri.DesignOptions{Drift: "none"})
	if err != nil {
		t.Fatal(err)
	}
	r, err := fmri.EventAverage(make([]float64, 40), 1, events, fmri.ResponseOptions{After: 5})
	if err != nil {
		t.Fatal(err)
	}
	if d.Names[0] != "trial" || r.Names[0] != "trial" || r.Events[0] != 2 || events[0].Type != "" {
		t.Errorf("design %q, response %q of %v events, event %q", d.Names, r.Names, r.Events, events[0].Type)
	}
}
