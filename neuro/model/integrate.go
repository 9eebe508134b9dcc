package model

import (
	"fmt"
	"math"
	"strings"
)

// methodNames are the methods of integration, with what they are for.
var methodNames = map[string]string{
	"exact":             "linear equations, without error",
	"linear":            "another name of exact",
	"exponential_euler": "equations that are linear in their own variable",
	"euler":             "forward Euler; with noise Euler-Maruyama",
	"rk2":               "the midpoint method, of order 2",
	"rk4":               "the classical Runge-Kutta method, of order 4",
	"rk45":              "Dormand and Prince's pair of orders 5 and 4, in as many steps as keep the error within Tolerance",
	"heun":              "stochastic Heun, noise by Stratonovich",
	"milstein":          "derivative-free Milstein, noise by Stratonovich",
	"auto":              "the equations decide",
}

// A plan says how the states of a model are integrated.
type plan struct {
	method string   // of the model as a whole
	reason string   // why it was chosen
	how    []string // of each state
	noise  string   // "", "additive" or "multiplicative"
	linear []bool   // states that are part of the exact linear system
	frozen bool     // exponential Euler takes functions of a variable as constant over the step
}

// A system is the differential equations of a model as nodes, at the beginning of
// a step: x' = f + sum of g[j] xi_j.
type system struct {
	states []*variable
	x, f   []ref
	noise  []string         // names of white noises, in the order of the text
	g      []map[string]ref // by noise
}

// build returns the system under the values env of the states.
func (b *builder) build(states []*variable, env map[string]ref, time ref) (*system, error) {
	// The states of a later stage hold noise of their own; what stands for that of
	// the equations is kept apart from it until it is known what it is multiplied by.
	names := noiseNames(b.m)
	stand := map[string]ref{}
	if len(names) > 0 {
		with := map[string]ref{}
		for name, r := range env {
			with[name] = r
		}
		for _, name := range names {
			stand[name] = b.g.slot(b.lay.slot(slot{slotNorm, -1 - b.lay.stream(name)}), varying, false)
			with[name] = stand[name]
		}
		env = with
	}
	c := b.stage(env, time)
	s := &system{states: states, f: c.derivatives(states)}
	for _, v := range states {
		s.x = append(s.x, c.variable(v))
	}
	s.noise = names
	s.g = make([]map[string]ref, len(states))
	for i := range states {
		for _, name := range names {
			xi := stand[name]
			dep := b.g.depends(xi)
			if !dep(s.f[i]) {
				continue
			}
			p, q, ok := b.g.affine(s.f[i], xi, dep)
			if !ok || dep(p) {
				return nil, fmt.Errorf("model: the white noise %s must be a factor of a term of d%s/dt; it stands within a function or a power", name, states[i].name)
			}
			if s.g[i] == nil {
				s.g[i] = map[string]ref{}
			}
			s.g[i][name] = p
			s.f[i] = q
		}
	}
	return s, nil
}

// noiseNames returns the white noises of a model in the order of its text.
func noiseNames(m *Model) (names []string) {
	seen := map[string]bool{}
	for _, v := range m.vars {
		if v.state() {
			m.eachNoise(v.rhs, seen, func(x *expr) { names = append(names, x.op) })
		}
	}
	return names
}

// eachNoise calls f for every white noise of an expression that is not in seen,
// also by way of subexpressions.
func (m *Model) eachNoise(e *expr, seen map[string]bool, f func(x *expr)) {
	if e == nil {
		return
	}
	if e.kind == nameExpr && !seen[e.op] {
		switch v := m.byName[e.op]; {
		case v != nil && v.kind == subexpression:
			seen[e.op] = true
			m.eachNoise(v.rhs, seen, f)
			for _, t := range v.terms {
				m.eachNoise(t.rhs, seen, f)
			}
		case v == nil && m.consts[e.op] == nil && isNoise(e.op):
			seen[e.op] = true
			f(e)
		}
	}
	for _, a := range e.args {
		m.eachNoise(a, seen, f)
	}
}

// noiseOf returns the first white noise of an expression, or "".
func (m *Model) noiseOf(e *expr) (first string) {
	m.eachNoise(e, map[string]bool{}, func(x *expr) {
		if first == "" {
			first = x.op
		}
	})
	return first
}

// held returns the derivative of a state, 0 where it stands still.
func (b *builder) held(v *variable, f ref) ref {
	if v.flags["unless refractory"] && b.active >= 0 {
		return b.g.sel(b.active, f, b.g.constant(0))
	}
	return f
}

