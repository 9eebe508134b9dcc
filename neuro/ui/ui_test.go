package ui

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// A browser is a front end with widgets, for tests.
type browser struct {
	t       *testing.T
	comms   map[string]display.Comm
	states  map[string]map[string]any // of models, as they are now
	order   []string                  // identifiers as they were opened
	shown   []display.Bundle
	ids     int
	capture func(string, []byte)
}

func newBrowser(t *testing.T) *browser {
	p := &browser{t: t, comms: map[string]display.Comm{}, states: map[string]map[string]any{}}
	before := display.Use(p)
	t.Cleanup(func() { display.Use(before) })
	return p
}

func (p *browser) Display(b display.Bundle) error { p.shown = append(p.shown, b); return nil }
func (p *browser) Clear(bool) error               { return nil }
func (p *browser) Update(b display.Bundle) error {
	for i := range p.shown {
		if p.shown[i].ID == b.ID {
			p.shown[i] = b
			return nil
		}
	}
	return fmt.Errorf("nothing is shown under %s", b.ID)
}
func (p *browser) NewID() string { p.ids++; return fmt.Sprintf("id%d", p.ids) }
func (p *browser) Open(c display.Comm) error {
	p.comms[c.ID] = c
	p.states[c.ID] = map[string]any{}
	p.order = append(p.order, c.ID)
	p.merge(c.ID, c.Data, c.Buffers)
	return nil
}
func (p *browser) Send(id string, data any, buffers [][]byte) error {
	if _, ok := p.comms[id]; !ok {
		return fmt.Errorf("%s is not open", id)
	}
	p.merge(id, data, buffers)
	return nil
}
func (p *browser) Close(id string) error { delete(p.comms, id); return nil }
func (p *browser) Capture(f func(string, []byte)) func() {
	before := p.capture
	p.capture = f
	return func() { p.capture = before }
}

func (p *browser) merge(id string, data any, buffers [][]byte) {
	p.t.Helper()
	raw, err := json.Marshal(data)
	if err != nil {
		p.t.Fatal(err)
	}
	var m struct {
		State map[string]any `json:"state"`
		Paths [][]any        `json:"buffer_paths"`
	}
	if err := json.Unmarshal(raw, &m); err != nil || len(m.Paths) != len(buffers) {
		p.t.Fatalf("%s: %v, %d buffers", raw, err, len(buffers))
	}
	for k, v := range m.State {
		p.states[id][k] = v
	}
	for i, path := range m.Paths {
		p.states[id][path[0].(string)] = string(buffers[i])
	}
}

// find returns the model of a kind, the n-th in the order of opening.
func (p *browser) find(name string, n int) string {
	p.t.Helper()
	for _, id := range p.order {
		if p.states[id]["_model_name"] == name+"Model" {
			if n--; n < 0 {
				return id
			}
		}
	}
	p.t.Fatalf("no %s is open", name)
	return ""
}

// tell sends a message of the front end and does what it asks for.
func (p *browser) tell(id, data string) {
	if task := p.comms[id].Receive(json.RawMessage(data), nil); task != nil {
		func() {
			defer func() {
				if r := recover(); r != nil {
					task.Failed("panic", fmt.Sprint(r), []string{"at here"})
				}
			}()
			task.Run()
		}()
	}
}

// move sets a value of a model in the front end.
func (p *browser) move(id, key string, value any) {
	state, _ := json.Marshal(map[string]any{key: value})
	p.tell(id, `{"method":"update","state":`+string(state)+`,"buffer_paths":[]}`)
}

// area returns what the function shows: pictures and texts of outputs.
func (p *browser) area() string {
	// The area is the last child of the root, which is the last box.
	root := p.states[strings.TrimPrefix(p.shown[0].Data[typeView].(map[string]any)["model_id"].(string), "")]
	children := root["children"].([]any)
	area := p.states[strings.TrimPrefix(children[len(children)-1].(string), "IPY_MODEL_")]
	var list []string
	for _, c := range area["children"].([]any) {
		s := p.states[strings.TrimPrefix(c.(string), "IPY_MODEL_")]
		if s["_model_name"] == "ImageModel" {
			list = append(list, "picture "+s["value"].(string))
			continue
		}
		for _, o := range s["outputs"].([]any) {
			m := o.(map[string]any)
			switch m["output_type"] {
			case "stream":
				list = append(list, fmt.Sprintf("%s %q", m["name"], m["text"]))
			case "error":
				list = append(list, fmt.Sprintf("error %s: %s", m["ename"], m["evalue"]))
			default:
				list = append(list, fmt.Sprint(m["data"].(map[string]any)["text/plain"]))
			}
		}
	}
	return strings.Join(list, " | ")
}

