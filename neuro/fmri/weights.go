package fmri

import "fmt"

// Weights returns the factor of each column of the design in contrasts, a row
// for each: those that [GLM.Contrast] and [GLM.FContrast] multiply the
// coefficients by. Contrasts are written as there. One that cannot be read, or
// names no column of the design, is an error that lists them.
func (d *Design) Weights(contrasts ...string) ([][]float64, error) {
	rows, err := d.combinations(contrasts)
	if err != nil {
		return nil, fmt.Errorf("fmri: Weights: %w", err)
	}
	out := make([][]float64, len(rows))
	for i, r := range rows {
		out[i] = append([]float64(nil), r...)
	}
	return out, nil
}
