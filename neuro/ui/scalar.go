package ui

import (
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// A Scalar is a control that gives a number. Min, Max and Step may be changed
// before it is shown.
type Scalar struct {
	control
	// Min and Max bound the value.
	Min, Max float64
	// Step is the distance between values; of a logarithmic slider, that of
	// their logarithms to base 10. 0 chooses about a hundred steps, of 1, 2 or 5
	// times a power of ten.
	Step float64
	// Every is the time between the steps of Play, in ms.
	Every float64

	kind  string // "slider", "log slider", "box" or "play"
	whole bool   // for an int
	value float64
}

// Slider is a slider from min to max that begins at value. A unit in
// parentheses after the label, "I (µA/cm²)", stands behind the value where it is
// written out.
func Slider(label string, min, max, value float64) *Scalar {
	return bounded("Slider", "slider", label, min, max, value)
}

// LogSlider is a slider on a logarithmic scale, for concentrations and
// frequencies; min must be above 0.
func LogSlider(label string, min, max, value float64) *Scalar {
	s := bounded("LogSlider", "log slider", label, min, max, value)
	if s.err == nil && min <= 0 {
		s.wrong("LogSlider", "from %s; a logarithmic scale needs a bound above 0", number(min))
	}
	return s
}

// Number is a box for a number.
func Number(label string, value float64) *Scalar {
	s := bounded("Number", "box", label, -math.MaxFloat64, math.MaxFloat64, value)
	return s
}

// Play is a slider with buttons that let it run from min to max in steps, one
// every 100 ms: a way through time, trials or slices.
func Play(label string, min, max, step float64) *Scalar {
	s := bounded("Play", "play", label, min, max, min)
	s.Step, s.Every = step, 100
	if s.err == nil && !(step > 0 && step <= max-min) {
		s.wrong("Play", "step %s; it must be above 0 and at most %s", number(step), number(max-min))
	}
	return s
}

func bounded(call, kind, label string, min, max, value float64) *Scalar {
	s := &Scalar{control: named(label), Min: min, Max: max, kind: kind, value: value}
	s.self = s
	switch {
	case math.IsNaN(min) || math.IsNaN(max) || math.IsInf(min, 0) || math.IsInf(max, 0) || !(min < max):
		s.wrong(call, "from %s to %s; two finite bounds are needed, the lower one first", number(min), number(max))
	case !(value >= min && value <= max):
		s.wrong(call, "value %s is outside %s to %s", number(value), number(min), number(max))
	}
	return s
}

// Show shows the control.
func (s *Scalar) Show() display.Bundle { return s.show() }

// Value returns the number.
func (s *Scalar) Value() float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

// Set changes the number and runs what depends on it. A number outside Min to
// Max, or a broken one for an int, is an error.
func (s *Scalar) Set(v float64) error {
	switch {
	case s.err != nil:
		return s.err
	case !(v >= s.Min && v <= s.Max):
		return fmt.Errorf("ui: Set: %s of %s is outside %s to %s", number(v), name(s), number(s.Min), number(s.Max))
	case s.whole && v != math.Trunc(v):
		return fmt.Errorf("ui: Set: %s of %s is broken, and a function takes it as an int", number(v), name(s))
	}
	s.mu.Lock()
	s.value = v
	s.mu.Unlock()
	return s.changed()
}

func (s *Scalar) String() string { return s.with(number(s.Value())) }

// number writes a value as short as it is exact, but for what steps add up to.
func number(v float64) string { return strconv.FormatFloat(tidy(v), 'g', -1, 64) }

// tidy takes off what adding steps left in the last digits.
func tidy(v float64) float64 {
	t, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return t
}

func (s *Scalar) gives() string { return "a number: float64 or int" }

func (s *Scalar) fits(t reflect.Type) bool {
	switch {
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32:
		return true
	case isInt(t):
		s.whole = true
		return s.err == nil
	}
	return false
}

func isInt(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64 }

func (s *Scalar) arg(t reflect.Type) reflect.Value {
	v := s.Value()
	if isInt(t) {
		v = math.Round(v)
	}
	return reflect.ValueOf(v).Convert(t)
}

func (s *Scalar) about() string {
	if s.kind == "box" {
		return s.title()
	}
	return s.with(number(s.Min) + " to " + number(s.Max))
}

// step returns the distance between values, chosen when Step is 0.
func (s *Scalar) step() float64 {
	switch {
	case s.Step > 0 && s.whole:
		return math.Max(1, math.Round(s.Step))
	case s.Step > 0:
		return s.Step
	case s.kind == "log slider":
		return nice((vec.Log10(s.Max) - vec.Log10(s.Min)) / 100)
	}
	step := nice((s.Max - s.Min) / 100)
	if s.whole {
		step = math.Max(1, step)
	}
	return step
}

// nice returns the largest of 1, 2 and 5 times a power of ten up to x.
func nice(x float64) float64 {
	power := math.Floor(vec.Log10(x) + 1e-9)
	unit := vec.Pow(10, power)
	for _, m := range []float64{5, 2} {
		if float64(m*unit) <= x*(1+1e-9) {
			return tidy(m * unit)
		}
	}
	return tidy(unit)
}

// indexed tells that a player counts steps, because they are broken numbers.
func (s *Scalar) indexed() bool {
	return s.kind == "play" && !(isWhole(s.Min) && isWhole(s.step()))
}

func isWhole(v float64) bool { return v == math.Trunc(v) }

// wire returns the value as the model has it.
func (s *Scalar) wire(*model) map[string]any {
	v := s.Value()
	if s.indexed() {
		v = math.Round((v - s.Min) / s.step())
	}
	return map[string]any{"value": v}
}

// take takes the value of a model, on a step and within the bounds.
func (s *Scalar) take(_ *model, state map[string]any) (changed, good bool) {
	raw, ok := state["value"]
	if !ok {
		return false, true // something else of the widget
	}
	v, ok := raw.(float64)
	if !ok {
		return false, false
	}
	given := v
	if s.indexed() {
		v = s.Min + float64(v*s.step())
		given = v
	} else if s.kind == "slider" || s.kind == "play" {
		v = s.Min + float64(math.Round((v-s.Min)/s.step())*s.step())
	}
	v = math.Min(math.Max(tidy(v), s.Min), s.Max)
	if s.whole {
		v = math.Round(v)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	changed = v != s.value
	s.value = v
	return changed, math.Abs(v-given) <= 1e-9*math.Max(math.Abs(v), s.Max-s.Min) || s.kind == "box" && v == given
}

func (s *Scalar) build(b *builder) (string, error) {
	if s.kind == "play" {
		return s.buildPlay(b)
	}
	wide := 360
	if s.kind == "box" {
		wide = 280
	}
	layout, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+wide))
	state := map[string]any{"description": s.title(), "layout": layout, "disabled": false}
	widget, style := "Float", "SliderStyle"
	if s.whole {
		widget = "Int"
	}
	switch s.kind {
	case "slider":
		widget += "Slider"
		state["min"], state["max"], state["step"] = s.Min, s.Max, s.step()
		state["readout_format"] = "d"
		if !s.whole {
			state["readout_format"] = fmt.Sprintf(".%df", decimals(s.step()))
		}
	case "log slider":
		widget = "FloatLogSlider"
		state["min"], state["max"], state["step"], state["base"] = vec.Log10(s.Min), vec.Log10(s.Max), s.step(), 10.0
		state["readout_format"] = ".3~g"
	default:
		widget, style = widget+"Text", "DescriptionStyle"
		state["step"] = nil
		if s.Step > 0 {
			state["step"] = s.Step
		}
		if s.Min > -math.MaxFloat64 || s.Max < math.MaxFloat64 {
			widget = "Bounded" + widget
			state["min"], state["max"] = s.Min, s.Max
		}
	}
	if style == "SliderStyle" {
		state["orientation"], state["readout"], state["behavior"] = "horizontal", true, "drag-tap"
	}
	state["continuous_update"] = style == "SliderStyle"
	st, err2 := b.style(style, map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	state["style"], state["value"] = st, s.Value()
	m, err := b.open(widget, state, s.receive, s.gone)
	if err := first(err1, err2, err); err != nil {
		return "", err
	}
	s.view(m)
	return m.id, nil
}

// decimals returns how many digits after the point a step needs.
func decimals(step float64) int {
	for d := range 12 {
		x := float64(step * vec.Pow(10, float64(d)))
		if math.Abs(x-math.Round(x)) < 1e-6*x {
			return d
		}
	}
	return 12
}

// buildPlay makes buttons that move a slider in the page itself, so that it runs
// on while the kernel is at work.
func (s *Scalar) buildPlay(b *builder) (string, error) {
	lo, hi, step := s.Min, s.Max, s.step()
	if s.indexed() {
		lo, hi, step = 0, math.Floor((s.Max-s.Min)/s.step()+1e-9), 1
	}
	at := s.wire(nil)["value"]
	wide, err1 := b.sized(fmt.Sprintf("%dpx", b.wide+360))
	narrow, err2 := b.sized("")
	style, err3 := b.style("SliderStyle", map[string]any{"description_width": fmt.Sprintf("%dpx", b.wide)})
	plain, err4 := b.style("DescriptionStyle", map[string]any{"description_width": ""})
	if err := first(err1, err2, err3, err4); err != nil {
		return "", err
	}
	m, err := b.open("IntSlider", map[string]any{
		"description": s.title(), "layout": wide, "style": style, "value": at, "min": lo, "max": hi, "step": step,
		"readout": !s.indexed(), "readout_format": "d", "orientation": "horizontal", "continuous_update": true, "behavior": "drag-tap",
	}, s.receive, s.gone)
	if err != nil {
		return "", err
	}
	play, err1 := b.open("Play", map[string]any{
		"layout": narrow, "style": plain, "value": at, "min": lo, "max": hi, "step": step, "interval": s.Every,
		"playing": false, "repeat": false, "show_repeat": true, "description": "",
	}, nil, nil)
	if err1 != nil {
		return "", err1
	}
	_, err2 = b.open("Link", map[string]any{"source": []any{ref(play.id), "value"}, "target": []any{ref(m.id), "value"}}, nil, nil)
	children := []string{m.id}
	if s.indexed() {
		fixed, err := b.sized("64px") // so that the buttons do not move
		if err != nil {
			return "", err
		}
		label, err := b.open("Label", map[string]any{"layout": fixed, "style": plain, "value": number(s.Value())}, nil, nil)
		if err != nil {
			return "", err
		}
		m.note = func() { label.set(map[string]any{"value": number(s.Value())}) }
		children = append(children, label.id)
	}
	box, err3 := b.box("HBox", append(children, play.id), map[string]any{"align_items": "center"})
	if err := first(err2, err3); err != nil {
		return "", err
	}
	s.view(m)
	return box.id, nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
