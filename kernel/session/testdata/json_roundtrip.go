// encoding/json on interpreted structs: tags, nesting, embedding, pointers,
// omitempty and omitzero, maps, unexported fields, and back again.
package main

import (
	"encoding/json"
	"fmt"
	"time"
)

type Meta struct {
	Subject string `json:"subject"`
	Age     int    `json:"age,omitempty"`
}

type Electrode struct {
	ID  int        `json:"id"`
	Pos [3]float64 `json:"pos"`
	Imp *float64   `json:"impedance,omitempty"`
}

type Extra struct {
	Note string
	When time.Time `json:",omitzero"`
}

type Session struct {
	Meta
	*Extra
	Electrodes []Electrode          `json:"electrodes"`
	Rates      map[string][]float64 `json:"rates"`
	Raw        []byte               `json:"raw"`
	Any        any                  `json:"any"`
	Count      int64                `json:"count,string"`
	Skip       string               `json:"-"`
	Defer      json.RawMessage      `json:"raw_json"`
	private    int
}

func main() {
	imp := 1.25
	s := Session{
		Meta:       Meta{Subject: "m01"},
		Extra:      &Extra{Note: "<ok> & \"fine\""},
		Electrodes: []Electrode{{1, [3]float64{0, 1.5, -2}, &imp}, {ID: 2}},
		Rates:      map[string][]float64{"b": {1, 2.5}, "a": nil},
		Raw:        []byte("hi"),
		Any:        []any{1, "x", map[string]bool{"t": true}, Meta{"n", 3}},
		Count:      1 << 40,
		Skip:       "hidden",
		Defer:      json.RawMessage(`{"k":[1,2]}`),
		private:    7,
	}
	b, err := json.MarshalIndent(s, "", " ")
	fmt.Println(string(b), err)
	var back Session
	if err := json.Unmarshal(b, &back); err != nil {
		fmt.Println(err)
	}
	fmt.Println(back.Subject, back.Note, *back.Electrodes[0].Imp, back.Electrodes[1], back.Rates["b"], back.Rates["a"] == nil)
	fmt.Printf("%s %T %v %d %s\n", back.Raw, back.Any, back.Any, back.Count, back.Defer)
	var partial struct {
		Electrodes []struct{ Pos []float64 }
		Rates      map[string]any
		SUBJECT    string
	}
	fmt.Println(json.Unmarshal(b, &partial), partial.Electrodes[0].Pos, partial.Rates, partial.SUBJECT)
	for _, bad := range []string{`{"age":"x"}`, `{"subject":`, `[1]`, `{"electrodes":[{"pos":[1,2,3,4]}]}`, `{"id":1.5}`} {
		var s Session
		fmt.Println(json.Unmarshal([]byte(bad), &s))
	}
	var e Electrode
	fmt.Println(json.Unmarshal([]byte(`{"id":1.5}`), &e))
}
