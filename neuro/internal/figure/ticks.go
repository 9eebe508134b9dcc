package figure

import (
	"math"
	"strconv"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// log10 is the decimal logarithm for places on the page.
func log10(v float64) float64 { return vec.Log10(v) }

// exponent returns the decimal exponent of a positive number: 3 for 1000 to
// 9999.
func exponent(v float64) int {
	s := strconv.FormatFloat(v, 'e', -1, 64)
	e, _ := strconv.Atoi(s[strings.IndexByte(s, 'e')+1:])
	return e
}

// power returns 10 to the e.
func power(e int) float64 {
	v, _ := strconv.ParseFloat("1e"+strconv.Itoa(e), 64)
	return v
}

// marks are the ticks of one axis, at values in the units of its scale.
type marks struct {
	at     []float64
	labels []string
	minor  []float64
	note   string // a factor or an offset that all labels lack, such as "×10⁶"
}

// A ruler chooses ticks: how long the axis is, what fits on it, and whether
// only whole numbers make sense.
type ruler struct {
	length  float64
	size    float64 // font size
	upright bool    // labels stand above each other, as on y
	whole   bool
}

// most is how many labels an axis should have.
func (r ruler) most() int {
	apart := 36.0
	if r.upright {
		apart = 21
	}
	return int(math.Max(2, math.Min(9, math.Floor(r.length/apart)+1)))
}

// fits tells whether labels at these values do not touch.
func (r ruler) fits(m marks, s *scale) bool {
	unit := r.length / (s.hi - s.lo)
	for i := 1; i < len(m.at); i++ {
		gap := float64(math.Abs(m.at[i]-m.at[i-1]) * unit)
		if r.upright {
			if gap < float64(1.3*r.size) {
				return false
			}
		} else if gap < float64(0.5*(textWidth(m.labels[i], r.size)+textWidth(m.labels[i-1], r.size)))+float64(0.7*r.size) {
			return false
		}
	}
	return true
}

// choose returns the marks of an axis.
func (r ruler) choose(a *Axis, s *scale) marks {
	switch {
	case a.Hide:
		return marks{}
	case a.Ticks != nil:
		return r.given(a, s)
	case s.log:
		return r.spaced(r.decades(s), s)
	case s.lin > 0:
		return r.symlog(s)
	}
	return r.linear(s)
}

// given returns the marks that the user placed, as far as they lie on the
// axis.
func (r ruler) given(a *Axis, s *scale) marks {
	var m marks
	var plain []float64
	for i, v := range a.Ticks {
		t, ok := s.value(v)
		slack := float64(1e-9 * (s.hi - s.lo))
		if !ok || t < s.lo-slack || t > s.hi+slack {
			continue
		}
		m.at = append(m.at, t)
		plain = append(plain, v)
		if a.Names != nil {
			m.labels = append(m.labels, a.Names[i])
		}
	}
	if a.Names == nil {
		for _, v := range plain {
			m.labels = append(m.labels, number(v))
		}
	}
	return m
}

// number writes one number with as many digits as it needs, at most six.
func number(v float64) string {
	e := 0
	if v != 0 {
		e = exponent(math.Abs(v))
	}
	if e >= 6 || e < -4 {
		mantissa := strconv.FormatFloat(v/power(e), 'g', 5, 64)
		if mantissa == "1" {
			return "10" + superscript(e)
		}
		return minus(mantissa) + "×10" + superscript(e)
	}
	return minus(strconv.FormatFloat(v, 'g', 6, 64))
}

// whole writes all digits of a number that is not too long for that.
func whole(v float64) string {
	if e := exponent(math.Abs(v)); e < 15 && e > -7 {
		return minus(strconv.FormatFloat(v, 'f', -1, 64))
	}
	return minus(strconv.FormatFloat(v, 'g', -1, 64))
}

func minus(s string) string { return strings.ReplaceAll(s, "-", "−") }

func superscript(e int) string {
	var b strings.Builder
	for _, c := range strconv.Itoa(e) {
		if c == '-' {
			b.WriteRune('⁻')
		} else {
			b.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[c-'0'])
		}
	}
	return b.String()
}

// linear returns ticks at multiples of 1, 2 or 5 times a power of ten: the
// closest that fit and are not too many for the axis's length.
func (r ruler) linear(s *scale) marks {
	span := s.hi - s.lo
	want := r.most()
	e := exponent(span)
	var best marks
	for k := 3; k >= -9; k-- { // from steps of 10 times the span to ever finer ones
		digit := []int{1, 2, 5}[((k%3)+3)%3]
		exp := e + int(math.Floor(float64(k)/3))
		if r.whole && exp < 0 {
			break
		}
		m := multiples(digit, exp, s)
		if len(m.at) == 0 {
			continue
		}
		if len(m.at) > want && len(best.at) >= 3 || !r.fits(m, s) {
			if len(best.at) == 0 { // no room for two: one is better than none
				best.at = m.at[len(m.at)/2:][:1]
				best.label(exp)
			}
			break
		}
		best = m
	}
	return best
}

