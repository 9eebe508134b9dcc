package pharm_test

import (
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/dataset"
	"github.com/neurorepl/neurorepl/neuro/pharm"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// theophylline returns the subjects of dataset.Theophylline with doses in mg.
func theophylline() ([]pharm.Subject, error) {
	d, err := dataset.Theophylline()
	if err != nil {
		return nil, err
	}
	id, wt, dose, at, c := d.Cols[0], d.Cols[1], d.Cols[2], d.Cols[3], d.Cols[4]
	var given table.Table
	var who []string
	var amount []float64
	for i := range id.Text {
		if at.Num[i] == 0 { // the data have mg/kg
			who, amount = append(who, id.Text[i]), append(amount, dose.Num[i]*wt.Num[i])
		}
	}
	given.Cols = []table.Col{{Name: "subject", Text: who}, {Name: "time", Num: make([]float64, len(who))}, {Name: "amount", Num: amount}, {Name: "route"}}
	for range who {
		given.Cols[3].Text = append(given.Cols[3].Text, "oral")
	}
	id.Name, c.Name = "subject", "concentration"
	subjects, _, err := pharm.Subjects(given, table.Table{Cols: []table.Col{id, at, c, wt}})
	return subjects, err
}

func ExampleFitPopulation() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	o := pharm.NewPopulation()
	o.TUnit, o.CUnit = "h", "mg/L"
	f, err := pharm.FitPopulation(subjects, o)
	if err != nil {
		panic(err)
	}
	fmt.Printf("objective %.2f\n", f.OFV)
	for i, n := range f.Names {
		fmt.Printf("%-6s %6.3f, SE %.3f (sandwich), %.3f (Hessian)\n", n, f.Estimate[i], f.SE[i], f.SEHessian[i])
	}
	// Output:
	// objective 116.80
	// CL      2.752, SE 0.203 (sandwich), 0.230 (Hessian)
	// V      31.809, SE 1.366 (sandwich), 1.483 (Hessian)
	// Ka      1.590, SE 0.316 (sandwich), 0.305 (Hessian)
	// ω CL    0.263, SE 0.055 (sandwich), 0.066 (Hessian)
	// ω V     0.138, SE 0.029 (sandwich), 0.040 (Hessian)
	// ω Ka    0.634, SE 0.172 (sandwich), 0.148 (Hessian)
	// σ add   0.694, SE 0.095 (sandwich), 0.049 (Hessian)
}

// Phenytoin-like elimination that saturates, and absorption that begins late.
func ExampleFitPopulation_saturable() {
	m := pharm.PopulationModel{
		Typical: pharm.Compartments{V: 45, Vmax: 20, Km: 5}, Random: []string{"V", "Vmax"}, Omega: [][]float64{{0.03, 0}, {0, 0.05}}, Additive: 0.4,
	}
	var subjects []pharm.Subject
	for i := range 20 {
		subjects = append(subjects, pharm.Subject{ID: fmt.Sprint(i + 1), Doses: []pharm.Dose{{Amount: 800, Duration: 1}}, T: []float64{1, 3, 8, 16, 24, 36, 48, 60, 72}})
	}
	drawn, err := m.Simulate(subjects, 1)
	if err != nil {
		panic(err)
	}
	f, err := pharm.FitPopulation(drawn, pharm.PopulationOptions{Saturable: true, Random: []string{"V", "Vmax"}, TUnit: "h", CUnit: "mg/L", DoseUnit: "mg"})
	if err != nil {
		panic(err)
	}
	for i, n := range f.Names {
		fmt.Println(strings.TrimSpace(fmt.Sprintf("%-7s %6.3f ± %.3f %s", n, f.Estimate[i], f.SEHessian[i], f.Units[i])))
	}
	// Output:
	// V       48.851 ± 1.781 L
	// Vmax    21.555 ± 1.304 mg/h
	// Km       5.670 ± 0.515 mg/L
	// ω V      0.162 ± 0.026
	// ω Vmax   0.219 ± 0.035
	// σ add    0.360 ± 0.022 mg/L
}

func ExampleFitPopulation_lag() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	for _, lag := range []bool{false, true} {
		f, err := pharm.FitPopulation(subjects, pharm.PopulationOptions{Lag: lag, TUnit: "h", CUnit: "mg/L", DoseUnit: "mg"})
		if err != nil {
			panic(err)
		}
		fmt.Printf("objective %.2f, AIC %.1f, lag %.3f h\n", f.OFV, f.AIC, f.Typical.Lag)
	}
	// Output:
	// objective 116.80, AIC 373.4, lag 0.000 h
	// objective 73.64, AIC 332.2, lag 0.163 h
}

func ExampleSubjects() {
	doses := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"a", "b"}}, {Name: "time", Num: []float64{0, 0}}, {Name: "amount", Unit: "mg", Num: []float64{100, 50}},
		{Name: "route", Text: []string{"oral", "iv"}}, {Name: "every", Num: []float64{12, 0}}, {Name: "count", Num: []float64{3, 1}},
	}}
	observations := table.Table{Cols: []table.Col{
		{Name: "subject", Text: []string{"a", "a", "b"}}, {Name: "time", Num: []float64{1, 13, 2}},
		{Name: "concentration", Num: []float64{1.7, math.NaN(), 0.9}}, {Name: "weight", Num: []float64{70, 70, 82}},
	}}
	subjects, missing, err := pharm.Subjects(doses, observations)
	if err != nil {
		panic(err)
	}
	for _, s := range subjects {
		fmt.Println(s.ID, s.Doses[0].Count, "doses of", s.Doses[0].Amount, "and samples at", s.T, "weight", s.Covariates["weight"])
	}
	fmt.Println(missing, "missing")
	// Output:
	// a 3 doses of 100 and samples at [1] weight 70
	// b 1 doses of 50 and samples at [2] weight 82
	// 1 missing
}

func ExamplePopulationFit_VPC() {
	subjects, err := theophylline()
	if err != nil {
		panic(err)
	}
	f, err := pharm.FitPopulation(subjects, pharm.NewPopulation())
	if err != nil {
		panic(err)
	}
	v, err := f.VPC(pharm.VPCOptions{Runs: 200, Seed: 1})
	if err != nil {
		panic(err)
	}
	fmt.Println(v)
	// Output:
	// visual predictive check: 200 data sets, 11 bins of time; 9% of the observed percentiles lie outside the 95% intervals of the simulated ones
}

func ExamplePopulationModel_Simulate() {
	m := pharm.PopulationModel{
		Typical: pharm.Compartments{CL: 5, V: 50}, Random: []string{"CL"}, Omega: [][]float64{{0.09}},
		Proportional: 0.1,
	}
	subjects := []pharm.Subject{{ID: "a", Doses: []pharm.Dose{{Amount: 100}}, T: []float64{1, 6, 24}}, {ID: "b", Doses: []pharm.Dose{{Amount: 100}}, T: []float64{1, 6, 24}}}
	drawn, err := m.Simulate(subjects, 1)
	if err != nil {
		panic(err)
	}
	for _, s := range drawn {
		fmt.Printf("%s: %.2f\n", s.ID, s.C)
	}
	// Output:
	// a: [1.81 1.27 0.17]
	// b: [1.81 0.88 0.06]
}
