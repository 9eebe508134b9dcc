package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/rng"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Subject is what one subject was given and what was measured.
type Subject struct {
	ID         string
	Doses      []Dose
	T, C       []float64          // times and concentrations of the samples
	Covariates map[string]float64 // such as weight; nil without
}

// A Covariate is how a property of a subject changes a parameter.
type Covariate struct {
	Parameter string  // "CL", "V", "Q2", "V2", "Q3", "V3", "Ka", "Lag", "Vmax" or "Km"
	Name      string  // of the covariate, such as "Wt"
	Center    float64 // value at which the parameter is the typical one; a power needs one above 0
	// Kind is "power" (the default), P (x/Center)^Effect, or "exponential",
	// P exp(Effect (x - Center)), as for covariates of 0 and 1.
	Kind   string
	Fixed  bool    // keeps Effect as it is, such as 0.75 for clearance by weight
	Effect float64 // the exponent
}

// A PopulationModel is a compartment model whose parameters differ between subjects.
//
//	log P = log (typical P) + Σ Effect x + η,  η ~ N(0, Omega)
//	C observed = C + ε,  ε ~ N(0, Additive² + (Proportional C)²)
//
// with x = log(covariate/Center), or covariate - Center for an exponential one.
type PopulationModel struct {
	Typical      Compartments
	Random       []string    // parameters with a random effect, in the order of Omega
	Omega        [][]float64 // covariance of the random effects, on the scale of logarithms
	Covariates   []Covariate
	Additive     float64 // residual standard deviation, unit of the concentration
	Proportional float64 // residual coefficient of variation
}

// Subjects puts a table of doses and one of observations together.
//
// doses has one row per dose (or per row of repeated doses) with the columns
// "subject", "time" and "amount", and where they are needed "route" ("oral",
// "iv" or "infusion"; iv without the column), "duration", "every" and "count".
// observations has the columns "subject", "time" and "concentration"; every
// other column of numbers is a covariate, whose first value of a subject counts
// and must be the same in all rows of that subject. Subjects keep the order of
// their first observation. Names of columns may differ in case.
//
// A missing concentration (NaN) is left out, and missing tells how many were.
// Missing doses, times and covariates, subjects without a dose or without
// samples, doses for subjects without observations and routes that are none of
// these are errors. A dose of 0 is kept: it is a row that gives nothing.
func Subjects(doses, observations table.Table) (subjects []Subject, missing int, err error) {
	const who = "Subjects"
	fail := func(format string, a ...any) ([]Subject, int, error) {
		return nil, 0, fmt.Errorf("pharm: "+who+": "+format, a...)
	}
	ids, err := texts(observations, "subject")
	if err != nil {
		return fail("observations: %w", err)
	}
	at, err := numbers(observations, "time")
	if err != nil {
		return fail("observations: %w", err)
	}
	c, err := numbers(observations, "concentration")
	if err != nil {
		return fail("observations: %w", err)
	}
	index := map[string]int{}
	for i, id := range ids {
		k, known := index[id]
		if !known {
			k = len(subjects)
			index[id] = k
			subjects = append(subjects, Subject{ID: id})
		}
		s := &subjects[k]
		if math.IsNaN(at[i]) || math.IsInf(at[i], 0) {
			return fail("observations: row %d (subject %s) has the time %g; times must be known", i+1, id, at[i])
		}
		for _, col := range observations.Cols {
			if name := strings.ToLower(col.Name); col.Num == nil || name == "subject" || name == "time" || name == "concentration" {
				continue
			}
			v := col.Num[i]
			if s.Covariates == nil {
				s.Covariates = map[string]float64{}
			}
			if old, ok := s.Covariates[col.Name]; ok && old != v || math.IsNaN(v) {
				return fail("observations: row %d (subject %s): %s is %g, it must be known and the same in all rows of a subject; leave out columns that are no covariates (Select)", i+1, id, col.Name, v)
			}
			s.Covariates[col.Name] = v
		}
		if math.IsNaN(c[i]) {
			missing++
			continue
		}
		s.T, s.C = append(s.T, at[i]), append(s.C, c[i])
	}
	ids, err = texts(doses, "subject")
	if err != nil {
		return fail("doses: %w", err)
	}
	columns := map[string][]float64{}
	for _, name := range []string{"time", "amount", "duration", "every", "count"} {
		if v, err := numbers(doses, name); err == nil {
			columns[name] = v
		} else if name == "time" || name == "amount" {
			return fail("doses: %w", err)
		}
	}
	routes, _ := texts(doses, "route")
	for i, id := range ids {
		k, known := index[id]
		if !known {
			return fail("doses: row %d is for subject %s, who has no observations", i+1, id)
		}
		get := func(name string) float64 {
			if v := columns[name]; v != nil && !(math.IsNaN(v[i]) && name != "time" && name != "amount") {
				return v[i]
			}
			return 0
		}
		d := Dose{Time: get("time"), Amount: get("amount"), Duration: get("duration"), Every: get("every"), Count: int(get("count"))}
		if math.IsNaN(d.Time) || math.IsNaN(d.Amount) {
			return fail("doses: row %d (subject %s) has the time %g and the amount %g; both must be known", i+1, id, d.Time, d.Amount)
		}
		if routes != nil {
			switch strings.ToLower(routes[i]) {
			case "oral":
				d.Oral = true
			case "iv", "bolus", "infusion":
			default:
				return fail("doses: row %d (subject %s) has the route %q, known are oral, iv and infusion", i+1, id, routes[i])
			}
		}
		subjects[k].Doses = append(subjects[k].Doses, d)
	}
	for _, s := range subjects {
		if len(s.Doses) == 0 || len(s.T) == 0 {
			return fail("subject %s has %d doses and %d samples, at least one of each is needed", s.ID, len(s.Doses), len(s.T))
		}
	}
	return subjects, missing, nil
}

