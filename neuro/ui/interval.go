package ui

import (
	"fmt"
	"math"
	"reflect"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// An Interval is a control that gives two numbers, the lower one first: a
// frequency band, a time window.
type Interval struct {
	control
	// Min and Max bound both numbers.
	Min, Max float64
	// Step is the distance between values; 0 chooses as [Scalar] does.
	Step float64

	whole  bool
	lo, hi float64
}

// Range is a slider with two handles between min and max that begin at lo and
// hi.
func Range(label string, min, max, lo, hi float64) *Interval {
	s := &Interval{control: named(label), Min: min, Max: max, lo: lo, hi: hi}
	s.self = s
	switch {
	case math.IsNaN(min) || math.IsNaN(max) || math.IsInf(min, 0) || math.IsInf(max, 0) || !(min < max):
		s.wrong("Range", "from %s to %s; two finite bounds are needed, the lower one first", number(min), number(max))
	case !(min <= lo && lo <= hi && hi <= max):
		s.wrong("Range", "%s to %s; both must lie from %s to %s, the lower one first", number(lo), number(hi), number(min), number(max))
	}
	return s
}

// Show shows the control.
func (s *Interval) Show() display.Bundle { return s.show() }

// Value returns both numbers.
func (s *Interval) Value() (lo, hi float64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lo, s.hi
}

// Set changes both numbers and runs what depends on them.
func (s *Interval) Set(lo, hi float64) error {
	switch {
	case s.err != nil:
		return s.err
	case !(s.Min <= lo && lo <= hi && hi <= s.Max):
		return fmt.Errorf("ui: Set: %s to %s of %s; both must lie from %s to %s, the lower one first",
			number(lo), number(hi), name(s), number(s.Min), number(s.Max))
	case s.whole && !(isWhole(lo) && isWhole(hi)):
		return fmt.Errorf("ui: Set: %s to %s of %s; a function takes them as ints", number(lo), number(hi), name(s))
	}
	s.mu.Lock()
	s.lo, s.hi = lo, hi
	s.mu.Unlock()
	return s.changed()
}

func (s *Interval) String() string {
	lo, hi := s.Value()
	return s.with(number(lo) + " to " + number(hi))
}

func (s *Interval) gives() string { return "two numbers: [2]float64 or [2]int" }

func (s *Interval) fits(t reflect.Type) bool {
	if t.Kind() != reflect.Array || t.Len() != 2 {
		return false
	}
	if isInt(t.Elem()) {
		s.whole = true
		return true
	}
	return t.Elem().Kind() == reflect.Float64 || t.Elem().Kind() == reflect.Float32
}

func (s *Interval) arg(t reflect.Type) reflect.Value {
	lo, hi := s.Value()
	v := reflect.New(t).Elem()
	v.Index(0).Set(reflect.ValueOf(lo).Convert(t.Elem()))
	v.Index(1).Set(reflect.ValueOf(hi).Convert(t.Elem()))
	return v
}

func (s *Interval) about() string {
	return s.with("within " + number(s.Min) + " to " + number(s.Max))
}

// scale has the slider's steps.
func (s *Interval) scale() *Scalar {
	return &Scalar{Min: s.Min, Max: s.Max, Step: s.Step, whole: s.whole, kind: "slider"}
}

func (s *Interval) wire(*model) map[string]any {
	lo, hi := s.Value()
	return map[string]any{"value": []float64{lo, hi}}
}

func (s *Interval) take(_ *model, state map[string]any) (changed, good bool) {
	raw, ok := state["value"]
	if !ok {
		return false, true
	}
	list, _ := raw.([]any)
	if len(list) != 2 {
		return false, false
	}
	scale, good := s.scale(), true
	var v [2]float64
	for i, x := range list {
		_, fine := scale.take(nil, map[string]any{"value": x})
		good = good && fine
		if _, ok := x.(float64); !ok {
			return false, false
		}
		v[i] = scale.value
	}
	if v[0] > v[1] {
		return false, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	changed = v != [2]float64{s.lo, s.hi}
	s.lo, s.hi = v[0], v[1]
	return changed, good
}

func (s *Interval) build(b *builder) (string, error) {
	lo, hi := s.Value()
	layout, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+360))
	style, err2 := b.style("SliderStyle", map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	widget, format, step := "FloatRangeSlider", "", s.scale().step()
	if format = fmt.Sprintf(".%df", decimals(step)); s.whole {
		widget, format = "IntRangeSlider", "d"
	}
	m, err := b.open(widget, map[string]any{
		"description": s.title(), "layout": layout, "style": style, "disabled": false, "value": []float64{lo, hi},
		"min": s.Min, "max": s.Max, "step": step, "readout": true, "readout_format": format,
		"orientation": "horizontal", "continuous_update": true, "behavior": "drag-tap",
	}, s.receive, s.gone)
	if err := first(err1, err2, err); err != nil {
		return "", err
	}
	s.view(m)
	return m.id, nil
}
