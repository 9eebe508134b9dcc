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
// Explain tells the choice and its reason, Check and CheckWith the error of a time
// step, and LaTeX, as the model itself, shows the equations in a notebook.
//
// Many cells are a Population, with values and stimuli of their own:
//
//	p, err := m.Population(1000, 0.1)
//	p.Set("tau", taus...)                          // ms, one for each cell
//	p.Drive("I", stim.OU(200, 50, 5, 1))           // pA, for all of them
//	r, err := p.Run(500, model.RecordOptions{Variables: []string{"v"}, Cells: []int{0, 1}})
//
// A network advances it by Step and adds to the arrays of State between steps, as
// the scripts in notebooks/bench do. Read takes a model from a file.
package model