// multiples returns the multiples of digit*10^exp on the axis with labels of
// equal precision.
func multiples(digit, exp int, s *scale) marks {
	// Multiples are whole numbers times a power of ten, so that 0.3 is the
	// float nearest to 0.3.
	at := func(k float64) float64 {
		if exp < 0 {
			return float64(k*float64(digit)) / power(-exp)
		}
		return float64(k * float64(float64(digit)*power(exp)))
	}
	step := at(1)
	if !(step > 0) || math.IsInf(step, 0) {
		return marks{}
	}
	slack := 1e-9
	first, last := math.Ceil(s.lo/step-slack), math.Floor(s.hi/step+slack)
	if last-first > 100 || first > last {
		return marks{}
	}
	var m marks
	for k := first; k <= last; k++ {
		v := at(k) + 0 // never −0
		if over := float64(1e-6 * (s.hi - s.lo)); v < s.lo-over || v > s.hi+over {
			continue
		}
		m.at = append(m.at, v)
		if v == m.at[max(0, len(m.at)-2)] && len(m.at) > 1 {
			return marks{} // finer than the numbers themselves
		}
	}
	if len(m.at) > 0 {
		m.label(exp)
	}
	return m
}

// label writes the numbers: whole and decimal places as they are, very large
// and very small ones with a common factor of a power of 1000, and ones with
// too many equal leading digits as distance from the first.
func (m *marks) label(exp int) {
	if len(m.at) == 1 {
		m.labels = []string{number(m.at[0])}
		return
	}
	largest := math.Max(math.Abs(m.at[0]), math.Abs(m.at[len(m.at)-1]))
	shown := append([]float64(nil), m.at...)
	if largest > 0 && exponent(largest)-exp > 6 {
		base := m.at[0]
		m.note = "+ " + whole(base)
		largest = 0
		for i := range shown {
			shown[i] -= base
			largest = math.Max(largest, math.Abs(shown[i]))
		}
	}
	factor := 0
	if largest > 0 {
		if e := exponent(largest); e >= 6 || e < -3 {
			factor = int(math.Floor(float64(e)/3)) * 3
			m.note = strings.TrimSpace("×10" + superscript(factor) + " " + m.note)
		}
	}
	places := max(0, factor-exp)
	for _, v := range shown {
		if factor > 0 {
			v /= power(factor)
		} else if factor < 0 {
			v = float64(v * power(-factor))
		}
		s := strconv.FormatFloat(v, 'f', places, 64)
		if strings.Trim(s, "-0.") == "" {
			s = strings.TrimPrefix(s, "-")
		}
		m.labels = append(m.labels, minus(s))
	}
}

// decades returns the ticks of a logarithmic axis: powers of ten, every
// second or more when they are many, and 2 and 5 between when they are few.
func (r ruler) decades(s *scale) marks {
	span := s.hi - s.lo
	first, last := int(math.Ceil(s.lo-1e-9)), int(math.Floor(s.hi+1e-9))
	type choice struct {
		every int
		fill  []int
	}
	choices := []choice{{1, nil}, {2, nil}, {3, nil}, {5, nil}, {10, nil}, {20, nil}, {50, nil}, {100, nil}, {200, nil}}
	if span < 2 {
		choices = append([]choice{{1, []int{2, 5}}}, choices...)
	}
	if span < 1 {
		choices = append([]choice{{1, []int{2, 3, 4, 5, 6, 7, 8, 9}}}, choices...)
	}
	plain := first >= -3 && last <= 4
	var m marks
	for _, c := range choices {
		var next marks
		for d := first - 1; d <= last; d++ {
			if d%c.every == 0 && d >= first {
				next.add(float64(d), decade(1, d, plain))
			}
			for _, k := range c.fill {
				if t := decadeAt(k, d); t >= s.lo && t <= s.hi {
					next.add(t, decade(k, d, plain))
				}
			}
		}
		if len(next.at) == 0 && len(m.at) > 0 {
			break // too many for the room are better than none
		}
		m = next
		if len(m.at) > 0 && len(m.at) <= r.most() && r.fits(m, s) {
			break
		}
	}
	if len(m.at) == 0 { // less than a decade without a round number: both ends
		lin := scale{lo: power10(s.lo), hi: power10(s.hi)}
		l := r.linear(&lin)
		for i, v := range l.at {
			m.add(log10(v), l.labels[i])
		}
		m.note = l.note
		return m
	}
	if span < 6 {
		for d := first - 1; d <= last; d++ {
			for k := 2; k <= 9; k++ {
				if t := decadeAt(k, d); t >= s.lo && t <= s.hi {
					m.minor = append(m.minor, t)
				}
			}
		}
	}
	return m
}

func (m *marks) add(at float64, label string) {
	m.at, m.labels = append(m.at, at), append(m.labels, label)
}

// power10 inverts log10.
func power10(t float64) float64 { return vec.Pow(10, t) }

// decadeAt returns the logarithm of k times 10 to the d.
func decadeAt(k, d int) float64 { return float64(d) + float64(log10(float64(k))) }

func decade(k, d int, plain bool) string {
	if plain {
		return strconv.FormatFloat(float64(float64(k)*power(d)), 'g', 6, 64)
	}
	if k == 1 {
		return "10" + superscript(d)
	}
	return strconv.Itoa(k) + "×10" + superscript(d)
}
