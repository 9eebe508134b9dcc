package session

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// A TierReport tells how a function of the session runs.
type TierReport struct {
	Name, Tier string
	Why        string // why nothing faster
}

// tiers lists the functions of the session by name.
func (s *Session) tiers() []TierReport {
	var out []TierReport
	for _, t := range s.machine.Tiers() {
		r := TierReport{Name: t.Name, Tier: "interpreted", Why: t.Why}
		if rest, ok := strings.CutPrefix(t.Name, "·cell"); ok {
			if !t.Fast && t.Loops == 0 {
				continue // a cell runs once
			}
			r.Name = "the last cell"
			if rest != "" {
				r.Name = "a function literal of the last cell"
			}
		}
		switch {
		case t.Fast:
			r.Tier = "fast"
		case t.Loops == 1:
			r.Tier = "fast in a loop"
		case t.Loops > 1:
			r.Tier = fmt.Sprintf("fast in %d loops", t.Loops)
		}
		out = append(out, r)
	}
	return out
}

// tier answers %tier.
func (s *Session) tier() {
	list := s.tiers()
	if len(list) == 0 {
		fmt.Fprintln(s.out, "no functions are declared")
		return
	}
	w := tabwriter.NewWriter(s.out, 0, 8, 2, ' ', 0)
	for _, t := range list {
		if t.Why == "" {
			fmt.Fprintf(w, "%s\t%s\n", t.Name, t.Tier)
		} else {
			fmt.Fprintf(w, "%s\t%s\t%s\n", t.Name, t.Tier, t.Why)
		}
	}
	w.Flush()
}
