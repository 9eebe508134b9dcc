package pharm

import (
	"fmt"
	"math"
	"reflect"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/display"
	"github.com/neurorepl/neurorepl/neuro/neuron"
	"github.com/neurorepl/neurorepl/neuro/synapse"
	"github.com/neurorepl/neurorepl/neuro/table"
)

// A Drug is what a substance does to the parameters of a cell or receptor:
// concentration in, another cell out.
//
//	half, err := pharm.TTX().Cell(neuron.NewHH(), 5) // an axon with half of its sodium conductance
//
// TTX, TEA, Diazepam and Ketamine are there; any other one is a value of this type:
//
//	riluzole := pharm.Drug{Name: "riluzole", Unit: "µM", Acts: []pharm.Action{{On: "GNa", EC50: 50}}}
type Drug struct {
	Name string
	Unit string // of concentrations, such as "nM"
	Acts []Action
}

// An Action is how a drug changes one parameter:
//
//	factor = 1 + (Full - 1) / (1 + (EC50/c)^N)
type Action struct {
	On   string  // the field of the cell or receptor that is multiplied, such as "GNa"
	EC50 float64 // concentration with half of the action, in the unit of the drug
	N    float64 // Hill coefficient; 0 means 1
	Full float64 // the factor at saturation: 0 closes all channels, 2 doubles
	At   string  // name of the receptor that it is for, such as "NMDA"; empty means any
}

// TTX returns tetrodotoxin, which closes sodium channels (GNa) from outside, one
// molecule per channel, with half of them at 5 nM: the squid axon, where 13.2 nM of
// 4-epitetrodotoxin, which has 0.39 of its potency, halved the current (1985, Toxicon
// 23:725). At the node of Ranvier half takes 1 nM (Hille 1968, J Gen Physiol 51:199);
// set the EC50 for other channels.
func TTX() Drug {
	return Drug{Name: "TTX", Unit: "nM", Acts: []Action{{On: "GNa", EC50: 5}}}
}

// TEA returns tetraethylammonium outside, which closes delayed-rectifier potassium
// channels (GK), one ion per channel, with half of them at 4.5 mM: Kv2.1, of whose
// potassium current 30 mM blocked 87 % (1995, J Physiol 486:267). Channels differ a
// hundredfold; set the EC50 for others.
func TEA() Drug {
	return Drug{Name: "TEA", Unit: "mM", Acts: []Action{{On: "GK", EC50: 4.5}}}
}

// Diazepam returns the benzodiazepine, which makes GABA leave its GABA-A receptor
// more slowly: at saturation the rate of unbinding (Beta of [synapse.Receptor]) is
// divided by 2.5, the shift of GABA's own curve (Ghansah and Weiss 1999, Neuroreport
// 10:817), with half of the action at 27 nM, the value of receptors with alpha 1 (those
// with alpha 2, 3 and 5 have 19, 48 and 17; Dawson et al. 2006, J Pharmacol Exp
// Ther). As a network has it, the decay of inhibition is that much longer.
func Diazepam() Drug {
	return Drug{Name: "diazepam", Unit: "nM", Acts: []Action{{On: "Beta", EC50: 27, Full: 1 / 2.5, At: "GABA-A"}}}
}

// Ketamine returns the blocker of open NMDA channels at rest with its binding: half
// of the conductance (G) is left at 3 µM, which lies between the 1.7 and 5.2 that follow
// from 1 and 10 µM on outside-out patches (Orser, Pennefather and MacDonald 1997:
// the open probability fell to 63 and 34 %). Magnesium and potential change it a lot;
// set the EC50 of your preparation. OpenBlock is the block with its use-dependence.
func Ketamine() Drug {
	return Drug{Name: "ketamine", Unit: "µM", Acts: []Action{{On: "G", EC50: 3, At: "NMDA"}}}
}

// Factor returns what the parameter on is multiplied by at the concentration c, in
// the unit of the drug: 1 for a parameter that the drug leaves alone, NaN for a
// negative concentration.
//
//	k := pharm.Ketamine()
//	gN := fmt.Sprintf("%g*nS", 0.381*k.Factor("G", 1)) // for the equations of a network
//
// Source: Hill 1910. Checked against the closed form.
func (d Drug) Factor(on string, c float64) float64 {
	f := 1.0
	if !(c >= 0) {
		return math.NaN()
	}
	for _, a := range d.Acts {
		if a.On == on {
			f *= a.factor(c)
		}
	}
	return f
}

