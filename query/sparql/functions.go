package sparql

// function says how a built-in may be called.
type function struct {
	min, max  int // number of arguments; max < 0 is any
	aggregate bool
	name      string // in algebra, where it is not the keyword itself
}

// functions are the built-in functions and aggregates (BuiltInCall, Aggregate).
var functions = map[string]function{
	"STR": {1, 1, false, ""}, "LANG": {1, 1, false, ""}, "LANGMATCHES": {2, 2, false, ""}, "LANGDIR": {1, 1, false, ""},
	"DATATYPE": {1, 1, false, ""}, "BOUND": {1, 1, false, ""}, "IRI": {1, 1, false, ""}, "URI": {1, 1, false, "IRI"},
	"BNODE": {0, 1, false, ""}, "RAND": {0, 0, false, ""}, "ABS": {1, 1, false, ""}, "CEIL": {1, 1, false, ""},
	"FLOOR": {1, 1, false, ""}, "ROUND": {1, 1, false, ""}, "CONCAT": {0, -1, false, ""}, "SUBSTR": {2, 3, false, ""},
	"STRLEN": {1, 1, false, ""}, "REPLACE": {3, 4, false, ""}, "UCASE": {1, 1, false, ""}, "LCASE": {1, 1, false, ""},
	"ENCODE_FOR_URI": {1, 1, false, ""}, "CONTAINS": {2, 2, false, ""}, "STRSTARTS": {2, 2, false, ""},
	"STRENDS": {2, 2, false, ""}, "STRBEFORE": {2, 2, false, ""}, "STRAFTER": {2, 2, false, ""}, "YEAR": {1, 1, false, ""},
	"MONTH": {1, 1, false, ""}, "DAY": {1, 1, false, ""}, "HOURS": {1, 1, false, ""}, "MINUTES": {1, 1, false, ""},
	"SECONDS": {1, 1, false, ""}, "TIMEZONE": {1, 1, false, ""}, "TZ": {1, 1, false, ""}, "NOW": {0, 0, false, ""},
	"UUID": {0, 0, false, ""}, "STRUUID": {0, 0, false, ""}, "MD5": {1, 1, false, ""}, "SHA1": {1, 1, false, ""},
	"SHA256": {1, 1, false, ""}, "SHA384": {1, 1, false, ""}, "SHA512": {1, 1, false, ""}, "COALESCE": {0, -1, false, ""},
	"IF": {3, 3, false, ""}, "STRLANG": {2, 2, false, ""}, "STRLANGDIR": {3, 3, false, ""}, "STRDT": {2, 2, false, ""},
	"SAMETERM": {2, 2, false, ""}, "ISIRI": {1, 1, false, ""}, "ISURI": {1, 1, false, "ISIRI"}, "ISBLANK": {1, 1, false, ""},
	"ISLITERAL": {1, 1, false, ""}, "ISNUMERIC": {1, 1, false, ""}, "HASLANG": {1, 1, false, ""},
	"HASLANGDIR": {1, 1, false, ""}, "REGEX": {2, 3, false, ""}, "ISTRIPLE": {1, 1, false, ""}, "TRIPLE": {3, 3, false, ""},
	"SUBJECT": {1, 1, false, ""}, "PREDICATE": {1, 1, false, ""}, "OBJECT": {1, 1, false, ""},

	"COUNT": {1, 1, true, ""}, "SUM": {1, 1, true, ""}, "MIN": {1, 1, true, ""}, "MAX": {1, 1, true, ""},
	"AVG": {1, 1, true, ""}, "SAMPLE": {1, 1, true, ""}, "GROUP_CONCAT": {1, 1, true, ""}, "MEDIAN": {1, 1, true, ""},
}
