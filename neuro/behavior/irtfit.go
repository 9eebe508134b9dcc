package behavior

import (
	"math"

	"github.com/neurorepl/neurorepl/neuro/internal/dist"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// ItemFit says how well a model describes the responses to each item.
type ItemFit struct {
	Item        []string
	Infit       []float64 // weighted mean square, 1 where the model holds
	Outfit      []float64 // unweighted mean square, sensitive to outliers
	InfitT      []float64 // standardised, about normal
	OutfitT     []float64
	ChiSquare   []float64 // Σ of squared residuals
	DF          []float64 // persons less one
	P           []float64 // of ChiSquare
	Persons     []int     // that the item was given to, without those left out
	ThetaMethod string    // abilities that the residuals are at
	LeftOut     int       // persons without an ability of that kind
}

// Table returns one row per item.
func (f *ItemFit) Table() table.Table {
	n := make([]float64, len(f.Persons))
	for i, v := range f.Persons {
		n[i] = float64(v)
	}
	return table.Table{Title: "item fit at " + f.ThetaMethod + " abilities", Cols: []table.Col{
		{Name: "item", Text: f.Item}, {Name: "infit", Num: f.Infit}, {Name: "t", Num: f.InfitT}, {Name: "outfit", Num: f.Outfit}, {Name: "t ", Num: f.OutfitT},
		{Name: "chi2", Num: f.ChiSquare}, {Name: "df", Num: f.DF}, {Name: "p", Num: f.P}, {Name: "persons", Num: n},
	}}
}

// ItemFit returns the mean squares of the standardised residuals of each item at
// the persons' WLE abilities.
//
//	outfit = mean z²,  infit = Σ (x - E)²/Σ Var,  z = (x - E)/√Var
//
// The standardised forms are those of Wilson and Hilferty. Items without an
// estimate have NaN.
//
// Source: Wright and Masters 1982, Rating Scale Analysis. Checked against eRm's
// formulas, which Rasch.ItemFit uses at its own abilities.
func (r *IRT) ItemFit() (*ItemFit, error) {
	theta, err := r.Abilities("WLE")
	if err != nil {
		return nil, err
	}
	at := make([]float64, len(theta))
	for i, a := range theta {
		at[i] = a.Theta
	}
	names := make([]string, len(r.Items))
	for j := range r.Items {
		names[j] = r.Items[j].Name
	}
	return itemFit(names, r.responses, at, "WLE", func(j int, theta float64) []float64 {
		m, p, ok := r.model(j)
		if !ok {
			return nil
		}
		prob, _, _ := m.slopes(p, theta)
		return prob
	}), nil
}

// itemFit computes the residuals; abilities that are not finite are left out.
func itemFit(names []string, responses [][]int, theta []float64, method string, prob func(j int, theta float64) []float64) *ItemFit {
	f := &ItemFit{ThetaMethod: method}
	for _, t := range theta {
		if math.IsNaN(t) || math.IsInf(t, 0) {
			f.LeftOut++
		}
	}
	for j, name := range names {
		n, z2, square, variance := 0, 0.0, 0.0, 0.0
		kurtosis, spread := 0.0, 0.0 // Σ C/Var² and Σ (C - Var²)
		for i, row := range responses {
			if row[j] < 0 || math.IsNaN(theta[i]) || math.IsInf(theta[i], 0) {
				continue
			}
			p := prob(j, theta[i])
			if p == nil {
				break
			}
			mean, v, fourth := 0.0, 0.0, 0.0
			for x, w := range p {
				mean += float64(float64(x) * w)
			}
			for x, w := range p {
				d := float64(x) - mean
				v += float64(d * d * w)
				fourth += float64(d * d * d * d * w)
			}
			if !(v > 0) {
				continue
			}
			d := float64(row[j]) - mean
			n++
			z2 += float64(d*d) / v
			square += float64(d * d)
			variance += v
			kurtosis += fourth / float64(v*v)
			spread += fourth - float64(v*v)
		}
		count := float64(n)
		nan := math.NaN()
		infit, outfit, infitT, outfitT, p := nan, nan, nan, nan, nan
		if n > 1 {
			infit, outfit = square/variance, z2/count
			infitT = wilsonHilferty(infit, math.Sqrt(spread)/variance)
			outfitT = wilsonHilferty(outfit, math.Sqrt(kurtosis/float64(count*count)-1/count))
			p = dist.ChiSquareSF(z2, count-1)
		} else {
			z2 = nan
		}
		f.Item = append(f.Item, name)
		f.Infit, f.Outfit, f.InfitT, f.OutfitT = append(f.Infit, infit), append(f.Outfit, outfit), append(f.InfitT, infitT), append(f.OutfitT, outfitT)
		f.ChiSquare, f.DF, f.P, f.Persons = append(f.ChiSquare, z2), append(f.DF, count-1), append(f.P, p), append(f.Persons, n)
	}
	return f
}

// wilsonHilferty makes a mean square with standard deviation sd about normal.
func wilsonHilferty(square, sd float64) float64 {
	return float64((math.Cbrt(square)-1)*(3/sd)) + sd/3
}
