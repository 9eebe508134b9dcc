package behavior

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/figure"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// CardSort are the scores of a Wisconsin-type card sorting task.
type CardSort struct {
	Trials                    int // with a response
	Missing                   int // without, left out
	Correct, Errors           int
	PerseverativeResponses    int
	PerseverativeErrors       int
	NonperseverativeErrors    int
	Categories                int // runs of Criterion correct responses under one rule
	TrialsToFirst             int // to complete the first; 0 where none was
	FailuresToMaintain        int // errors after five correct in a row or more, before the category is complete
	ConceptualLevel           int // correct responses in runs of three or more
	Criterion                 int
	categories, perseverative []float64 // until each trial
}

// ScoreCardSort scores a Wisconsin-type card sorting task from its trials.
//
// rule names the dimension in force, such as "colour", and matches the
// dimensions in which the chosen key card equals the card, joined by "+":
// "colour+number", or "none"; "" or "n/a" is a trial without a response, which is
// counted in Missing, left out, and interrupts no run. criterion is the number of
// correct responses in a row that complete a category; 0 is 10.
//
// A response is correct where it matches the rule. It is perseverative where it
// matches the principle that is persevered: the rule before, or, under the first
// rule, the dimension of the first error that matches one dimension alone, from
// the trial after it on. A response that matches the principle among others
// counts only between two that match it alone, with no response between them that
// does not match it. These are Heaton's rules but for one that is not applied:
// that three errors of another single dimension change the principle. Perfect
// performance has zeros, no error.
//
// Unequal lengths, a missing rule and criterion below 1 are errors. Source: Grant
// and Berg 1948; the rules as described in Heaton et al. 1993. Checked against
// counts by hand.
func ScoreCardSort(rule, matches []string, criterion int) (*CardSort, error) {
	fail := func(format string, a ...any) (*CardSort, error) {
		return nil, fmt.Errorf("behavior: ScoreCardSort: "+format, a...)
	}
	if len(rule) != len(matches) {
		return fail("rule has %d trials and matches %d; they must be as many", len(rule), len(matches))
	}
	if criterion == 0 {
		criterion = 10
	}
	if criterion < 1 {
		return fail("criterion is %d; it must be 1 or more", criterion)
	}
	s := &CardSort{Criterion: criterion}
	type response struct {
		rule, principle string
		match           []string
		correct         bool
	}
	var trials []response
	for i, m := range matches {
		if rule[i] == "" || rule[i] == "n/a" {
			return fail("rule[%d] is missing; every trial has one", i)
		}
		if m == "" || m == "n/a" {
			s.Missing++
			continue
		}
		r := response{rule: rule[i]}
		if m != "none" {
			r.match = strings.Split(m, "+")
		}
		r.correct = slices.Contains(r.match, r.rule)
		if n := len(trials); n > 0 {
			last := trials[n-1]
			switch {
			case last.rule != r.rule:
				r.principle = last.rule
			case last.principle != "":
				r.principle = last.principle
			case !last.correct && len(last.match) == 1: // under the first rule
				r.principle = last.match[0]
			}
		}
		trials = append(trials, r)
	}
	s.Trials = len(trials)
	// alone: 1 where the response matches the principle alone, 0 with others, -1 not.
	alone := func(r response) int {
		switch {
		case r.principle == "" || !slices.Contains(r.match, r.principle):
			return -1
		case len(r.match) == 1:
			return 1
		}
		return 0
	}
	between := func(i, step int) bool {
		for j := i + step; j >= 0 && j < len(trials) && trials[j].principle == trials[i].principle && trials[j].rule == trials[i].rule; j += step {
			if a := alone(trials[j]); a != 0 {
				return a == 1
			}
		}
		return false
	}
	run := 0
	done := false // the category of this rule is complete
	for i, r := range trials {
		if i > 0 && trials[i-1].rule != r.rule {
			run, done = 0, false
		}
		a := alone(r)
		perseverative := a == 1 || a == 0 && between(i, -1) && between(i, 1)
		if perseverative {
			s.PerseverativeResponses++
		}
		if r.correct {
			s.Correct++
			run++
			switch {
			case run == 3:
				s.ConceptualLevel += 3
			case run > 3:
				s.ConceptualLevel++
			}
			if run >= criterion && !done {
				done = true
				s.Categories++
				if s.Categories == 1 {
					s.TrialsToFirst = i + 1
				}
			}
		} else {
			s.Errors++
			if perseverative {
				s.PerseverativeErrors++
			} else {
				s.NonperseverativeErrors++
			}
			if run >= 5 && !done {
				s.FailuresToMaintain++
			}
			run = 0
		}
		s.categories = append(s.categories, float64(s.Categories))
		s.perseverative = append(s.perseverative, float64(s.PerseverativeErrors))
	}
	return s, nil
}

// Table returns the scores, also as parts of the trials.
func (s *CardSort) Table() table.Table {
	t := table.Table{Title: fmt.Sprintf("card sorting, %s, category of %d", spell.Count(s.Trials, "trial"), s.Criterion), Cols: []table.Col{{Name: "score"}, {Name: "count"}, {Name: "of trials", Unit: "%"}}}
	for _, r := range []struct {
		name string
		n    int
		part bool
	}{
		{"correct", s.Correct, true}, {"errors", s.Errors, true}, {"perseverative responses", s.PerseverativeResponses, true}, {"perseverative errors", s.PerseverativeErrors, true},
		{"nonperseverative errors", s.NonperseverativeErrors, true}, {"conceptual level responses", s.ConceptualLevel, true}, {"categories completed", s.Categories, false},
		{"trials to complete the first", s.TrialsToFirst, false}, {"failures to maintain set", s.FailuresToMaintain, false}, {"trials without a response", s.Missing, false},
	} {
		share := math.NaN()
		if r.part {
			share = 100 * float64(r.n) / float64(s.Trials)
		}
		t.Cols[0].Text = append(t.Cols[0].Text, r.name)
		t.Cols[1].Num, t.Cols[2].Num = append(t.Cols[1].Num, float64(r.n)), append(t.Cols[2].Num, share)
	}
	return t
}

// String gives the scores that are reported most.
func (s *CardSort) String() string {
	t := fmt.Sprintf("card sorting, %d trials: %d categories, %d errors (%d perseverative), %d perseverative responses, %d failures to maintain set", s.Trials, s.Categories, s.Errors, s.PerseverativeErrors, s.PerseverativeResponses, s.FailuresToMaintain)
	if s.Missing > 0 {
		t += fmt.Sprintf("; %s without a response left out", spell.Count(s.Missing, "trial"))
	}
	return t
}

// Plot draws the categories and the perseverative errors until each trial.
func (s *CardSort) Plot() *figure.Figure {
	x := make([]float64, len(s.categories))
	for i := range x {
		x[i] = float64(i + 1)
	}
	return &figure.Figure{Title: "card sorting", Width: 14, Height: 7, Panels: []figure.Panel{{
		X: figure.Axis{Label: "trial"}, Y: figure.Axis{Label: "count until then"},
		Layers: []figure.Layer{
			{Kind: figure.Step, Name: "categories", X: x, Y: s.categories, Color: "blue", Width: 1.5},
			{Kind: figure.Step, Name: "perseverative errors", X: x, Y: s.perseverative, Color: "orange", Width: 1.5},
		},
	}}}
}

// Show draws the figure under the table.
func (s *CardSort) Show() display.Bundle {
	return figure.Under(s.Plot(), "categories and errors", s.Table().Show())
}
