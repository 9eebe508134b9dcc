package stats

import (
	"math"
	"strings"
	"testing"

	"github.com/neurorepl/neurorepl/neuro/internal/golden"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
	"github.com/neurorepl/neurorepl/neuro/table"
)

type goldenJoint struct{ F, DF1, DF2, P, Scale float64 }

type goldenTerms struct {
	Term           []string
	F, DF1, DF2, P []float64
}

// TestKenwardRogerAgainstR holds tests of fixed effects of 14 fits to pbkrtest, lmerTest and emmeans.
// Their searches end where the criterion is flat to 1e-7 of theta at best, which is the tolerance.
func TestKenwardRogerAgainstR(t *testing.T) {
	var want []struct {
		Name, Formula   string
		Table           map[string][]any
		Columns, Names  []string
		Criterion       float64
		Beta, DF, SatDF []float64
		Vcov, Plain     [][]float64
		Singular        bool
		Joint, SatJoint *goldenJoint
		Anova, SatAnova *goldenTerms
		Means           *struct {
			By                []string
			Levels            [][]string
			Mean, SE, DF      []float64
			Diff, DSE, DDF, P []float64
		}
	}
	golden.JSON(t, golden.Path(t, "stats/kenwardroger.json"), &want)
	if len(want) != 14 {
		t.Fatalf("%d fits", len(want))
	}
	for _, c := range want {
		d := tableOf(c.Columns, c.Table)
		for _, method := range []string{kenwardRogerName, satterthwaiteName} {
			kr := method == kenwardRogerName
			name := c.Name + ", " + method
			m, err := Mixed(d, c.Formula, MixedOptions{DF: method})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if m.DF != method || m.Criterion > c.Criterion+1e-9*math.Abs(c.Criterion) {
				t.Errorf("%s: %s, criterion %.12g, want %.12g", name, m.DF, m.Criterion, c.Criterion)
			}
			place := map[string]int{}
			for j, n := range c.Names {
				place[n] = j
			}
			tol := 1e-5
			for j, x := range m.Fixed {
				k, ok := place[x.Name]
				if !ok {
					t.Fatalf("%s: %s is not in R's %v", name, x.Name, c.Names)
				}
				for i, y := range m.Fixed {
					v := c.Vcov[k][place[y.Name]]
					if !kr {
						v = c.Plain[k][place[y.Name]]
					}
					if math.Abs(m.vcov[j][i]-v) > tol*math.Sqrt(c.Vcov[k][k]*c.Vcov[place[y.Name]][place[y.Name]]) {
						t.Errorf("%s: covariance of %s and %s %.9g, want %.9g", name, x.Name, y.Name, m.vcov[j][i], v)
					}
				}
				if kr {
					near(t, name+" df of "+x.Name, x.DF, c.DF[k], tol)
				} else if !c.Singular {
					near(t, name+" df of "+x.Name, x.DF, c.SatDF[k], 1e-3)
				}
			}
			check := func(x JointTest, w goldenJoint, tol float64) {
				t.Helper()
				what := name + " " + x.Name
				near(t, what+" F", x.F, w.F, tol)
				near(t, what+" df1", x.DF1, w.DF1, 0)
				near(t, what+" df2", x.DF2, w.DF2, tol)
				near(t, what+" p", x.P, w.P, 10*tol)
				if w.Scale != 0 {
					near(t, what+" scale", x.Scale, w.Scale, tol)
				}
			}
			if !kr {
				tol = 1e-3
			}
			if c.Joint != nil && (kr || !c.Singular) {
				var l [][]float64
				for j := 1; j < len(m.Fixed); j++ {
					w := make([]float64, len(m.Fixed))
					w[j] = 1
					l = append(l, w)
				}
				x, err := m.Joint("all", l...)
				a, err2 := m.ANOVA()
				if err != nil || err2 != nil {
					t.Errorf("%s: %v, %v", name, err, err2)
					continue
				}
				joint, terms := c.Joint, c.Anova
				if !kr {
					joint, terms = c.SatJoint, c.SatAnova
				}
				check(x, *joint, tol)
				if len(a.Tests) != len(terms.Term) {
					t.Errorf("%s: %d terms, want %v", name, len(a.Tests), terms.Term)
				}
				for k, n := range terms.Term {
					x, err := a.Test(n)
					if err != nil {
						t.Error(err)
					}
					check(x, goldenJoint{F: terms.F[k], DF1: terms.DF1[k], DF2: terms.DF2[k], P: terms.P[k]}, tol)
				}
			}
			if c.Means != nil && kr {
				mm, err := m.Means(c.Means.By...)
				if err != nil {
					t.Fatal(err)
				}
				pairs, err := mm.Pairs("none")
				if err != nil {
					t.Fatal(err)
				}
				for k, x := range mm.Means {
					if x.Levels[0] != c.Means.Levels[0][k] {
						t.Fatalf("%s: level %v, want %v", name, x.Levels, c.Means.Levels)
					}
					near(t, name+" mean", x.Mean, c.Means.Mean[k], tol)
					near(t, name+" SE of a mean", x.SE, c.Means.SE[k], tol)
					near(t, name+" df of a mean", x.DF, c.Means.DF[k], tol)
				}
				for k, x := range pairs.Pairs {
					near(t, name+" difference", x.Diff, c.Means.Diff[k], 10*tol)
					near(t, name+" SE of a difference", x.SE, c.Means.DSE[k], tol)
					near(t, name+" df of a difference", x.DF, c.Means.DDF[k], tol)
					near(t, name+" p of a difference", x.P, c.Means.P[k], 10*tol)
				}
			}
		}
	}
}