func (p *browser) check(what, want string) {
	p.t.Helper()
	if got := p.area(); got != want {
		p.t.Errorf("%s: the area shows %s, want %s", what, got, want)
	}
}

func TestInteract(t *testing.T) {
	p := newBrowser(t)
	x := Slider("x (ms)", 0, 10, 4)
	calls := 0
	err := Interact(func(v float64, way string, on bool) (any, error) {
		calls++
		switch way {
		case "picture":
			return display.PNG([]byte(fmt.Sprint(v))), nil
		case "print":
			p.capture("stdout", []byte("printed\n"))
			return v, nil
		case "fail":
			return nil, errors.New("too fast")
		case "panic":
			panic("oh")
		}
		return nil, nil
	}, x, Select("way", "picture", "print", "fail", "panic", "nothing"), Checkbox("on", true))
	if err != nil {
		t.Fatal(err)
	}
	p.check("first call", "picture 4")
	slider, menu := p.find("FloatSlider", 0), p.find("Dropdown", 0)
	p.move(slider, "value", 7.5)
	p.check("moved", "picture 7.5")
	if got := p.shown[1].Text(); got != "x 7.5 ms · way picture · on yes" {
		t.Errorf("instead of the controls: %q", got)
	}
	if got := p.shown[2].Data[display.TypePNG]; string(got.([]byte)) != "7.5" {
		t.Errorf("instead of the area: %q", got)
	}
	before := calls
	p.move(slider, "value", 7.5) // an echo
	p.move(slider, "_view_count", 1)
	if calls != before {
		t.Errorf("%d calls for messages that change nothing", calls-before)
	}
	p.move(menu, "index", 1)
	p.check("print", `stdout "printed\n" | 7.5`)
	p.move(menu, "index", 2)
	p.check("fail", `error error: too fast`)
	p.move(menu, "index", 3)
	p.check("panic", `error panic: oh`)
	p.move(menu, "index", 0)
	p.check("after a panic", `picture 7.5`)
	if err := x.Set(2); err != nil {
		t.Fatal(err)
	}
	p.check("Set", "picture 2")
	if got := p.states[slider]["value"]; got != 2.0 {
		t.Errorf("Set: the slider is at %v", got)
	}
	p.move(menu, "index", 4)
	p.check("nothing", "")
	// The cell runs again: what it made is dead, and the control of an earlier
	// cell lives on.
	root := p.shown[0].Data[typeView].(map[string]any)["model_id"].(string)
	for _, id := range p.order {
		if c := p.comms[id]; c.Closed != nil && id == root || id == slider {
			c.Closed()
		}
	}
	before = calls
	if err := x.Set(3); err != nil || calls != before {
		t.Errorf("after the end: %v, %d calls", err, calls-before)
	}
}

// What a front end sends is held against the control.
func TestWrongValues(t *testing.T) {
	for _, c := range []struct {
		control     Control
		model, key  string
		value, want any    // what holds then, as the model has it
		text        string // of the control then
	}{
		{Slider("x", 0, 1, 0.5), "FloatSlider", "value", "a", 0.5, "x 0.5"},
		{Slider("x", 0, 1, 0.5), "FloatSlider", "value", nil, 0.5, "x 0.5"},
		{Slider("x", 0, 1, 0.5), "FloatSlider", "value", 7, 1.0, "x 1"},
		{Slider("x", 0, 1, 0.5), "FloatSlider", "value", 0.30000000000000004, 0.5, "x 0.3"},
		{LogSlider("x", 0.1, 100, 1), "FloatLogSlider", "value", -3, 0.1, "x 0.1"},
		{Range("x", 0, 1, 0.2, 0.4), "FloatRangeSlider", "value", []any{1}, []any{0.2, 0.4}, "x 0.2 to 0.4"},
		{Range("x", 0, 1, 0.2, 0.4), "FloatRangeSlider", "value", []any{0.6, 0.1}, []any{0.2, 0.4}, "x 0.2 to 0.4"},
		{Range("x", 0, 1, 0.2, 0.4), "FloatRangeSlider", "value", []any{-1, 0.1}, []any{0.0, 0.1}, "x 0 to 0.1"},
		{Select("x", "a", "b"), "Dropdown", "index", 2, 0.0, "x a"},
		{Select("x", "a", "b"), "Dropdown", "index", 0.5, 0.0, "x a"},
		{Select("x", "a", "b"), "Dropdown", "index", nil, 0.0, "x a"},
		{Checkbox("x", true), "Checkbox", "value", 1, true, "x yes"},
		{Text("x", "a"), "Text", "value", []any{}, "a", `x "a"`},
		{Number("x", 3), "FloatText", "value", "3", 3.0, "x 3"},
	} {
		p := newBrowser(t)
		p.Display(c.control.Show())
		id := p.find(c.model, 0)
		p.move(id, c.key, c.value)
		if got := p.states[id][c.key]; !reflect.DeepEqual(got, c.want) || c.control.String() != c.text {
			t.Errorf("%s given %v: the model has %v, want %v; the control is %q, want %q", c.model, c.value, got, c.want, c.control, c.text)
		}
	}
}

