package behavior

import (
	"fmt"
	"math"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/spell"
)

// IATScore is the D score of an implicit association test, as IATD returns it.
type IATScore struct {
	D        float64 // mean of both; above 0: slower in the second pairing
	Practice float64 // of the practice blocks
	Test     float64 // of the test blocks
	Dropped  int     // trials longer than 10 s, left out
	Fast     float64 // proportion of the other trials shorter than 300 ms
}

// IATD returns the D score from latencies, ms, of error trials up to the correct
// response (the built-in error penalty).
//
// b3 and b4 are the practice and test block of the first pairing, b6 and b7
// those of the second.
//
//	D = ((mean b6 - mean b3)/SD(b3 and b6) + (mean b7 - mean b4)/SD(b4 and b7)) / 2
//
// SD is that of all trials of both blocks, with n - 1. Trials longer than 10000
// ms are left out and counted. A subject with more than a tenth of trials below
// 300 ms is to be excluded: an error. So are latencies not above 0, blocks
// with no trial left, and blocks whose latencies are all equal.
//
// Source: Greenwald, Nosek and Banaji 2003, J Pers Soc Psychol 85:197. Checked
// against the formula.
func IATD(b3, b4, b6, b7 []float64) (*IATScore, error) {
	s := &IATScore{}
	var kept [4][]float64
	fast, n := 0.0, 0.0
	for k, b := range [4][]float64{b3, b4, b6, b7} {
		name := [4]string{"b3", "b4", "b6", "b7"}[k]
		for i, v := range b {
			switch {
			case !(v > 0):
				return nil, fmt.Errorf("behavior: IATD: %s[%d] is %g ms; a latency must be above 0", name, i, v)
			case v > 10000:
				s.Dropped++
				continue
			case v < 300:
				fast++
			}
			n++
			kept[k] = append(kept[k], v)
		}
		if len(kept[k]) == 0 {
			return nil, fmt.Errorf("behavior: IATD: %s has no trial of up to 10000 ms (of %d)", name, len(b))
		}
	}
	s.Fast = fast / n
	if s.Fast > 0.1 {
		return nil, fmt.Errorf("behavior: IATD: %.0f of %.0f trials are shorter than 300 ms; more than a tenth excludes the subject", fast, n)
	}
	effect := func(x, y []float64) (float64, error) {
		all := append(append([]float64(nil), x...), y...)
		m, err := momentsRT("IATD", all, 2)
		if err != nil {
			return 0, fmt.Errorf("behavior: IATD: all %d latencies of two blocks are equal, or there is one; D needs their spread", len(all))
		}
		return (meanOf(y) - meanOf(x)) / m.sd, nil
	}
	var err error
	if s.Practice, err = effect(kept[0], kept[2]); err != nil {
		return nil, err
	}
	if s.Test, err = effect(kept[1], kept[3]); err != nil {
		return nil, err
	}
	s.D = (s.Practice + s.Test) / 2
	return s, nil
}

func meanOf(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// String gives the score.
func (s *IATScore) String() string {
	return fmt.Sprintf("IAT D = %.3f (practice %.3f, test %.3f), %s dropped, %.1f%% fast", s.D, s.Practice, s.Test, spell.Count(s.Dropped, "trial"), 100*s.Fast)
}

// Show shows the text.
func (s *IATScore) Show() display.Bundle { return display.Text(s.String()) }

// ReliableChange returns Jacobson and Truax's index of a subject's change: a
// size of 1.96 or more is rare (5%) without real change.
//
//	RCI = (post - pre - practice) / √(2 SEM²),  SEM = sd √(1 - reliability)
//
// sd is the standard deviation of the score in a norm group, reliability its
// (test-retest) reliability, from 0 to below 1, and practice the mean change
// without real change, such as by practice; 0 for none. Values that are not
// finite, sd not above 0 and reliability out of range are errors.
//
// Source: Jacobson and Truax 1991, J Consult Clin Psychol 59:12; practice:
// Chelune et al. 1993. Checked against the formula.
func ReliableChange(pre, post, sd, reliability, practice float64) (float64, error) {
	v := pre + post + practice
	if math.IsNaN(v) || math.IsInf(v, 0) || !(sd > 0) || math.IsInf(sd, 1) || !(reliability >= 0 && reliability < 1) {
		return 0, fmt.Errorf("behavior: ReliableChange: pre is %g, post %g, sd %g, reliability %g, practice %g; all must be finite, sd above 0 and reliability from 0 to below 1", pre, post, sd, reliability, practice)
	}
	return (post - pre - practice) / (sd * math.Sqrt(2*(1-reliability))), nil
}