// column returns the column of a name, in any case.
func column(t table.Table, name string) (table.Col, error) {
	for _, c := range t.Cols {
		if strings.EqualFold(c.Name, name) {
			return c, nil
		}
	}
	return t.Col(name)
}

func numbers(t table.Table, name string) ([]float64, error) {
	c, err := column(t, name)
	if err == nil && c.Num == nil {
		err = fmt.Errorf("column %q holds text, numbers are needed", name)
	}
	return c.Num, err
}

func texts(t table.Table, name string) ([]string, error) {
	c, err := column(t, name)
	if err != nil || c.Text != nil {
		return c.Text, err
	}
	s := make([]string, len(c.Num))
	for i, v := range c.Num {
		if math.IsNaN(v) {
			return nil, fmt.Errorf("column %q misses its value in row %d", name, i+1)
		}
		s[i] = fmt.Sprint(v)
	}
	return s, nil
}

// transformed returns what the effect of a covariate multiplies.
func (c Covariate) transformed(s Subject) (float64, error) {
	v, ok := s.Covariates[c.Name]
	switch {
	case !ok || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("subject %s has no covariate %q", s.ID, c.Name)
	case c.Kind == "exponential":
		return v - c.Center, nil
	case c.Kind != "" && c.Kind != "power":
		return 0, fmt.Errorf("the covariate %q has the kind %q, known are power and exponential", c.Name, c.Kind)
	case !(v > 0) || !(c.Center > 0):
		return 0, fmt.Errorf("the covariate %q is %g for subject %s and Center is %g; both must be above 0 for a power", c.Name, v, s.ID, c.Center)
	}
	return vec.Log(v / c.Center), nil
}

// check tests the model against its subjects, and returns the square root of Omega.
func (m PopulationModel) check(who string, subjects []Subject) (root [][]float64, err error) {
	fail := func(format string, a ...any) ([][]float64, error) {
		return nil, fmt.Errorf("pharm: "+who+": "+format, a...)
	}
	if len(subjects) == 0 {
		return fail("there are no subjects")
	}
	names := layoutOf(m.Typical).names()
	for _, s := range subjects {
		if err := m.Typical.check(who, s.T, s.Doses); err != nil {
			return nil, fmt.Errorf("%w (subject %s)", err, s.ID)
		}
	}
	for i, r := range m.Random {
		if !slices.Contains(names, r) || slices.Contains(m.Random[:i], r) {
			return fail("Random names %q, it must name each of %s at most once", r, strings.Join(names, ", "))
		}
	}
	for _, c := range m.Covariates {
		if !slices.Contains(names, c.Parameter) {
			return fail("a covariate is for %q, the model has %s", c.Parameter, strings.Join(names, ", "))
		}
		for _, s := range subjects {
			if _, err := c.transformed(s); err != nil {
				return fail("%w", err)
			}
		}
	}
	if len(m.Omega) != len(m.Random) {
		return fail("Omega has %d rows for %d random effects", len(m.Omega), len(m.Random))
	}
	for _, row := range m.Omega {
		if len(row) != len(m.Random) {
			return fail("Omega has a row of %d values for %d random effects", len(row), len(m.Random))
		}
	}
	if !(m.Additive >= 0) || !(m.Proportional >= 0) || math.IsInf(m.Additive+m.Proportional, 0) {
		return fail("Additive is %g and Proportional %g, they must be 0 or more", m.Additive, m.Proportional)
	}
	root, ok := lower(m.Omega)
	if !ok {
		return fail("Omega is no covariance: it must be symmetric without eigenvalues below 0")
	}
	return root, nil
}