func TestInts(t *testing.T) {
	p := newBrowser(t)
	n, again, play := Slider("n", 0, 500, 10), Button("again"), Play("frame", 0, 20, 2)
	var got string
	err := Interact(func(n, seed int, frame int32, at float64, band [2]int) { got = fmt.Sprint(n, seed, frame, at, band) },
		n, again, play, Play("t (ms)", 0, 1, 0.25), Range("band", 1, 80, 8, 12))
	if err != nil {
		t.Fatal(err)
	}
	check := func(want string) {
		t.Helper()
		if got != want {
			t.Errorf("called with %s, want %s", got, want)
		}
	}
	check("10 0 0 0 [8 12]")
	if step := p.states[p.find("IntSlider", 0)]["step"]; step != 5.0 {
		t.Errorf("step of an int from 0 to 500: %v", step)
	}
	p.tell(p.find("Button", 0), `{"method":"custom","content":{"event":"click"}}`)
	check("10 1 0 0 [8 12]")
	p.move(p.find("IntSlider", 1), "value", 4)
	check("10 1 4 0 [8 12]")
	p.move(p.find("IntSlider", 2), "value", 3) // counts steps
	check("10 1 4 0.75 [8 12]")
	if label := p.states[p.find("Label", 0)]["value"]; label != "0.75" {
		t.Errorf("the player shows %v", label)
	}
	if err := n.Set(2.5); err == nil || !strings.Contains(err.Error(), `"n" is broken`) {
		t.Errorf("a broken number for an int: %v", err)
	}
}

// With a Run button nothing runs before it is clicked, and then once.
func TestRun(t *testing.T) {
	p := newBrowser(t)
	var got []float64
	if err := Interact(func(x float64) { got = append(got, x) }, Slider("x", 0, 10, 1), Run("simulate")); err != nil {
		t.Fatal(err)
	}
	p.move(p.find("FloatSlider", 0), "value", 2)
	p.move(p.find("FloatSlider", 0), "value", 3)
	p.tell(p.find("Button", 0), `{"method":"custom","content":{"event":"click"}}`)
	if want := []float64{1, 3}; !reflect.DeepEqual(got, want) {
		t.Errorf("called with %v, want %v", got, want)
	}
}

// Moves that came before a task had its turn are one call.
func TestGathered(t *testing.T) {
	p := newBrowser(t)
	var got []float64
	if err := Interact(func(x float64) { got = append(got, x) }, Slider("x", 0, 10, 1)); err != nil {
		t.Fatal(err)
	}
	c := p.comms[p.find("FloatSlider", 0)]
	var tasks []*display.Task
	for _, v := range []string{"2", "3", "4"} {
		tasks = append(tasks, c.Receive(json.RawMessage(`{"method":"update","state":{"value":`+v+`}}`), nil))
	}
	for _, task := range tasks {
		task.Run()
	}
	if want := []float64{1, 4}; !reflect.DeepEqual(got, want) {
		t.Errorf("called with %v, want %v", got, want)
	}
}

// A long call shows what it has so far, and what it will replace stays meanwhile.
func TestWhileItRuns(t *testing.T) {
	p := newBrowser(t)
	during := ""
	err := Interact(func(x float64) any {
		p.capture("stdout", []byte("so far\n"))
		if x > 1 {
			time.Sleep(3 * flushAfter)
			during = p.area()
		}
		return display.PNG([]byte(fmt.Sprint(x)))
	}, Slider("x", 0, 10, 1))
	if err != nil {
		t.Fatal(err)
	}
	p.move(p.find("FloatSlider", 0), "value", 2)
	if want := `stdout "so far\n" | picture 1`; during != want {
		t.Errorf("while it runs: %s, want %s", during, want)
	}
	p.check("then", `stdout "so far\n" | picture 2`)
}

// A bar of a long call inside the function stands in the area while that runs.
func TestBar(t *testing.T) {
	p := newBrowser(t)
	during := ""
	bar := display.Bar{ID: "bar", Label: "fit", Done: 1, Total: 4, Elapsed: time.Second}
	err := Interact(func(x float64) float64 {
		now, _ := display.Live()
		now.(display.BarSink).ShowBar(bar)
		bar.Done++
		now.(display.BarSink).ShowBar(bar)
		if x > 1 {
			time.Sleep(3 * flushAfter)
			during = p.area()
		}
		bar.State = display.BarDone
		now.(display.BarSink).ShowBar(bar)
		bar.State = display.BarRuns
		return x
	}, Slider("x", 0, 10, 1))
	if err != nil {
		t.Fatal(err)
	}
	p.move(p.find("FloatSlider", 0), "value", 2)
	if !strings.HasPrefix(during, "fit: 75%, 3/4") {
		t.Errorf("while it runs: %s", during)
	}
	p.check("then", "2")
}

