package fmri

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/internal/linalg"
)

// Betas returns the least-squares coefficients of every voxel: the b that
// minimises |bold - design b|, by Householder QR.
//
// design is [time][regressor] and bold [time][voxel]; the result is
// [regressor][voxel], in units of bold per unit of a regressor. No constant is
// added: give the design a column of ones.
//
// It is an error when either is empty, rows differ in length, a value is NaN or
// infinite, the numbers of time points differ, there are fewer time points than
// regressors, or the regressors are not linearly independent, which names the
// column and those of which it is a combination.
//
// Golub and Van Loan, Matrix Computations, algorithm 5.3.2. Checked against
// numpy.linalg.lstsq and nilearn's run_glm.
func Betas(design, bold [][]float64) ([][]float64, error) {
	fail := func(err error) ([][]float64, error) { return nil, fmt.Errorf("fmri: Betas: %w", err) }
	if _, err := rectangle("design", "regressor", design); err != nil {
		return fail(err)
	}
	if _, err := rectangle("bold", "voxel", bold); err != nil {
		return fail(err)
	}
	if len(design) != len(bold) {
		return fail(fmt.Errorf("design has %d time points and bold %d; they must be equal", len(design), len(bold)))
	}
	task := display.Start("fmri.Betas", "", 0)
	defer task.End()
	q, err := factor(design, nil, task)
	if err != nil {
		return fail(err)
	}
	beta, _ := q.Solve(bold, task.Err)
	if task.Err() != nil {
		return fail(task.Err())
	}
	return beta, nil
}

// rectangle returns the number of columns of a matrix after checking that rows
// are equally long and finite.
func rectangle(name, column string, x [][]float64) (int, error) {
	if len(x) == 0 || len(x[0]) == 0 {
		return 0, fmt.Errorf("%s is empty; it must be [time][%s]", name, column)
	}
	for i, row := range x {
		if len(row) != len(x[0]) {
			return 0, fmt.Errorf("%s[%d] has %d values and %s[0] has %d; all rows must be equally long", name, i, len(row), name, len(x[0]))
		}
		for j, v := range row {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, fmt.Errorf("%s[%d][%d] is %g; all values must be finite", name, i, j, v)
			}
		}
	}
	return len(x[0]), nil
}

// factor returns the QR factorisation of a design, or an error that says which
// columns are collinear, by name where they have names.
func factor(design [][]float64, names []string, task *display.Counter) (*linalg.QR, error) {
	if len(design) < len(design[0]) {
		return nil, fmt.Errorf("design has %d time points for %d regressors; there must be at least as many", len(design), len(design[0]))
	}
	q, err := linalg.NewQR(design, task.Err)
	var d *linalg.Dependent
	if !errors.As(err, &d) {
		return q, err
	}
	name := func(j int) string {
		if names != nil {
			return fmt.Sprintf("%q", names[j])
		}
		return fmt.Sprintf("column %d", j)
	}
	if len(d.With) == 0 {
		return nil, fmt.Errorf("design %s is zero at all times; leave it out", name(d.Col))
	}
	with := make([]string, len(d.With))
	for i, j := range d.With {
		with[i] = name(j)
	}
	return nil, fmt.Errorf("design %s is collinear with %s: a linear combination of them; regressors must be independent, so leave one out", name(d.Col), strings.Join(with, ", "))
}
