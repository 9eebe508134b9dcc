package dataset

import (
	"fmt"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A SleepStudy holds reaction times over days of too little sleep, one element
// per person and day.
type SleepStudy struct {
	Subject  []string
	Days     []float64 `unit:"d"`  // day of the study
	Reaction []float64 `unit:"ms"` // mean reaction time, ms
}

// Show shows the study as a table.
func (s SleepStudy) Show() display.Bundle {
	return table.Table{Cols: []table.Col{
		{Name: "Subject", Text: s.Subject}, {Name: "Days", Unit: "d", Num: s.Days}, {Name: "Reaction", Unit: "ms", Num: s.Reaction},
	}}.Show()
}

// Sleepstudy returns the mean reaction times of 18 people on ten days, 180 rows:
// days 0 and 1 are for practice, day 2 is the baseline, and after it they had
// three hours in bed a night.
//
// Belenky et al. (2003), J Sleep Res 12:1; as in R's lme4.
func Sleepstudy() (*SleepStudy, error) {
	cols, _, err := columns("sleepstudy_rt.csv")
	if err != nil {
		return nil, fmt.Errorf("dataset: Sleepstudy: %w", err)
	}
	s := &SleepStudy{Subject: cols["Subject"]}
	if s.Reaction, err = numbers(cols["Reaction"]); err != nil {
		return nil, fmt.Errorf("dataset: Sleepstudy: %w", err)
	}
	if s.Days, err = numbers(cols["Days"]); err != nil {
		return nil, fmt.Errorf("dataset: Sleepstudy: %w", err)
	}
	return s, nil
}

// Theophylline returns the concentration of theophylline in the plasma of 12
// people over 25 h after one dose by mouth: subject, weight (kg), dose (mg/kg),
// time (h), concentration (mg/L), 132 rows.
//
// Boeckmann, Sheiner and Beal (1994); as R's Theoph.
func Theophylline() (table.Table, error) {
	return read("Theophylline", "theophylline_pk.csv", []table.Col{
		{Name: "Subject"}, {Name: "Wt", Unit: "kg"}, {Name: "Dose", Unit: "mg/kg"}, {Name: "Time", Unit: "h"}, {Name: "conc", Unit: "mg/L"},
	}, "Subject")
}

// Puromycin returns the rate of an enzymatic reaction (counts/min²) against the
// concentration of substrate (ppm), in cells treated with puromycin and not, 23
// rows.
//
// Treloar (1974); as R's Puromycin.
func Puromycin() (table.Table, error) {
	return read("Puromycin", "puromycin_enzyme.csv", []table.Col{
		{Name: "conc", Unit: "ppm"}, {Name: "rate", Unit: "counts/min²"}, {Name: "state"},
	}, "state")
}

// ToothGrowth returns the length of tooth cells of 60 guinea pigs against the
// daily dose of vitamin C (mg), given as orange juice (OJ) or ascorbic acid
// (VC).
//
// Crampton (1947), J Nutr 33:491; as R's ToothGrowth.
func ToothGrowth() (table.Table, error) {
	return read("ToothGrowth", "toothgrowth_dose_response.csv", []table.Col{
		{Name: "len"}, {Name: "supp"}, {Name: "dose", Unit: "mg/d"},
	}, "supp")
}

// read fills the columns of a table from a file; those named in text are words.
func read(fn, file string, cols []table.Col, text ...string) (table.Table, error) {
	words, _, err := columns(file)
	if err != nil {
		return table.Table{}, fmt.Errorf("dataset: %s: %w", fn, err)
	}
	for i := range cols {
		c := &cols[i]
		for _, name := range text {
			if c.Name == name {
				c.Text = words[c.Name]
			}
		}
		if c.Text == nil {
			if c.Num, err = numbers(words[c.Name]); err != nil {
				return table.Table{}, fmt.Errorf("dataset: %s: %w", fn, err)
			}
		}
	}
	return table.Table{Cols: cols}, nil
}
