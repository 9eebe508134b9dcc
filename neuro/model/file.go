package model

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Read reads a model from a file: its equations, and a line for each option:
//
//	# leaky integrate-and-fire
//	dv/dt = (El - v + R*I)/tau : mV (unless refractory)
//	I : pA
//	@param El = -65 mV
//	@param tau = 10 ms
//	@param R = 100 Mohm
//	@initial v = -65 mV
//	@threshold v > -50*mV
//	@reset v = -70*mV
//	@refractory 2*ms
//	@method exact
//
// Further options are @input NAME = UNIT (Options.Inputs), and
// @event NAME : CONDITION : STATEMENTS. The name of the file, without what follows the
// last dot, is that of the model.
func Read(path string) (*Model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("model: Read: %w", err)
	}
	text, o, err := options(string(data))
	if err != nil {
		return nil, err
	}
	base := filepath.Base(path)
	o.Name = strings.TrimSuffix(base, filepath.Ext(base))
	return Parse(text, o)
}

// Decode reads a model from a text as Read does from a file.
func Decode(text string) (*Model, error) {
	equations, o, err := options(text)
	if err != nil {
		return nil, err
	}
	return Parse(equations, o)
}

// options divides a text into equations, which keep their lines, and options.
func options(text string) (string, Options, error) {
	o := Options{Params: map[string]string{}, Initial: map[string]string{}, Inputs: map[string]string{}, Events: map[string]Event{}}
	probs := &problems{}
	s := &source{"model", text}
	probs.sources = append(probs.sources, s)
	lines := strings.Split(text, "\n")
	pos := 0
	for i, line := range lines {
		start := pos
		pos += len(line) + 1
		trimmed := strings.TrimSpace(line)
		if !strings.HasPrefix(trimmed, "@") {
			continue
		}
		lines[i] = ""
		start += strings.Index(line, "@")
		word, rest, _ := strings.Cut(trimmed[1:], " ")
		rest = strings.TrimSpace(rest)
		fail := func(message, remedy string) { probs.add(s, start, start+len(trimmed), message, remedy) }
		named := func(to map[string]string) {
			name, value, ok := strings.Cut(rest, "=")
			name, value = strings.TrimSpace(name), strings.TrimSpace(value)
			if !ok || name == "" || value == "" {
				fail("@"+word+" needs a name and a value", "write @"+word+" x = 10 ms")
				return
			}
			to[name] = value
		}
		one := func(to *string) {
			if *to != "" {
				*to += "\n"
			}
			*to += rest
		}
		switch word {
		case "param":
			named(o.Params)
		case "initial":
			named(o.Initial)
		case "input":
			named(o.Inputs)
		case "threshold":
			one(&o.Threshold)
		case "reset":
			one(&o.Reset)
		case "refractory":
			one(&o.Refractory)
		case "method":
			o.Method = rest
		case "event":
			name, body, _ := strings.Cut(rest, ":")
			when, do, _ := strings.Cut(body, ":")
			o.Events[strings.TrimSpace(name)] = Event{strings.TrimSpace(when), strings.TrimSpace(do)}
		default:
			if word == "network_operation" {
				fail("there is no option @"+word, "what happens between steps is a program: advance a Population by Step and change the arrays of State")
				break
			}
			fail("there is no option @"+word, "options are @event, @initial, @input, @method, @param, @refractory, @reset and @threshold")
		}
	}
	return strings.Join(lines, "\n"), o, probs.err()
}
