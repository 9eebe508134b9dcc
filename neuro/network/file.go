package network

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/plasticity"
)

// A description is a Network as a file has it.
type description struct {
	Format      string
	Network     Network // without cells and plasticity
	Cells       []cellText
	Cell        []int // by population: its place in Cells, -1 for sources
	Plasticity  []ruleText
	Populations []string
}

type cellText struct {
	Equations string
	Options   model.Options
}

type ruleText struct {
	Kind string          `json:",omitempty"`
	Rule json.RawMessage `json:",omitempty"`
}

const format = "neurorepl network description 1"

// rules are the kinds of plasticity that a projection can have.
var rules = map[string]reflect.Type{
	"STDP": reflect.TypeFor[plasticity.STDP](), "Weighted": reflect.TypeFor[plasticity.Weighted](),
	"Triplet": reflect.TypeFor[plasticity.Triplet](), "InhibitorySTDP": reflect.TypeFor[plasticity.InhibitorySTDP](),
	"Clopath": reflect.TypeFor[plasticity.Clopath](), "GraupnerBrunel": reflect.TypeFor[plasticity.GraupnerBrunel](),
	"RewardSTDP": reflect.TypeFor[plasticity.RewardSTDP](), "SpikingBCM": reflect.TypeFor[plasticity.SpikingBCM](),
}

// ruleNames lists them in a sentence.
func ruleNames() string {
	names := slices.Sorted(maps.Keys(rules))
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// Write writes the description to a file, as JSON: Read returns the same network.
// Stimuli of Drive are Go and have no place in a file; a network with them is an
// error.
func (n Network) Write(path string) error {
	d := description{Format: format, Network: *n.clone()}
	seen := map[string]int{}
	for i := range d.Network.Populations {
		p := &d.Network.Populations[i]
		if p.Drive != nil {
			return fmt.Errorf("network: Write: population %q has a Drive; stimuli cannot be written to a file: set Drive after Read", p.Name)
		}
		d.Populations = append(d.Populations, p.Name)
		if p.Cell == nil {
			d.Cell = append(d.Cell, -1)
			continue
		}
		text, o := p.Cell.Equations()
		p.Cell = nil
		key, err := json.Marshal(cellText{text, o})
		if err != nil {
			return fmt.Errorf("network: Write: population %q: %w", p.Name, err)
		}
		at, ok := seen[string(key)]
		if !ok {
			at = len(d.Cells)
			seen[string(key)] = at
			d.Cells = append(d.Cells, cellText{text, o})
		}
		d.Cell = append(d.Cell, at)
	}
	for i := range d.Network.Projections {
		p := &d.Network.Projections[i]
		var r ruleText
		if p.Plasticity != nil {
			t := reflect.TypeOf(p.Plasticity)
			if rules[t.Name()] != t {
				return fmt.Errorf("network: Write: %s: Plasticity is a %v; files can have %s", n.where(i), t, ruleNames())
			}
			data, err := json.Marshal(p.Plasticity)
			if err != nil {
				return fmt.Errorf("network: Write: %s: %w", n.where(i), err)
			}
			r = ruleText{t.Name(), data}
		}
		p.Plasticity = nil
		d.Plasticity = append(d.Plasticity, r)
	}
	data, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		return fmt.Errorf("network: Write: %w", err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("network: Write: %w", err)
	}
	return nil
}

// Read reads the description of a network that Write wrote. The error names the
// file and what is wrong in it.
func Read(path string) (*Network, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("network: Read: %w", err)
	}
	n, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("network: Read: %s: %w", path, err)
	}
	return n, nil
}

func decode(data []byte) (*Network, error) {
	var d description
	r := json.NewDecoder(bytes.NewReader(data))
	r.DisallowUnknownFields()
	if err := r.Decode(&d); err != nil {
		return nil, err
	}
	n := &d.Network
	switch {
	case d.Format != format:
		return nil, fmt.Errorf("its format is %q; it must be %q", d.Format, format)
	case len(d.Cell) != len(n.Populations) || len(d.Plasticity) != len(n.Projections):
		return nil, errors.New("it has cells and plasticity of other populations and projections than are in it")
	}
	cells := make([]*model.Model, len(d.Cells))
	for i, c := range d.Cells {
		m, err := model.Parse(c.Equations, c.Options)
		if err != nil {
			return nil, fmt.Errorf("cell %d: %w", i, err)
		}
		cells[i] = m
	}
	for i, c := range d.Cell {
		switch {
		case c >= len(cells) || c < -1:
			return nil, fmt.Errorf("population %q is of cell %d; there are %d", n.Populations[i].Name, c, len(cells))
		case c >= 0:
			n.Populations[i].Cell = cells[c]
		}
	}
	for i, p := range d.Plasticity {
		if p.Kind == "" {
			continue
		}
		t, ok := rules[p.Kind]
		if !ok {
			return nil, fmt.Errorf("there is no plasticity %q; kinds are %s", p.Kind, ruleNames())
		}
		v := reflect.New(t)
		if err := json.Unmarshal(p.Rule, v.Interface()); err != nil {
			return nil, fmt.Errorf("plasticity of projection %d: %w", i, err)
		}
		n.Projections[i].Plasticity = v.Elem().Interface()
	}
	return n, nil
}
