package eeg

import (
	"fmt"
	"math"
	"sort"
	"strings"
)

// An Event is a time of a recording at which something of a condition happened.
type Event struct {
	Time float64 `unit:"s"` // since the first sample of the recording
	Name string  // the condition; a name such as "face/left" has two tags
}

// EventsOf returns the annotations as events, ascending: named "kind/text", or "text" where
// there is no kind. Without names they are all but bad segments; with names those that
// have them or their tags, see Epochs.Of.
func (r *Recording) EventsOf(names ...string) []Event {
	var events []Event
	for _, a := range r.Annotations {
		name := strings.TrimSpace(a.Text)
		if a.Kind != "" {
			name = strings.TrimSuffix(a.Kind+"/"+name, "/")
		}
		if !isBad(a.Text) && (len(names) == 0 || matches(name, names)) {
			events = append(events, Event{a.Onset, name})
		}
	}
	sort.SliceStable(events, func(i, j int) bool { return events[i].Time < events[j].Time })
	return events
}

// NameTriggers returns triggers as events: with the names of their codes, those of other
// codes left out; or with nil all, named by their numbers.
func NameTriggers(triggers []Trigger, names map[int]string) []Event {
	var events []Event
	for _, t := range triggers {
		if name, ok := names[t.Code]; ok {
			events = append(events, Event{t.Time, name})
		} else if names == nil {
			events = append(events, Event{t.Time, fmt.Sprint(t.Code)})
		}
	}
	return events
}

// chosen returns the events to cut at, ascending.
func (r *Recording) chosen(call string, o EpochOptions) ([]Event, error) {
	all := append([]Event(nil), o.Events...)
	if o.Events == nil {
		all = r.EventsOf()
	}
	for i, e := range all {
		if math.IsNaN(e.Time) || math.IsInf(e.Time, 0) {
			return nil, fmt.Errorf("eeg: %s: event %d (%s) is at %g s; times must be finite", call, i, e.Name, e.Time)
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Time < all[j].Time })
	if len(all) == 0 {
		return nil, fmt.Errorf("eeg: %s: there are no events; Events takes some, as from NameTriggers, and annotations are taken otherwise", call)
	}
	if len(o.Conditions) == 0 {
		return all, nil
	}
	found := map[string]bool{}
	var events []Event
	for _, e := range all {
		ok := false
		for _, name := range o.Conditions {
			if matches(e.Name, []string{name}) {
				ok, found[name] = true, true
			}
		}
		if ok {
			events = append(events, e)
		}
	}
	for _, name := range o.Conditions {
		if !found[name] {
			return nil, fmt.Errorf("eeg: %s: no event is of condition %q; there are %s", call, name, tally(all))
		}
	}
	return events, nil
}

// matches reports whether a name is one of several, or has all tags of one.
func matches(name string, wanted []string) bool {
	for _, w := range wanted {
		if name == w {
			return true
		}
		has := map[string]bool{}
		for _, tag := range strings.Split(name, "/") {
			has[strings.TrimSpace(tag)] = true
		}
		all := true
		for _, tag := range strings.Split(w, "/") {
			all = all && has[strings.TrimSpace(tag)]
		}
		if all {
			return true
		}
	}
	return false
}

// tally counts events by name: "12 target, 40 standard".
func tally(events []Event) string {
	n := map[string]int{}
	var order []string
	for _, e := range events {
		if n[e.Name]++; n[e.Name] == 1 {
			order = append(order, e.Name)
		}
	}
	sort.Strings(order)
	more := ""
	if len(order) > 12 {
		order, more = order[:12], ", ..."
	}
	for i, name := range order {
		order[i] = fmt.Sprintf("%d %s", n[name], name)
	}
	return strings.Join(order, ", ") + more
}

func isBad(text string) bool {
	return len(text) >= 3 && strings.EqualFold(text[:3], "bad")
}

func among(channels []Channel, name string) bool {
	for _, ch := range channels {
		if ch.Name == name {
			return true
		}
	}
	return false
}