// choose decides on the methods of integration.
func (b *builder) choose(s *system) (*plan, error) {
	p := &plan{how: make([]string, len(s.states)), linear: b.linearStates(s)}
	multiplicative := ""
	for i := range s.states {
		for _, name := range s.noise {
			r, ok := s.g[i][name]
			if !ok {
				continue
			}
			if p.noise == "" {
				p.noise = "additive"
			}
			if b.g.depends(s.x...)(r) {
				p.noise, multiplicative = "multiplicative", s.states[i].name
			}
		}
	}
	all, own, curved := true, true, ""
	for i := range s.states {
		all = all && p.linear[i]
		if !p.linear[i] {
			if _, _, ok := b.ownLinear(s, i, false); !ok && own {
				own, curved = false, s.states[i].name
			}
		}
	}
	method := b.m.opts.Method
	if method == "linear" {
		method = "exact"
	}
	if method == "" || method == "auto" {
		switch {
		case len(s.states) == 0:
			p.method, p.reason = "none", "there is no differential equation"
		case multiplicative != "":
			p.method, p.reason = "heun", "the noise of "+multiplicative+" depends on the state"
			if b.diagonal(s) {
				p.method = "milstein"
			}
		case all && p.noise == "":
			p.method, p.reason = "exact", "all equations are linear with constant coefficients"
		case own:
			p.method, p.reason = "exponential_euler", "each equation is linear in its own variable"
			if p.noise != "" {
				p.reason += ", and the noise is additive"
			}
		case p.noise != "":
			p.method, p.reason = "euler", "the equation of "+curved+" is nonlinear in it, and the noise is additive"
		default:
			p.method, p.reason = "rk4", "the equation of "+curved+" is nonlinear in it"
		}
	} else {
		p.method, p.reason = method, "it was asked for"
		if method == "exponential_euler" && !own {
			p.frozen, own = true, true
			for i := range s.states {
				if _, _, ok := b.ownLinear(s, i, true); !ok && !p.linear[i] && own {
					own, curved = false, s.states[i].name
				}
			}
			p.reason += "; functions of a variable in its own equation, as in that of " + curved + ", are taken as constant over the step"
		}
		switch {
		case method == "exact" && (!all || p.noise != ""):
			return nil, b.refuse(method, s, "needs equations that are linear with constant coefficients, without noise", curvedOf(s, p.linear))
		case method == "exponential_euler" && !own:
			return nil, b.refuse(method, s, "needs equations that are linear in their own variable", curved)
		case method == "exponential_euler" && multiplicative != "":
			return nil, b.refuse(method, s, "takes additive noise only", multiplicative)
		case method == "milstein" && !b.diagonal(s):
			return nil, fmt.Errorf("model: the method milstein needs noise of its own for each variable; take heun")
		case (method == "rk2" || method == "rk4" || method == "rk45") && p.noise != "":
			return nil, fmt.Errorf("model: the method %s is for equations without noise; take euler, heun or milstein", method)
		case method == "euler" && multiplicative != "":
			return nil, b.refuse(method, s, "takes additive noise only (write heun or milstein)", multiplicative)
		}
	}
	for i := range s.states {
		switch {
		case p.method == "exact" || p.method == "exponential_euler" && p.linear[i] && len(s.g[i]) == 0:
			p.how[i] = "exact"
		default:
			p.how[i] = p.method
			p.linear[i] = false
		}
	}
	if p.method != "exact" && p.method != "exponential_euler" {
		clear(p.linear)
	}
	return p, nil
}

func (b *builder) refuse(method string, s *system, needs, name string) error {
	why := ""
	if name != "" {
		why = "; d" + name + "/dt is no such equation"
	}
	return fmt.Errorf("model: the method %s %s%s; leave Method empty to have one chosen, or take rk4", method, needs, why)
}

func curvedOf(s *system, linear []bool) string {
	for i, v := range s.states {
		if !linear[i] {
			return v.name
		}
	}
	return ""
}

// diagonal reports whether no white noise drives two states, and no state is
// driven by two.
func (b *builder) diagonal(s *system) bool {
	seen := map[string]bool{}
	for i := range s.states {
		if len(s.g[i]) > 1 {
			return false
		}
		for name := range s.g[i] {
			if seen[name] {
				return false
			}
			seen[name] = true
		}
	}
	return true
}

