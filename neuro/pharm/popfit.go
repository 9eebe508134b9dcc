package pharm

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/internal/optim"
	"github.com/neurorepl/neurorepl/neuro/internal/vec"
)

// PopulationOptions say what FitPopulation fits. The zero value is NewPopulation.
type PopulationOptions struct {
	Compartments int // 1 (the default) to 3
	// Saturable fits elimination by Michaelis and Menten, Vmax and Km, in place of
	// the clearance; Both fits it beside the clearance.
	Saturable, Both bool
	Lag             bool   // fits the time from an oral dose to the begin of its absorption, the same in all
	Residual        string // "additive" (the default), "proportional" or "combined"
	// Random names the parameters that differ between subjects; nil is all of
	// them but Lag, which cannot, and an empty list none.
	Random []string
	Full   bool // also fits the covariances of the random effects
	// Covariates are fitted where they are not Fixed, from their Effect.
	Covariates []Covariate
	// LLOQ is the lower limit of quantification: concentrations below it are left
	// out ("M1", the default) or counted as an event of the probability that the
	// model gives to a value below the limit ("M3"). 0: none.
	LLOQ float64
	BLQ  string
	// Start replaces the search for typical values to start from.
	Start        *Compartments
	TUnit, CUnit string // label time and concentration; may be empty
	DoseUnit     string // of the amounts, such as "mg", which makes clearances L/h; may be empty
}

// NewPopulation returns options for one compartment, independent random effects of
// all parameters and an additive residual.
func NewPopulation() PopulationOptions { return PopulationOptions{} }

// A population is a fit in the making: how the values of the search become a model.
type population struct {
	who      string
	o        PopulationOptions
	l        layout
	names    []string // of the parameters
	at       []int    // places of those with random effects
	effects  int      // number of covariates that are fitted
	subjects []*popSubject
	model    PopulationModel // which parameters, effects and covariates
	scale    float64         // of the additive residual, where both are fitted
	samples  int
	notes    []string
	task     *display.Counter
}

// FitPopulation fits a compartment model to the concentrations of many subjects, by
// maximum likelihood with the first-order conditional approximation with interaction.
//
//	OFV = Σ subjects (Σ samples ((C - f)²/R + log R) + η'Ω⁻¹η + log |Ω| + log |Ω⁻¹ + Σ (aa'/R + cc'/2R²)|)
//
// with prediction f and residual variance R at each subject's most likely random
// effects η, a = ∂f/∂η and c = ∂R/∂η. OFV is minus twice the logarithm of the
// likelihood without samples × log 2π, as NONMEM's METHOD=COND INTER reports it.
// Parameters are log-normal: see PopulationModel. Doses are of any kind and number;
// where one is oral, Ka is fitted, and CL and V are over the bioavailability. Curves
// are sums of exponentials; with Saturable or Both they are solved by Taylor series,
// with their derivatives, to about 1e-9, which takes 5 to 50 times as long. The
// search starts from a non-compartmental view of each subject, goes on with all
// subjects as one (naive pooling) and expectation-maximisation steps, and ends
// with quasi-Newton steps. SE is that of the sandwich R⁻¹SR⁻¹ (NONMEM's $COV),
// SEHessian that of R⁻¹, the curvature alone.
//
// A variance of a random effect that the data do not need ends at 0, has no
// standard error, and is said so in Notes. Negative concentrations are noise around
// 0 and are kept. A fit that did not converge has Converged false and says so.
// Fewer subjects than random effects, samples that all have one value, a
// proportional residual with a sample before the first dose, whose prediction is 0,
// NaN, bad doses and covariates are errors.
//
// Source: Lindstrom and Bates 1990, Biometrics 46:673; Wang 2007, J. Pharmacokinet.
// Pharmacodyn. 34:575 (the objective); Beal 2001, ibid. 28:481 (M1, M3); Hooker,
// Staatz and Karlsson 2007, Pharm. Res. 24:2187 (CWRES). Checked against
// objectives of NONMEM: of theophylline, 116.803, and of Wang's example with additive,
// proportional and combined residuals; and beside R's nlme (without and with a lag, and
// saturable), whose approximation is another: it makes the model linear around the
// current effects, where the objective here has the curvature at each candidate.
func FitPopulation(subjects []Subject, o PopulationOptions) (*PopulationFit, error) {
	f, err := newPopulation("FitPopulation", subjects, o)
	if err != nil {
		return nil, err
	}
	f.task = display.Start("pharm.FitPopulation", "", 0)
	defer f.task.End()
	x, err := f.start()
	if err != nil {
		return nil, err
	}
	at := func(x []float64) float64 {
		v, _ := objective(f.subjects, f.point(x))
		return v
	}
	r := optim.Minimize(at, x, optim.Options{Tol: 1e-9, Stop: f.task.Err})
	for range 3 {
		if r.Converged || f.task.Err() != nil {
			break
		}
		r = optim.Minimize(at, r.X, optim.Options{Tol: 1e-9, Stop: f.task.Err})
	}
	if err := f.task.Err(); err != nil {
		return nil, fmt.Errorf("pharm: %s: %w", f.who, err)
	}
	return f.result(r, at)
}