func (a Action) factor(c float64) float64 {
	n := a.N
	if n == 0 {
		n = 1
	}
	return 1 + float64((a.Full-1)*Hill(c, 1, a.EC50, n))
}

// Cell returns the cell under the drug at the concentration c: a copy of the model
// with its fields multiplied. The model is one of package neuron with a field of each
// name that the drug acts on, such as GNa.
//
// An error names the fields that the model has where it lacks one, a concentration
// that is negative or not finite, and an action that makes no sense.
func (d Drug) Cell(m neuron.Model, c float64) (neuron.Model, error) {
	out, err := d.on("Drug.Cell", m, c)
	if err != nil {
		return nil, err
	}
	return out.(neuron.Model), nil
}

// Receptor returns the receptor under the drug at the concentration c; the fields
// are those of [synapse.Receptor], and errors are those of Cell, and a receptor of
// another name than the drug is for.
func (d Drug) Receptor(r synapse.Receptor, c float64) (synapse.Receptor, error) {
	for _, a := range d.Acts {
		if a.At != "" && a.At != r.Name {
			return r, fmt.Errorf("pharm: Drug.Receptor: %s acts on %s receptors; this one is %q", d.name(), a.At, r.Name)
		}
	}
	out, err := d.on("Drug.Receptor", r, c)
	if err != nil {
		return r, err
	}
	return out.(synapse.Receptor), nil
}

// on returns a copy of a struct of parameters with the drug's factors.
func (d Drug) on(who string, of any, c float64) (any, error) {
	if err := d.check(who, c); err != nil {
		return nil, err
	}
	v := reflect.Indirect(reflect.ValueOf(of))
	if v.Kind() != reflect.Struct {
		return nil, fmt.Errorf("pharm: %s: the model is %T; a drug acts on the fields of a struct, such as neuron.NewHH()", who, of)
	}
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for _, a := range d.Acts {
		f, ok := v.Type().FieldByName(a.On)
		if !ok || !f.IsExported() || f.Type.Kind() != reflect.Float64 {
			var has []string
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && f.Type.Kind() == reflect.Float64 {
					has = append(has, f.Name)
				}
			}
			return nil, fmt.Errorf("pharm: %s: %s acts on %s, which %s has not; it has %s (change On of the action)",
				who, d.Name, a.On, v.Type().Name(), strings.Join(has, ", "))
		}
		x := out.FieldByIndex(f.Index)
		x.SetFloat(x.Float() * a.factor(c))
	}
	if reflect.ValueOf(of).Kind() == reflect.Pointer {
		return out.Addr().Interface(), nil
	}
	return out.Interface(), nil
}

func (d Drug) check(who string, c float64) error {
	if !(c >= 0) || math.IsInf(c, 1) {
		return fmt.Errorf("pharm: %s: the concentration is %g %s; it must be finite and not negative", who, c, d.Unit)
	}
	if len(d.Acts) == 0 {
		return fmt.Errorf("pharm: %s: %s has no Acts; name at least one parameter that it changes", who, d.name())
	}
	for _, a := range d.Acts {
		switch {
		case !(a.EC50 > 0) || math.IsInf(a.EC50, 1):
			return fmt.Errorf("pharm: %s: the EC50 of %s on %s is %g; it must be finite and above 0", who, d.name(), a.On, a.EC50)
		case !(a.N >= 0) || math.IsInf(a.N, 1):
			return fmt.Errorf("pharm: %s: the Hill coefficient N of %s on %s is %g; it must be finite and not negative (0 means 1)", who, d.name(), a.On, a.N)
		case !(a.Full >= 0) || math.IsInf(a.Full, 1):
			return fmt.Errorf("pharm: %s: Full of %s on %s is %g; it must be finite and not negative", who, d.name(), a.On, a.Full)
		}
	}
	return nil
}

func (d Drug) name() string {
	if d.Name == "" {
		return "the drug"
	}
	return d.Name
}

// Table returns the actions.
func (d Drug) Table() table.Table {
	t := table.Table{Title: d.Name}
	var on []string
	var half, n, full []float64
	for _, a := range d.Acts {
		on, half, full = append(on, a.On), append(half, a.EC50), append(full, a.Full)
		n = append(n, max(a.N, 1))
		if a.N > 0 {
			n[len(n)-1] = a.N
		}
	}
	t.Cols = []table.Col{{Name: "acts on", Text: on}, {Name: "EC50", Unit: d.Unit, Num: half},
		{Name: "Hill coefficient", Num: n}, {Name: "factor at saturation", Num: full}}
	return t
}

// Show shows the actions.
func (d Drug) Show() display.Bundle { return d.Table().Show() }