// linearStates marks the largest set of states whose equations are linear in this
// set with coefficients that do not change during a run, and depend on no other
// state.
func (b *builder) linearStates(s *system) []bool {
	in := make([]bool, len(s.states))
	for i := range in {
		in[i] = true
	}
	for changed := true; changed; {
		changed = false
		for i := range s.states {
			if in[i] && !b.linearIn(s, i, in) {
				in[i], changed = false, true
			}
		}
	}
	return in
}

func (b *builder) linearIn(s *system, i int, in []bool) bool {
	rest := s.f[i]
	for j := range s.states {
		dep := b.g.depends(s.x[j])
		if !dep(rest) {
			continue
		}
		if !in[j] {
			return false
		}
		p, q, ok := b.g.affine(rest, s.x[j], dep)
		if _, fixed := b.g.isConst(p); !ok || !fixed {
			return false
		}
		rest = q
	}
	// What is left may change from step to step, as an input does, but not within
	// one: the time itself does.
	return !b.g.depends(b.time)(rest)
}

// ownLinear writes f of state i as p*x + q. With frozen, functions of x count as
// constants, as in Brian2's method of this name: p and q then hold at the
// beginning of the step.
func (b *builder) ownLinear(s *system, i int, frozen bool) (p, q ref, ok bool) {
	if frozen {
		return b.g.affine(s.f[i], s.x[i], b.g.dependsOutside(s.x[i]))
	}
	return b.g.affine(s.f[i], s.x[i], b.g.depends(s.x[i]))
}

// step returns the states after one step of dt.
func (b *builder) step(s *system, p *plan) ([]ref, error) {
	h := b.g.constant(b.dt)
	switch p.method {
	case "none":
		return nil, nil
	case "exact", "exponential_euler":
		return b.exponential(s, p)
	case "euler":
		return b.euler(s, h), nil
	case "rk2":
		k := b.slopes(s.f, s)
		mid, err := b.build(s.states, b.shifted(s, k, b.g.constant(b.dt/2)), b.g.add(b.time, b.g.constant(b.dt/2)))
		if err != nil {
			return nil, err
		}
		return b.moved(s, b.slopes(mid.f, s), h), nil
	case "rk4":
		return b.rk4(s, h)
	case "heun":
		return b.heun(s, h)
	case "milstein":
		return b.milstein(s, h)
	}
	return nil, fmt.Errorf("model: the method %s has no step", p.method)
}

// slopes returns the derivatives, 0 for states that stand still.
func (b *builder) slopes(f []ref, s *system) []ref {
	out := make([]ref, len(f))
	for i := range f {
		out[i] = b.held(s.states[i], f[i])
	}
	return out
}

// moved returns x + h k.
func (b *builder) moved(s *system, k []ref, h ref) []ref {
	out := make([]ref, len(k))
	for i := range k {
		out[i] = b.g.add(s.x[i], b.g.mul(k[i], h))
	}
	return out
}

func (b *builder) shifted(s *system, k []ref, h ref) map[string]ref {
	return b.bind(s, b.moved(s, k, h))
}

// bind gives states values.
func (b *builder) bind(s *system, x []ref) map[string]ref {
	env := map[string]ref{}
	for i, v := range s.states {
		env[v.name] = x[i]
	}
	return env
}

func (b *builder) rk4(s *system, h ref) ([]ref, error) {
	g := b.g
	half := g.constant(b.dt / 2)
	middle, late := g.add(b.time, half), g.add(b.time, h)
	k1 := b.slopes(s.f, s)
	s2, err := b.build(s.states, b.shifted(s, k1, half), middle)
	if err != nil {
		return nil, err
	}
	k2 := b.slopes(s2.f, s)
	s3, err := b.build(s.states, b.shifted(s, k2, half), middle)
	if err != nil {
		return nil, err
	}
	k3 := b.slopes(s3.f, s)
	s4, err := b.build(s.states, b.shifted(s, k3, h), late)
	if err != nil {
		return nil, err
	}
	k4 := b.slopes(s4.f, s)
	k := make([]ref, len(k1))
	for i := range k {
		k[i] = g.add(g.add(k1[i], k4[i]), g.mul(g.constant(2), g.add(k2[i], k3[i])))
	}
	return b.moved(s, k, g.constant(b.dt/6)), nil
}

// kick returns the noise of state i over the step: the sum of g dW.
func (b *builder) kick(s *system, g []map[string]ref, i int) ref {
	sum := b.g.constant(0)
	for _, name := range s.noise {
		if r, ok := g[i][name]; ok {
			sum = b.g.add(sum, b.g.mul(r, b.wiener(name)))
		}
	}
	return b.held(s.states[i], sum)
}

