package eeg

import (
	"fmt"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// Averages are evoked responses that belong together, such as those of the conditions of
// a study.
type Averages []*Evoked

// Named returns the average with a comment: the whole one, or a part that no other has,
// whatever the case of its letters. Where a standard error has the same comment the
// average is taken. None, and several, are an error.
func (a Averages) Named(comment string) (*Evoked, error) {
	var found []*Evoked
	for _, whole := range []bool{true, false} {
		for _, e := range a {
			if e.Comment == comment || !whole && strings.Contains(strings.ToLower(e.Comment), strings.ToLower(comment)) {
				found = append(found, e)
			}
		}
		if len(found) > 0 {
			break
		}
	}
	if len(found) > 1 {
		var some []*Evoked
		for _, e := range found {
			if e.Kind == "average" || e.Kind == "" {
				some = append(some, e)
			}
		}
		if len(some) > 0 {
			found = some
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	var names []string
	for _, e := range a {
		names = append(names, fmt.Sprintf("%q", e.Comment))
		if spell.Distance(strings.ToLower(comment), strings.ToLower(e.Comment)) <= 1 && len(found) == 0 {
			return nil, fmt.Errorf("eeg: Averages.Named: there is no average %q; is %q meant?", comment, e.Comment)
		}
	}
	if len(names) > 12 {
		names = append(names[:12:12], "...")
	}
	return nil, fmt.Errorf("eeg: Averages.Named: %d averages are named %q; there are %s", len(found), comment, strings.Join(names, ", "))
}