func newPopulation(who string, subjects []Subject, o PopulationOptions) (*population, error) {
	fail := func(format string, a ...any) (*population, error) {
		return nil, fmt.Errorf("pharm: "+who+": "+format, a...)
	}
	if o.Compartments == 0 {
		o.Compartments = 1
	}
	if o.Compartments < 1 || o.Compartments > 3 {
		return fail("Compartments is %d, 1 to 3 can be fitted", o.Compartments)
	}
	if o.Residual == "" {
		o.Residual = "additive"
	}
	if o.Residual != "additive" && o.Residual != "proportional" && o.Residual != "combined" {
		return fail("Residual is %q, known are additive, proportional and combined", o.Residual)
	}
	if o.BLQ == "" {
		o.BLQ = "M1"
	}
	if o.BLQ != "M1" && o.BLQ != "M3" || !(o.LLOQ >= 0) || math.IsInf(o.LLOQ, 0) {
		return fail("BLQ is %q with the LLOQ %g; known are M1 and M3, and a limit of 0 or more", o.BLQ, o.LLOQ)
	}
	if len(subjects) == 0 {
		return fail("there are no subjects")
	}
	f := &population{who: who, o: o, scale: 1}
	oral := slices.ContainsFunc(subjects, func(s Subject) bool { return slices.ContainsFunc(s.Doses, func(d Dose) bool { return d.Oral }) })
	if o.Lag && !oral {
		return fail("Lag is true and no dose is oral, only oral doses have one")
	}
	f.l = layout{n: o.Compartments, oral: oral, lag: o.Lag, linear: !o.Saturable || o.Both, saturable: o.Saturable || o.Both}
	f.names = f.l.names()
	m := PopulationModel{Random: o.Random, Covariates: slices.Clone(o.Covariates)}
	if m.Random == nil {
		m.Random = slices.DeleteFunc(slices.Clone(f.names), func(n string) bool { return n == "Lag" })
	}
	if slices.Contains(m.Random, "Lag") {
		return fail("Random names Lag; the objective jumps where a subject's lag passes one of its samples, so that a lag is the same for all subjects of equal covariates")
	}
	ones := make([]float64, len(f.names))
	m.Typical = f.l.fromLog(ones)
	m.Omega = linalg.Matrix(len(m.Random), len(m.Random))
	if o.Start != nil {
		m.Typical = *o.Start
		for i, v := range f.l.values(m.Typical) {
			if !(v > 0) {
				return fail("Start has the %s %g, it must be above 0", f.names[i], v)
			}
		}
		if l := layoutOf(m.Typical); l != f.l {
			return fail("Start has the parameters %s for a model of %s", strings.Join(l.names(), ", "), strings.Join(f.names, ", "))
		}
	}
	for _, s := range subjects {
		if len(s.T) != len(s.C) {
			return fail("subject %s has %d times and %d concentrations, they must be as many", s.ID, len(s.T), len(s.C))
		}
		for i, c := range s.C {
			if !isFinite(c) {
				return fail("subject %s: C[%d] is %g, it must be finite; leave missing samples out", s.ID, i, c)
			}
		}
	}
	if _, err := m.check(who, subjects); err != nil {
		return nil, err
	}
	f.model, f.at = m, m.places()
	if len(subjects) <= len(f.at) {
		return fail("there are %d subjects for %d random effects, more are needed", len(subjects), len(f.at))
	}
	for i := range f.model.Covariates {
		if !f.model.Covariates[i].Fixed {
			f.effects++
		}
	}
	if err := f.take(subjects); err != nil {
		return nil, err
	}
	if p := len(f.names) + len(f.at) + f.effects + 1; f.samples <= p {
		return fail("there are %d samples for %d parameters, more are needed", f.samples, p)
	}
	return f, nil
}

