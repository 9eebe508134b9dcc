// Package ui binds sliders, menus, boxes and buttons to a function: moving one
// runs the function again and redraws what it shows.
//
//	ui.Interact(func(amp float64, block string) (*neuron.Result, error) {
//		axon := neuron.NewHH()
//		if block == "potassium" {
//			axon.GK = 0
//		}
//		return axon.Simulate(stim.Step(amp, 20, 120), 140, 0.01)
//	},
//		ui.Slider("I (µA/cm²)", 0, 20, 10),
//		ui.Select("block", "nothing", "potassium"))
//
// The function is any function, also a named one; it has one parameter for each
// control, in their order. What it returns is shown, with what it prints and
// displays itself, in place of what the last call showed. An error that it
// returns, or a panic, is shown there too, and the controls go on working.
//
// A control is a value of its own. It can be shown alone, read in any cell, and
// set, which moves it in the notebook and runs what depends on it:
//
//	amp := ui.Slider("I (µA/cm²)", 0, 20, 10)
//	ui.Interact(simulate, amp)
//	...
//	amp.Set(12.5)
//	amp.Value() // 12.5
//
// JupyterLab and Notebook show controls where their package jupyterlab_widgets
// is installed ("pip install jupyterlab_widgets" beside JupyterLab; the kernel
// needs no Python). Calls take turns with cells, as
// if each were a cell: an interrupt ends the call and not the session. While one
// runs, moves are gathered, and only the latest values are computed. The
// controls stay alive after a page is loaded again, and are seen by all who have
// the notebook open. A saved notebook keeps the last state of controls and
// figure; without the widgets' package it shows the values and the figure.
//
// In a terminal, a script, `neurorepl exec` and GoNB the function is called
// once with the initial values, which stand above what it shows.
//
// Interact keeps the function that it was given, with the functions that this
// calls: when a later cell declares one of them anew, run the cell of Interact
// again. Variables are those of the session: the function sees what later cells
// assign to them.
package ui

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/neurorepl/neurorepl/neuro/display"
)

// Interact shows the controls, calls f with their values, shows what comes of
// it, and does so again whenever a control is moved.
//
// The parameters of f take the values of the controls, one each: float64 or int
// of a [Scalar] (a slider or a box with a number), [2]float64 or [2]int of an
// [Interval], string or int (the place, from 0) of a [Choice], bool of a
// [Switch], string of an [Entry], int of a [Trigger] (how often it was
// clicked). A button made by [Run] has no parameter. An int makes a slider go in
// whole steps. All results of f are shown, except nil; an error in the last
// place is one of the call.
//
// The error names the control or parameter that does not fit, or is what the
// first call of f returned.
func Interact(f any, controls ...Control) error {
	l := &live{fn: reflect.ValueOf(f), controls: controls}
	if err := l.check(); err != nil {
		return fmt.Errorf("ui: Interact: %w", err)
	}
	for _, c := range controls {
		c.base().join(l)
	}
	comms, ok := display.Live()
	if !ok {
		return l.plainly()
	}
	if err := l.open(comms); err != nil {
		l.closed()
		return fmt.Errorf("ui: Interact: %w", err)
	}
	return l.begin()
}

// check tells what is wrong with the call.
func (l *live) check() error {
	if l.fn.Kind() != reflect.Func || l.fn.IsNil() {
		return fmt.Errorf("the first argument is %s; a function is needed", kindOf(l.fn))
	}
	t := l.fn.Type()
	if t.IsVariadic() {
		return errors.New("the function takes any number of arguments (...); declare one parameter for each control")
	}
	n := 0
	for i, c := range l.controls {
		if c == nil || reflect.ValueOf(c).IsNil() {
			return fmt.Errorf("control %d is nil", i+1)
		}
		if err := c.base().err; err != nil {
			return err
		}
		if gate(c) {
			l.gated = true
			continue
		}
		if n >= t.NumIn() {
			return fmt.Errorf("%s has no parameter: the function has %s; add one that takes %s",
				name(c), count(t.NumIn(), "parameter"), c.gives())
		}
		if !c.fits(t.In(n)) {
			return fmt.Errorf("parameter %d of the function is %s, and %s gives %s", n+1, t.In(n), name(c), c.gives())
		}
		l.params = append(l.params, c)
		n++
	}
	if n < t.NumIn() {
		return fmt.Errorf("parameter %d of the function (%s) has no control: %s for %s",
			n+1, t.In(n), count(n, "control"), count(t.NumIn(), "parameter"))
	}
	return nil
}

func kindOf(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	if v.Kind() == reflect.Func {
		return "a nil function"
	}
	return "a value of type " + v.Type().String()
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
