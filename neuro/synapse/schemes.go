package synapse

// NewAMPAScheme returns AMPA receptors with desensitization: the six states of
// Destexhe, Mainen and Sejnowski 1994, J Comput Neurosci 1:195, after Patneau and
// Mayer 1991. Two molecules of glutamate (mM) bind before the channel opens; channels
// with one (D1) or two (D2) desensitize.
func NewAMPAScheme() Scheme {
	return Scheme{Name: "AMPA receptor", Input: "glutamate", InputUnit: "mM", Open: []string{"O"}, Transitions: []Transition{
		{From: "C0", To: "C1", Rate: 13, Bind: true}, {From: "C1", To: "C0", Rate: 0.0059},
		{From: "C1", To: "C2", Rate: 13, Bind: true}, {From: "C2", To: "C1", Rate: 86},
		{From: "C2", To: "O", Rate: 2.7}, {From: "O", To: "C2", Rate: 0.2},
		{From: "C1", To: "D1", Rate: 0.9}, {From: "D1", To: "C1", Rate: 0.064},
		{From: "C2", To: "D2", Rate: 0.9}, {From: "D2", To: "C2", Rate: 0.064},
	}}
}

// NewNMDAScheme returns NMDA receptors in the five states of Lester and Jahr 1992, J
// Neurosci 12:635, with the rates of Destexhe, Mainen and Sejnowski 1994. The block by
// magnesium is that of [NewNMDA]: its Block times the open share.
func NewNMDAScheme() Scheme {
	return Scheme{Name: "NMDA receptor", Input: "glutamate", InputUnit: "mM", Open: []string{"O"}, Transitions: []Transition{
		{From: "C0", To: "C1", Rate: 5, Bind: true}, {From: "C1", To: "C0", Rate: 0.0129},
		{From: "C1", To: "C2", Rate: 5, Bind: true}, {From: "C2", To: "C1", Rate: 0.0129},
		{From: "C2", To: "D", Rate: 0.0084}, {From: "D", To: "C2", Rate: 0.0068},
		{From: "C2", To: "O", Rate: 0.0465}, {From: "O", To: "C2", Rate: 0.0738},
	}}
}

// Scheme returns the receptor's two states as a kinetic scheme, whose input is the
// transmitter (mM).
func (s Receptor) Scheme() Scheme {
	return Scheme{Name: s.Name + " receptor", Input: "transmitter", InputUnit: "mM", Open: []string{"O"}, Transitions: []Transition{
		{From: "C", To: "O", Rate: s.Alpha, Bind: true},
		{From: "O", To: "C", Rate: s.Beta},
	}}
}
