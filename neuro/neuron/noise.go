package neuron

import (
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/neurorepl/neurorepl/neuro/model"
	"github.com/neurorepl/neurorepl/neuro/provenance"
)

// ConductanceNoise is the background of synapses that cells of cortex live in, as two
// fluctuating conductances (Destexhe, Rudolph, Fellous and Sejnowski 2001, Neuroscience
// 107:13), each an Ornstein-Uhlenbeck process:
//
//	I        = ge (EE - V) + gi (EI - V)
//	dge/dt   = (GE - ge)/TauE + SigmaE sqrt(2/TauE) xi,   and gi alike
//
// For noise of the current itself see stim.OU.
type ConductanceNoise struct {
	GE     float64 `unit:"nS"`  // mean of the excitatory conductance, nS
	SigmaE float64 `unit:"nS"`  // its standard deviation, nS
	TauE   float64 `unit:"ms"`  // its correlation time, ms
	EE     float64 `unit:"mV"`  // its reversal potential, mV
	GI     float64 `unit:"nS"`  // mean of the inhibitory conductance, nS
	SigmaI float64 `unit:"nS"`  // its standard deviation, nS
	TauI   float64 `unit:"ms"`  // its correlation time, ms
	EI     float64 `unit:"mV"`  // its reversal potential, mV
	Area   float64 `unit:"um2"` // membrane of the cell, um2, for cells whose currents are per area
	Seed   uint64
}

// NewConductanceNoise returns the paper's background of a cell of layer 6: GE 12.1 +- 3
// nS for 2.728 ms, EE 0 mV, GI 57.3 +- 6.6 nS for 10.49 ms, EI -75 mV, Area 34,636 um2.
func NewConductanceNoise() ConductanceNoise {
	return ConductanceNoise{GE: 12.1, SigmaE: 3, TauE: 2.728, EE: 0, GI: 57.3, SigmaI: 6.6, TauI: 10.49, EI: -75, Area: 34636}
}

const conductanceNoise = `
%[1]s = stimulus + (ge_ou*(EE_ou - %[2]s) + gi_ou*(EI_ou - %[2]s))%[4]s : %[3]s
stimulus : %[3]s
dge_ou/dt = (GE_ou - ge_ou)/TauE_ou + SigmaE_ou*sqrt(2/TauE_ou)*xi_ge : siemens
dgi_ou/dt = (GI_ou - gi_ou)/TauI_ou + SigmaI_ou*sqrt(2/TauI_ou)*xi_gi : siemens
`

// Add returns the cell with the background, as a model of package model: its stimulus
// adds to the background, its states ge_ou and gi_ou (nS) follow those of the cell, and
// cells of a population have backgrounds of their own. Noise has methods of integration
// of its own, of lower order, so that dt must be finer than without: 0.02 ms or less.
//
// The error is one of a parameter, or of a cell whose input is no current.
func (n ConductanceNoise) Add(c Dynamics) (*model.Model, error) {
	if err := sound(n, "TauE TauI Area", "SigmaE SigmaI GE GI"); err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fmt.Errorf("neuron: ConductanceNoise: the cell is nil; NewHH() is one")
	}
	m, err := parse(c)
	if err != nil {
		return nil, err
	}
	per := ""
	switch c.CurrentUnit() {
	case "pA", "nA":
	case "µA/cm²", "uA/cm2":
		per = "/(Area_ou)"
	default:
		return nil, fmt.Errorf("neuron: ConductanceNoise: the input of %s is in %q; conductances need one in pA or µA/cm²", c.Name(), c.CurrentUnit())
	}
	text, o := c.Equations()
	text, unit, ok := withoutInput(text, m.Input())
	if !ok {
		return nil, fmt.Errorf("neuron: ConductanceNoise: the equations of %s do not declare their input as a line %s : unit", c.Name(), m.Input())
	}
	text += fmt.Sprintf(conductanceNoise, m.Input(), m.Potential(), unit, per)
	o.Params, o.Initial = maps.Clone(o.Params), maps.Clone(o.Initial)
	if o.Params == nil {
		o.Params = map[string]string{}
	}
	if o.Initial == nil {
		o.Initial = map[string]string{}
	}
	for name, x := range parameters(n) {
		if name != "Area" || per != "" {
			o.Params[name+"_ou"] = x
		}
	}
	// stationary from the beginning
	o.Initial["ge_ou"], o.Initial["gi_ou"] = "GE_ou + SigmaE_ou*randn()", "GI_ou + SigmaI_ou*randn()"
	o.Input, o.V, o.Method, o.Seed = "stimulus", m.Potential(), "", n.Seed
	provenance.Random("neuron.ConductanceNoise", n.Seed)
	o.Name = c.Name() + " with conductance noise"
	return model.Parse(text, o)
}