// wiener returns the increment of a Wiener process over the step.
func (b *builder) wiener(name string) ref {
	return b.g.mul(b.noise(name), b.g.constant(math.Sqrt(b.dt)))
}

func (b *builder) euler(s *system, h ref) []ref {
	out := b.moved(s, b.slopes(s.f, s), h)
	for i := range out {
		out[i] = b.g.add(out[i], b.kick(s, s.g, i))
	}
	return out
}

// heun is Brian2's: the noise is taken half before and half after the step, the
// drift before it.
func (b *builder) heun(s *system, h ref) ([]ref, error) {
	first := make([]ref, len(s.x))
	for i := range first {
		first[i] = b.g.add(s.x[i], b.kick(s, s.g, i))
	}
	after, err := b.build(s.states, b.bind(s, first), b.g.add(b.time, h))
	if err != nil {
		return nil, err
	}
	out := b.moved(s, b.slopes(s.f, s), h)
	for i := range out {
		sum := b.g.add(b.kick(s, s.g, i), b.kick(s, after.g, i))
		out[i] = b.g.add(out[i], b.g.mul(sum, b.g.constant(0.5)))
	}
	return out, nil
}

func (b *builder) milstein(s *system, h ref) ([]ref, error) {
	g := b.g
	root := g.constant(math.Sqrt(b.dt))
	out := b.moved(s, b.slopes(s.f, s), h)
	support := make([]ref, len(s.x))
	for i := range support {
		support[i] = out[i]
		for _, r := range s.g[i] { // there is one
			support[i] = g.add(out[i], g.mul(b.held(s.states[i], r), root))
		}
	}
	after, err := b.build(s.states, b.bind(s, support), b.time)
	if err != nil {
		return nil, err
	}
	for i := range out {
		for name, r := range s.g[i] {
			w := b.wiener(name)
			curve := g.mul(g.mul(g.sub(after.g[i][name], r), g.mul(w, w)), g.constant(0.5/math.Sqrt(b.dt)))
			out[i] = g.add(out[i], b.held(s.states[i], g.add(g.mul(r, w), curve)))
		}
	}
	return out, nil
}

// exponential integrates the linear system exactly, and each other equation as if
// the other variables stood still: with f = p x + q,
//
//	x(t+h) = x + h f (exp(p h) - 1)/(p h)
//
// which is exact then, and finite where p is 0. Additive noise gets the standard
// deviation that it has in an equation with this p (Ornstein and Uhlenbeck).
func (b *builder) exponential(s *system, p *plan) ([]ref, error) {
	g := b.g
	out, err := b.linearStep(s, p.linear)
	if err != nil {
		return nil, err
	}
	h := g.constant(b.dt)
	for i, v := range s.states {
		if p.linear[i] {
			continue
		}
		rate, rest, ok := b.ownLinear(s, i, p.frozen)
		if !ok {
			return nil, fmt.Errorf("model: d%s/dt is not linear in %s", v.name, v.name)
		}
		grow := g.spread(rate, b.dt)
		// f h is p h x + q h: the products with h are those that the exponential
		// needs as well.
		x := g.spread(rest, b.dt)
		if !g.is(grow, 0) {
			x = g.add(g.make(opMul, grow, s.x[i]), x)
		}
		if !g.is(grow, 0) {
			x = g.mul(x, g.make(opExprel, grow))
		}
		x = g.add(s.x[i], x)
		if len(s.g[i]) > 0 {
			sum := g.constant(0)
			for _, name := range s.noise {
				if r, ok := s.g[i][name]; ok {
					sum = g.add(sum, g.mul(r, b.noise(name)))
				}
			}
			spread := h
			if !g.is(grow, 0) {
				spread = g.mul(g.make(opExprel, g.mul(grow, g.constant(2))), h)
			}
			x = g.add(x, g.mul(sum, g.make(opSqrt, spread)))
		}
		if v.flags["unless refractory"] && b.active >= 0 {
			x = g.sel(b.active, x, s.x[i])
		}
		out[i] = x
	}
	return out, nil
}

// describe is the method of a model in a sentence.
func (p *plan) describe(states []*variable) string {
	by := map[string][]string{}
	var order []string
	for i, h := range p.how {
		if by[h] == nil {
			order = append(order, h)
		}
		by[h] = append(by[h], states[i].name)
	}
	var parts []string
	for _, h := range order {
		parts = append(parts, h+" for "+listed(by[h]))
	}
	return strings.Join(parts, "; ")
}