// lower returns L with L L' = a, also for a variance of 0.
func lower(a [][]float64) ([][]float64, bool) {
	l := linalg.Matrix(len(a), len(a))
	for i := range a {
		for j := 0; j <= i; j++ {
			v := a[i][j]
			if a[j][i] != v || math.IsNaN(v) {
				return nil, false
			}
			for k := range j {
				v -= float64(l[i][k] * l[j][k])
			}
			tiny := 1e-12 * a[i][i]
			switch {
			case i == j && v < -tiny:
				return nil, false
			case i == j:
				l[i][i] = math.Sqrt(math.Max(v, 0))
			case l[j][j] > 0:
				l[i][j] = v / l[j][j]
			case math.Abs(v) > tiny:
				return nil, false
			}
		}
	}
	return l, true
}

// center returns the logarithms of the parameters of a subject without random effects.
func (m PopulationModel) center(s Subject) []float64 {
	l := layoutOf(m.Typical)
	names := l.names()
	z := l.values(m.Typical)
	for i := range z {
		z[i] = vec.Log(z[i])
	}
	for _, c := range m.Covariates {
		x, _ := c.transformed(s)
		z[slices.Index(names, c.Parameter)] += float64(c.Effect * x)
	}
	return z
}

// Simulate returns the subjects with concentrations drawn from the model.
//
// Doses, times and covariates are those of subjects; their concentrations are
// replaced, negative ones included, as an additive residual makes them near 0.
// Equal seeds give equal numbers. A model that is none and subjects that do not
// suit it are errors.
func (m PopulationModel) Simulate(subjects []Subject, seed uint64) ([]Subject, error) {
	root, err := m.check("Simulate", subjects)
	if err != nil {
		return nil, err
	}
	out := make([]Subject, len(subjects))
	l := layoutOf(m.Typical)
	at := m.places()
	for i, s := range subjects {
		r := rng.New(seed, uint64(i))
		z := m.center(s)
		u := make([]float64, len(at))
		for k := range u {
			u[k] = r.Norm()
			for j := range k + 1 {
				z[at[k]] += float64(root[k][j] * u[j])
			}
		}
		own := l.fromLog(z)
		own.F = m.Typical.F
		c, err := own.predicted(s)
		if err != nil {
			return nil, err
		}
		for k, v := range c {
			part := m.Proportional * v
			c[k] = v + float64(math.Sqrt(float64(m.Additive*m.Additive)+float64(part*part))*r.Norm())
		}
		s.C = c
		out[i] = s
	}
	return out, nil
}

// predicted returns the concentrations at the times of a subject.
func (m Compartments) predicted(s Subject) ([]float64, error) {
	if m.Vmax == 0 {
		r, err := m.Concentration(s.T, s.Doses...)
		if err != nil {
			return nil, err
		}
		return r.C, nil
	}
	if err := m.check("Simulate", s.T, s.Doses); err != nil {
		return nil, err
	}
	bio, c := 1.0, make([]float64, len(s.T))
	if m.F > 0 {
		bio = m.F
	}
	newSaturable(layoutOf(m), s, bio, false).solve(&m, c, nil)
	for i, v := range c {
		if math.IsNaN(v) {
			return nil, fmt.Errorf("pharm: Simulate: the equations of subject %s are too stiff at time %g; rate constants that differ by so much cannot be solved", s.ID, s.T[i])
		}
	}
	return c, nil
}

// places returns where the parameters with random effects stand among all.
func (m PopulationModel) places() []int {
	names := layoutOf(m.Typical).names()
	at := make([]int, len(m.Random))
	for i, r := range m.Random {
		at[i] = slices.Index(names, r)
	}
	return at
}