func TestMistakes(t *testing.T) {
	f := func(x float64) {}
	for want, err := range map[string]error{
		`ui: Interact: the first argument is nil; a function is needed`:                                                                                   Interact(nil),
		`ui: Interact: the first argument is a value of type int; a function is needed`:                                                                   Interact(3),
		`ui: Interact: parameter 1 of the function (float64) has no control: 0 controls for 1 parameter`:                                                  Interact(f),
		`ui: Interact: the control "b" has no parameter: the function has 1 parameter; add one that takes one of its texts: string, or int for its place`: Interact(f, Slider("a", 0, 1, 0), Select("b", "x")),
		`ui: Interact: parameter 1 of the function is float64, and the control "b (u)" gives a truth value: bool`:                                         Interact(f, Checkbox("b (u)", true)),
		`ui: Interact: ui: Slider "x": value 3 is outside 0 to 2`:                                                                                         Interact(f, Slider("x", 0, 2, 3)),
		`ui: Interact: ui: Slider "x": from 2 to 0; two finite bounds are needed, the lower one first`:                                                    Interact(f, Slider("x", 2, 0, 1)),
		`ui: Interact: ui: LogSlider "x": from 0; a logarithmic scale needs a bound above 0`:                                                              Interact(f, LogSlider("x", 0, 2, 1)),
		`ui: Interact: ui: Play "x": step 0; it must be above 0 and at most 1`:                                                                            Interact(f, Play("x", 0, 1, 0)),
		`ui: Interact: ui: Select "x": no options; give one or more texts after the label`:                                                                Interact(func(string) {}, Select("x")),
		`ui: Interact: ui: Range "x": 3 to 2; both must lie from 0 to 5, the lower one first`:                                                             Interact(func([2]float64) {}, Range("x", 0, 5, 3, 2)),
		`ui: Interact: control 1 is nil`:                         Interact(f, nil),
		`ui: Set: 4 of the control "x" is outside 0 to 2`:        Slider("x", 0, 2, 1).Set(4),
		`ui: Set: "c" is no option of the control "x": "a", "b"`: Select("x", "a", "b").Set("c"),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestSteps(t *testing.T) {
	for _, c := range []struct{ min, max, want float64 }{
		{0, 20, 0.2}, {0, 1, 0.01}, {-70, 50, 1}, {0, 140, 1}, {0, 0.3, 0.002}, {0, 1e6, 1e4}, {0, 100, 1},
	} {
		if got := Slider("x", c.min, c.max, c.min).step(); got != c.want {
			t.Errorf("step from %g to %g: %g, want %g", c.min, c.max, got, c.want)
		}
	}
	for step, want := range map[float64]int{1: 0, 0.2: 1, 0.25: 2, 0.002: 3, 10: 0} {
		if got := decimals(step); got != want {
			t.Errorf("digits after the point for a step of %g: %d, want %d", step, got, want)
		}
	}
}

// Nothing that a front end sends makes a control hold what it may not.
func FuzzReceive(f *testing.F) {
	f.Add(`{"method":"update","state":{"value":[0.1,1e308],"index":1}}`)
	f.Add(`{"method":"custom","content":{"event":"click"}}`)
	f.Add(`{"method":"update","state":{"value":true,"index":-1}}`)
	f.Add(`[]`)
	f.Fuzz(func(t *testing.T, data string) {
		p := newBrowser(t)
		x, r, s, w := Slider("x", -1, 1, 0), Range("r", 0, 5, 1, 2), Select("s", "a", "b"), Play("p", 0, 10, 2.5)
		list := []Control{x, r, s, w, Checkbox("c", true), Text("t", "x"), Button("b"), Number("n", 1), LogSlider("l", 1, 10, 2)}
		for _, c := range list {
			c.Show()
		}
		for _, id := range p.order {
			if c := p.comms[id]; c.Receive != nil {
				c.Receive(json.RawMessage(data), nil)
			}
		}
		lo, hi := r.Value()
		if v := x.Value(); !(v >= -1 && v <= 1) || !(lo >= 0 && lo <= hi && hi <= 5) || s.Index() > 1 || s.Index() < 0 || !(w.Value() >= 0 && w.Value() <= 10) {
			t.Errorf("%s: %v", data, list)
		}
	})
}