// take makes the subjects of the search, with samples below the limit left out or marked.
func (f *population) take(subjects []Subject) error {
	below, negative := 0, 0
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, s := range subjects {
		kept := Subject{ID: s.ID, Doses: s.Doses, Covariates: s.Covariates}
		var censored []bool
		first := math.Inf(1)
		for _, d := range s.Doses {
			if d.Amount > 0 {
				first = math.Min(first, d.Time)
			}
		}
		for i, c := range s.C {
			low := f.o.LLOQ > 0 && c < f.o.LLOQ
			if low {
				below++
				if f.o.BLQ == "M1" {
					continue
				}
			} else {
				lo, hi = math.Min(lo, c), math.Max(hi, c)
				if c < 0 {
					negative++
				}
			}
			instant := slices.ContainsFunc(s.Doses, func(d Dose) bool { return !d.Oral && d.Duration == 0 && d.Time == s.T[i] })
			if f.o.Residual == "proportional" && f.o.Lag && !(c > 0) && !low {
				return fmt.Errorf("pharm: %s: subject %s has the concentration %g at %g; before the lag the prediction is 0 and a proportional residual none, so that all must be above 0: leave it out or fit a combined residual", f.who, s.ID, c, s.T[i])
			}
			if f.o.Residual == "proportional" && (s.T[i] < first || s.T[i] == first && !instant) {
				return fmt.Errorf("pharm: %s: subject %s has a sample at %g, before the first dose acts, where the prediction is 0 and a proportional residual none: leave it out or fit a combined residual", f.who, s.ID, s.T[i])
			}
			kept.T, kept.C = append(kept.T, s.T[i]), append(kept.C, c)
			censored = append(censored, low)
		}
		if len(kept.T) == 0 {
			f.notes = append(f.notes, fmt.Sprintf("subject %s has no sample above the limit and does not count", s.ID))
			continue
		}
		p := newPopSubject(kept, f.l, f.at)
		if f.o.BLQ == "M3" && f.o.LLOQ > 0 {
			p.censored, p.limit = censored, f.o.LLOQ
		}
		slot := 0
		for _, c := range f.model.Covariates {
			x, err := c.transformed(s)
			if err != nil {
				return fmt.Errorf("pharm: %s: %w", f.who, err)
			}
			of := slices.Index(f.names, c.Parameter)
			if c.Fixed {
				p.shift[of] += float64(c.Effect * x)
				continue
			}
			p.slot, p.of, p.x = append(p.slot, slot), append(p.of, of), append(p.x, x)
			slot++
		}
		f.samples += len(kept.T)
		f.subjects = append(f.subjects, p)
	}
	if !(hi > lo) || !(hi > 0) {
		return fmt.Errorf("pharm: %s: all concentrations lie from %g to %g; they must differ and some be above 0", f.who, lo, hi)
	}
	if below > 0 {
		what := "left out (M1)"
		if f.o.BLQ == "M3" {
			what = "counted by the probability of lying below it (M3)"
		}
		f.notes = append(f.notes, fmt.Sprintf("%d samples below the limit of %g are %s", below, f.o.LLOQ, what))
	}
	if negative > 0 {
		f.notes = append(f.notes, fmt.Sprintf("%d concentrations are negative and are kept as noise around 0", negative))
	}
	return nil
}

