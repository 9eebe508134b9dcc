package eeg

import (
	"regexp"
	"slices"
	"strings"
)

// prefixes are the types of signals that EDF+ lets a label begin with, and their kinds.
var prefixes = map[string]string{
	"EEG": "EEG", "ECG": "ECG", "EKG": "ECG", "EOG": "EOG", "ERG": "EOG", "EMG": "EMG", "MEG": "MEG", "MCG": "other",
	"EP": "EEG", "TEMP": "temperature", "RESP": "respiration", "SAO2": "other", "LIGHT": "other", "SOUND": "other", "EVENT": "trigger",
}

var (
	triggers = regexp.MustCompile(`(?i)^(status|sti ?[0-9]+|stim|trig(ger)?s?|event marker|events?)$`)
	eyes     = regexp.MustCompile(`(?i)^([vh]?eog|eog)`)
	heart    = regexp.MustCompile(`(?i)^(ecg|ekg)`)
	muscle   = regexp.MustCompile(`(?i)^emg`)
	breath   = regexp.MustCompile(`(?i)^resp`)
	external = regexp.MustCompile(`(?i)^(exg[0-9]+|gsr[0-9]*|erg[0-9]+|ergo-.*|plet|temp|aux.*)$`)
)

// KindOf returns what kind of signal a name and a unit tell of: the type that EDF+ puts
// before a name ("EOG left"), a name that begins as one (VEOG, ECG, EMG, Resp, Status),
// and EEG for any other one measured in volts or parts of them; "other" is what is left.
func KindOf(name, unit string) string {
	if first, _, ok := strings.Cut(name, " "); ok || prefixes[strings.ToUpper(name)] != "" {
		if k := prefixes[strings.ToUpper(first)]; k != "" {
			return k
		}
	}
	for _, k := range []struct {
		is   *regexp.Regexp
		kind string
	}{{triggers, "trigger"}, {eyes, "EOG"}, {heart, "ECG"}, {muscle, "EMG"}, {breath, "respiration"}, {external, "other"}} {
		if k.is.MatchString(name) {
			return k.kind
		}
	}
	switch unit {
	case "V", "mV", "uV", "nV":
		return "EEG"
	case "T", "fT", "pT", "T/m", "fT/cm":
		return "MEG"
	case "C":
		return "temperature"
	}
	return "other"
}

// UnitOf returns the unit that a file means: its micro sign, in any encoding, is u, and
// degrees Celsius are C.
func UnitOf(text string) string {
	t := strings.TrimSpace(text)
	for _, micro := range []string{"µ", "μ", "\xb5"} {
		t = strings.Replace(t, micro, "u", 1)
	}
	switch t {
	case "uv", "UV", "microV", "microvolt", "microvolts":
		return "uV"
	case "mv", "MV", "millivolt":
		return "mV"
	case "v", "Volt", "volt":
		return "V"
	case "degC", "DegC", "°C", "\xb0C":
		return "C"
	case "n/a", "Boolean", "boolean":
		return ""
	}
	return t
}

// goodOf returns the channels of some kinds that are not bad.
func goodOf(channels []Channel, kinds []string) (index []int) {
	for c, ch := range channels {
		if !ch.Bad && slices.ContainsFunc(kinds, ch.Is) {
			index = append(index, c)
		}
	}
	return index
}
