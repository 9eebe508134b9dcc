package host

import (
	_ "database/sql" // has convertAssign
	_ "unsafe"       // for linkname
)

// ConvertAssign sets what dest points to from a value of a database, as
// sql.Rows.Scan does. (Package sql keeps the name for users outside of it.)
func ConvertAssign(dest, src any) error { return convertAssign(dest, src) }

//go:linkname convertAssign database/sql.convertAssign
func convertAssign(dest, src any) error
