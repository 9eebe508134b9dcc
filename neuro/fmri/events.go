package fmri

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/provenance"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// An Event is something that happened during a run: a stimulus, a response.
type Event struct {
	Onset    float64 `unit:"s"` // from the first volume, s; may be before it
	Duration float64 `unit:"s"` // s; 0 for a brief event
	Type     string  // condition, BIDS's trial_type; "" counts as "trial"
	// Weight scales the event in a design (nilearn's modulation);
	// 0 means 1, and Off takes an event out of the design.
	Weight float64
	Off    bool
	// Other holds the file's other columns by name.
	Other map[string]string
}

// ReadEvents reads the events of a run from a BIDS events.tsv file: columns
// separated by tabs with their names in the first line, of which onset and
// duration (s) must be there; trial_type is the condition ("trial" for all
// events without that column), modulation the weight (0 sets Off). Other columns are kept
// as text.
//
// A duration of "n/a" is read as NaN, which a design refuses and an average
// does not need. It is an error, naming the file and the line, when the file
// cannot be read or is empty, a column is missing or comes twice, a row has
// another number of columns, an onset is not a finite number, or a duration is
// negative.
//
// BIDS 1.10, "Task events".
func ReadEvents(path string) ([]Event, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("fmri: ReadEvents: %w", err)
	}
	provenance.File(path)
	events, err := ParseEvents(string(data))
	if err != nil {
		return nil, fmt.Errorf("fmri: ReadEvents: %s: %w", path, err)
	}
	return events, nil
}

// ParseEvents reads the text of an events.tsv file as [ReadEvents] does.
func ParseEvents(text string) ([]Event, error) {
	lines := strings.Split(strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n"), "\n")
	names := strings.Split(lines[0], "\t")
	column := map[string]int{}
	for i, name := range names {
		if _, twice := column[name]; twice {
			return nil, fmt.Errorf("line 1 has the column %q twice", name)
		}
		column[name] = i
	}
	for _, need := range []string{"onset", "duration"} {
		if _, ok := column[need]; !ok {
			return nil, fmt.Errorf("line 1 names the columns %q; %q must be among them (separated by tabs)", names, need)
		}
	}
	var out []Event
	for n, line := range lines[1:] {
		if strings.TrimSpace(line) == "" {
			continue
		}
		fields := strings.Split(line, "\t")
		if len(fields) != len(names) {
			return nil, fmt.Errorf("line %d has %d columns and line 1 has %d", n+2, len(fields), len(names))
		}
		e := Event{Type: "trial"}
		for i, name := range names {
			word := strings.TrimSpace(fields[i])
			switch name {
			case "onset", "duration", "modulation":
				v, err := strconv.ParseFloat(word, 64)
				if name != "onset" && word == "n/a" {
					v, err = math.NaN(), nil
				} else if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
					err = strconv.ErrRange
				}
				if err != nil {
					return nil, fmt.Errorf("line %d has %s %q; it must be a finite number", n+2, name, word)
				}
				switch name {
				case "onset":
					e.Onset = v
				case "duration":
					e.Duration = v
				default:
					e.Weight, e.Off = v, v == 0
				}
			case "trial_type":
				e.Type = word
			default:
				if e.Other == nil {
					e.Other = map[string]string{}
				}
				e.Other[name] = word
			}
		}
		if e.Duration < 0 {
			return nil, fmt.Errorf("line %d has duration %g s; it must be 0 or more", n+2, e.Duration)
		}
		out = append(out, e)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("holds no event; there must be a line for each after the first")
	}
	return out, nil
}

// EventTable returns events as a table, one row each.
func EventTable(events []Event) table.Table {
	onset, duration := make([]float64, len(events)), make([]float64, len(events))
	kind := make([]string, len(events))
	for i, e := range events {
		onset[i], duration[i], kind[i] = e.Onset, e.Duration, e.Type
	}
	return table.Table{Cols: []table.Col{
		{Name: "onset", Unit: "s", Num: onset}, {Name: "duration", Unit: "s", Num: duration}, {Name: "type", Text: kind},
	}}
}

// named returns events in which those without a type have the one that
// [ReadEvents] gives them.
func named(events []Event) []Event {
	out := slices.Clone(events)
	for i := range out {
		if out[i].Type == "" {
			out[i].Type = "trial"
		}
	}
	return out
}

// conditions returns the types of events in the order of their names, as
// nilearn orders them.
func conditions(events []Event) []string {
	seen := map[string]bool{}
	var names []string
	for _, e := range events {
		if !seen[e.Type] {
			seen[e.Type] = true
			names = append(names, e.Type)
		}
	}
	slices.Sort(names)
	return names
}

// checkEvents returns an error unless there are events and their onsets are
// finite.
func checkEvents(events []Event) error {
	if len(events) == 0 {
		return fmt.Errorf("events is empty; there must be at least one")
	}
	for i, e := range events {
		if math.IsNaN(e.Onset) || math.IsInf(e.Onset, 0) {
			return fmt.Errorf("events[%d] has onset %g s; it must be finite", i, e.Onset)
		}
	}
	return nil
}