func TestMixedDFRefusals(t *testing.T) {
	d := balanced(4, 3, 2, 1)
	for _, c := range []struct {
		o    MixedOptions
		want string
	}{
		{MixedOptions{DF: "kr"}, `"satterthwaite" (also "") or "kenward-roger"`},
		{MixedOptions{DF: kenwardRogerName, ML: true}, "is for REML"},
	} {
		if _, err := Mixed(d, "y ~ a + (1 | s)", c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want it to say %q", c.o, err, c.want)
		}
	}
	m, err := Mixed(d, "y ~ a + (1 | s)", MixedOptions{DF: kenwardRogerName})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		l    [][]float64
		want string
	}{
		{nil, "no contrasts"},
		{[][]float64{{0, 1}}, "2 weights for"},
		{[][]float64{{0, 1, 0}, {0, -2, 0}}, "contrast 2 is 0 or follows"},
		{[][]float64{{0, 0, 0}}, "contrast 1 is 0"},
	} {
		if _, err := m.Joint("x", c.l...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want it to say %q", c.l, err, c.want)
		}
	}
}

// TestKenwardRogerDense holds the blocks of levels to the formulas on whole matrices, of rows times
// rows, in another basis of the variances: those of the random effects and of the residual.
func TestKenwardRogerDense(t *testing.T) {
	var all []struct {
		Name, Formula string
		Table         map[string][]any
		Columns       []string
	}
	golden.JSON(t, golden.Path(t, "stats/kenwardroger.json"), &all)
	for _, c := range all {
		switch c.Name { // crossed with slopes, nested, apart, singular
		case "two slopes of a factor", "nested", "missing", "no correlation", "three and three":
		default:
			continue
		}
		m, err := Mixed(tableOf(c.Columns, c.Table), c.Formula, MixedOptions{DF: kenwardRogerName})
		if err != nil {
			t.Fatal(err)
		}
		n, p := m.N, len(m.Fixed)
		_, columns, _ := m.model.frame.matrix(m.model.formula.constant, m.model.formula.fixed)
		x := linalg.Transposed(columns)
		theta := m.psi[:len(m.psi)-1]
		s2 := m.Sigma * m.Sigma
		v := linalg.Zeros(n)
		var ds [][][]float64
		residual := linalg.Zeros(n)
		for i := range n {
			residual[i][i] = 1
			v[i][i] = s2
		}
		ds = append(ds, residual)
		for _, g := range m.fit.groups {
			l := g.lambda(theta)
			for a := range l {
				for b := range l {
					cov := 0.0
					for k := range min(a, b) + 1 {
						cov += s2 * l[a][k] * l[b][k]
					}
					d := linalg.Zeros(n)
					for i := range n {
						for j := range n {
							if g.row[i] == g.row[j] {
								v[i][j] += cov * g.columns[a][i] * g.columns[b][j]
								d[i][j] += g.columns[a][i] * g.columns[b][j]
								if a != b {
									d[i][j] += g.columns[b][i] * g.columns[a][j]
								}
							}
						}
					}
					if b <= a && g.theta[a][b] >= 0 {
						ds = append(ds, d)
					}
				}
			}
		}
		inverse, dependent := linalg.InversePositive(v, 0)
		if dependent >= 0 {
			t.Fatal("V is not positive")
		}
		mul := linalg.Multiply
		vx := mul(inverse, x)
		phi, _ := linalg.InversePositive(mul(linalg.Transposed(x), vx), 0)
		k := len(ds)
		ps, vd := make([][][]float64, k), make([][][]float64, k)
		for i, d := range ds {
			vd[i] = mul(inverse, d)
			ps[i] = mul(linalg.Transposed(vx), mul(d, vx))
		}
		info, excess := linalg.Zeros(k), make([][][][]float64, k)
		for i := range ds {
			excess[i] = make([][][]float64, k)
			for j := range ds {
				q := mul(linalg.Transposed(vx), mul(ds[i], mul(vd[j], vx)))
				pp := mul(ps[i], mul(phi, ps[j]))
				info[i][j] = (trace(mul(vd[i], vd[j])) - 2*trace(mul(phi, q)) + trace(mul(phi, pp))) / 2
				for a := range q {
					for b := range q {
						q[a][b] -= pp[a][b]
					}
				}
				excess[i][j] = q
			}
		}
		unit := linalg.Zeros(k)
		for i := range unit {
			unit[i][i] = 1
		}
		w, ok := linalg.SolveMany(info, unit)
		if !ok {
			t.Fatal("the information is singular")
		}
		u := linalg.Zeros(p)
		for i := range ds {
			for j := range ds {
				for a := range u {
					for b := range u {
						u[a][b] += w[i][j] * excess[i][j][a][b]
					}
				}
			}
		}
		more := mul(phi, mul(u, phi))
		for a := range p {
			near(t, c.Name+" variance", m.vcov[a][a], phi[a][a]+2*more[a][a], 1e-9)
			move := make([]float64, k)
			for i := range ds {
				move[i] = mul(phi, mul(ps[i], phi))[a][a] / phi[a][a]
			}
			near(t, c.Name+" df", m.Fixed[a].DF, 2/variance(move, w), 1e-9)
		}
	}
}