// withoutInput takes the line that declares the input out of a text, and returns its
// unit.
func withoutInput(text, name string) (rest, unit string, ok bool) {
	line := regexp.MustCompile(`(?m)^\s*` + regexp.QuoteMeta(name) + `\s*:\s*([^#(\n]+?)\s*(\([^)\n]*\))?\s*(#.*)?$`)
	at := line.FindStringSubmatchIndex(text)
	if at == nil {
		return text, "", false
	}
	return text[:at[0]] + "\n" + text[at[1]:], text[at[2]:at[3]], true
}

// ChannelNoise is the noise of a finite number of ion channels in the axon of HH, by the
// diffusion approximation of Linaro, Storace and Giugliano 2011, PLoS Comput Biol
// 7:e1001102: to the open fractions n^4 and m^3 h come sums of Ornstein-Uhlenbeck
// processes, which have at every potential the covariance in time that independent
// Markov channels have there:
//
//	K:  (1/NK)  n^4   [(n + (1-n) e^(-t/taun))^4 - n^4]
//	Na: (1/NNa) m^3 h [(m + (1-m) e^(-t/taum))^3 (h + (1-h) e^(-t/tauh)) - m^3 h]
//
// with the gates at their steady state, and the sums kept between 0 and 1. (The gate noise of Fox and Lu 1994 has too
// small a variance; Goldwyn and Shea-Brown 2011, PLoS Comput Biol 7:e1002247.)
type ChannelNoise struct {
	Area      float64 `unit:"um2"`   // membrane, um2
	DensityNa float64 `unit:"1/um2"` // sodium channels per area, 1/um2
	DensityK  float64 `unit:"1/um2"` // potassium channels per area, 1/um2
	Seed      uint64
}

// NewChannelNoise returns that of 100 um2 of the squid's axon, with 60 sodium and 18
// potassium channels per um2: 6000 and 1800 channels of 20 pS.
func NewChannelNoise() ChannelNoise { return ChannelNoise{Area: 100, DensityNa: 60, DensityK: 18} }

// Add returns the axon with the noise of its channels, as a model of package model whose
// further states are the processes; openK and openNa are the open fractions. Cells of a
// population have noise of their own. A good step is 0.01 ms.
func (n ChannelNoise) Add(c HH) (*model.Model, error) {
	if err := sound(n, "Area DensityNa DensityK", ""); err != nil {
		return nil, err
	}
	if err := c.Check(); err != nil {
		return nil, err
	}
	text, o := c.Equations()
	text = strings.NewReplacer("m**3*h*(V", "openNa*(V", "n**4*(V", "openK*(V").Replace(text)
	var b strings.Builder
	b.WriteString(text)
	for _, x := range []string{"n", "m", "h"} {
		fmt.Fprintf(&b, "%[1]s8 = a%[1]s/(a%[1]s + b%[1]s) : 1\nrate_%[1]s = phi*(a%[1]s + b%[1]s) : Hz\n", x)
	}
	openK, openNa := "n**4", "m**3*h"
	add := func(sum *string, name, rate, variance string) {
		*sum += " + " + name
		fmt.Fprintf(&b, "d%[1]s/dt = -%[2]s*%[1]s + sqrt(2*(%[2]s)*(%[3]s))*xi_%[1]s : 1\n", name, "("+rate+")", variance)
	}
	for i, k := range []int{4, 6, 4, 1} {
		add(&openK, fmt.Sprintf("zK%d", i+1), fmt.Sprintf("%d*rate_n", i+1), fmt.Sprintf("%d*n8**%d*(1 - n8)**%d/NK", k, 7-i, i+1))
	}
	for j, k := range []int{1, 3, 3, 1} {
		for h := range 2 {
			if j+h > 0 {
				add(&openNa, fmt.Sprintf("zNa%d%d", j, h), fmt.Sprintf("%d*rate_m + %d*rate_h", j, h),
					fmt.Sprintf("%d*m8**%d*(1 - m8)**%d*h8**%d*(1 - h8)**%d/NNa", k, 6-j, j, 2-h, h))
			}
		}
	}
	fmt.Fprintf(&b, "openK = clip(%s, 0, 1) : 1\nopenNa = clip(%s, 0, 1) : 1\n", openK, openNa)
	o.Params = maps.Clone(o.Params)
	o.Params["NNa"], o.Params["NK"] = quantity(n.Area*n.DensityNa, ""), quantity(n.Area*n.DensityK, "")
	o.Method, o.Seed = "", n.Seed
	provenance.Random("neuron.ChannelNoise", n.Seed)
	o.Name = "HH with channel noise"
	return model.Parse(b.String(), o)
}
