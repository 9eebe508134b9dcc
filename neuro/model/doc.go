// Package model makes cells of equations written as text, in the notation that
// Brian2's users know.
//
//	m, err := model.Parse(`
//	    dv/dt = (El - v + R*I)/tau : volt (unless refractory)
//	    I : amp
//	`, model.Options{
//		Threshold: "v > -50*mV", Reset: "v = -70*mV", Refractory: "2*ms",
//		Params:  map[string]string{"El": "-65 mV", "R": "100 Mohm", "tau": "10 ms"},
//		Initial: map[string]string{"v": "-65 mV"},
//	})
//	r, err := m.Simulate(stim.Const(200), 100, 0.1) // pA, ms
//
// A line is a differential equation, a subexpression (x = ... : unit), a further
// term of one (x += ... : unit, so that the text of a channel can be joined to
// that of a cell), or a parameter (x : unit). Units of all expressions are
// checked, and all mistakes of a model are told at once, with their place and a
// remedy.
//
// The equations choose their method of integration unless Options.Method does:
// linear ones are integrated exactly, those that are linear in their own variable
// by exponential Euler, others by Runge-Kutta, and noise that depends on the state
// by Milstein's or Heun's method.
package model
