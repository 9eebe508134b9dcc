package display

import "errors"

var errNoGoNB = errors.New("not in a GoNB cell")

func openGoNB() (Sink, error) { return nil, errNoGoNB }