// point returns the model of the search's values: logarithms of typical values,
// effects of covariates, the root of Omega by rows, the residual.
func (f *population) point(x []float64) *popPoint {
	p, q := len(f.names), len(f.at)
	m := &popPoint{typical: x[:p], effects: x[p : p+f.effects], root: linalg.Matrix(q, q)}
	x = x[p+f.effects:]
	for k := range q {
		from := k
		if f.o.Full {
			from = 0
		}
		for j := from; j <= k; j++ {
			m.root[k][j] = x[0]
			x = x[1:]
		}
	}
	switch f.o.Residual {
	case "additive":
		m.a = vec.Exp(x[0])
	case "proportional":
		m.b = vec.Exp(x[0])
	default:
		m.a, m.b = x[0]*f.scale, x[1]
	}
	return m
}

// values is point the other way.
func (f *population) values(m *popPoint) []float64 {
	x := append(slices.Clone(m.typical), m.effects...)
	for k := range m.root {
		from := k
		if f.o.Full {
			from = 0
		}
		x = append(x, m.root[k][from:k+1]...)
	}
	switch f.o.Residual {
	case "additive":
		return append(x, vec.Log(m.a))
	case "proportional":
		return append(x, vec.Log(m.b))
	}
	return append(x, m.a/f.scale, m.b)
}

// maximise moves m by one step of expectation, with the subjects' most likely
// effects and curvatures, and maximisation; false where that has no value.
func (f *population) maximise(m *popPoint) bool {
	if v, _ := objective(f.subjects, m); !isFinite(v) {
		return false
	}
	q, n := len(f.at), float64(len(f.subjects))
	mean := make([]float64, q)
	etas := make([][]float64, len(f.subjects))
	for i, s := range f.subjects {
		etas[i] = make([]float64, q)
		for k := range q {
			for j := range k + 1 {
				etas[i][k] += float64(m.root[k][j] * s.z[j])
			}
			mean[k] += etas[i][k] / n
		}
	}
	omega := linalg.Matrix(q, q)
	errors, free := 0.0, 0.0
	for i, s := range f.subjects {
		inverse, ok := optim.InversePositive(symmetric(s.curvature))
		if !ok {
			return false
		}
		spread := linalg.Product(linalg.Product(m.root, inverse), linalg.Transposed(m.root))
		for a := range q {
			free -= 1 - inverse[a][a]
			for b := range a + 1 {
				if a == b || f.o.Full {
					omega[a][b] += (float64((etas[i][a]-mean[a])*(etas[i][b]-mean[b])) + spread[a][b]) / n
				}
			}
		}
		for k, y := range s.C {
			if s.censored != nil && s.censored[k] {
				continue
			}
			part := m.b * s.c[k]
			errors += (y - s.c[k]) * (y - s.c[k]) / (float64(m.a*m.a) + float64(part*part))
			free++
		}
	}
	root, ok := lower(symmetric(omega))
	if !ok || !(free > 0) {
		return false
	}
	ratio := math.Sqrt(errors / free)
	if !(ratio > 0) {
		return false
	}
	ratio = math.Min(math.Max(ratio, 0.5), 2)
	m.root, m.a, m.b = root, m.a*ratio, m.b*ratio
	for k, at := range f.at {
		m.typical[at] += mean[k]
	}
	return true
}