// balanced makes a table of subjects in groups, each in all conditions, some times.
func balanced(subjects, conditions, groups, each int) table.Table {
	d := table.Table{Cols: []table.Col{{Name: "s"}, {Name: "a"}, {Name: "g"}, {Name: "y"}}}
	state := uint32(7)
	draw := func() float64 { // a fixed sequence, far from equally spaced
		state = state*1664525 + 1013904223
		return float64(state>>8)/float64(1<<24) - 0.5
	}
	for s := range subjects {
		u := 3 * draw()
		for a := range conditions {
			for range each {
				d.Cols[0].Text, d.Cols[1].Text = append(d.Cols[0].Text, string(rune('A'+s))), append(d.Cols[1].Text, string(rune('a'+a)))
				d.Cols[2].Text, d.Cols[3].Num = append(d.Cols[2].Text, string(rune('p'+s%groups))), append(d.Cols[3].Num, u+float64(a)/3+2*draw())
			}
		}
	}
	return d
}

// TestKenwardRogerBalanced holds tests to exact ones: in balanced designs F and its degrees of freedom
// are those of the analysis of variance.
func TestKenwardRogerBalanced(t *testing.T) {
	for _, c := range []struct{ subjects, conditions, groups int }{{6, 3, 2}, {12, 5, 3}, {9, 2, 3}, {14, 4, 7}} {
		d := balanced(c.subjects, c.conditions, c.groups, 1)
		m, err := Mixed(d, "y ~ a * g + (1 | s)", MixedOptions{DF: kenwardRogerName})
		if err != nil {
			t.Fatal(err)
		}
		if m.Singular {
			t.Fatalf("%+v: singular", c)
		}
		got, err := m.ANOVA()
		if err != nil {
			t.Fatal(err)
		}
		want, err := ANOVA(d, Factors{Value: "y", Subject: "s", Within: []string{"a"}, Between: []string{"g"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range [][2]string{{"a", "a"}, {"g", "g"}, {"a:g", "g:a"}} {
			x, err := got.Test(p[0])
			if err != nil {
				t.Fatal(err)
			}
			w, err := want.Effect(p[1])
			if err != nil {
				t.Fatal(err)
			}
			near(t, p[0]+" F", x.F, w.F, 1e-6)
			near(t, p[0]+" df1", x.DF1, w.DF1, 0)
			near(t, p[0]+" df2", x.DF2, w.DF2, 1e-8)
			near(t, p[0]+" scale", x.Scale, 1, 1e-8)
		}
	}
}
