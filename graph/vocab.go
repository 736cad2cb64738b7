package graph

// Namespaces of the vocabularies that Entente itself speaks of.
const (
	RDF  = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	RDFS = "http://www.w3.org/2000/01/rdf-schema#"
	XSD  = "http://www.w3.org/2001/XMLSchema#"
	OWL  = "http://www.w3.org/2002/07/owl#"
	SKOS = "http://www.w3.org/2004/02/skos/core#"
)

// Terms of the RDF, RDFS, SKOS and OWL vocabularies.
const (
	RDFType          = RDF + "type"
	RDFFirst         = RDF + "first"
	RDFRest          = RDF + "rest"
	RDFNil           = RDF + "nil"
	RDFReifies       = RDF + "reifies"
	RDFLangString    = RDF + "langString"
	RDFDirLangString = RDF + "dirLangString"
	RDFHTML          = RDF + "HTML"
	RDFJSON          = RDF + "JSON"
	RDFXMLLiteral    = RDF + "XMLLiteral"
	RDFSLabel        = RDFS + "label"
	RDFSComment      = RDFS + "comment"
	RDFSSubClassOf   = RDFS + "subClassOf"
	SKOSAltLabel     = SKOS + "altLabel"
	SKOSPrefLabel    = SKOS + "prefLabel"
	OWLSameAs        = OWL + "sameAs"
)

// Datatypes of XML Schema 1.1 that SPARQL or RDF give a meaning to.
const (
	XSDString             = XSD + "string"
	XSDBoolean            = XSD + "boolean"
	XSDDecimal            = XSD + "decimal"
	XSDInteger            = XSD + "integer"
	XSDDouble             = XSD + "double"
	XSDFloat              = XSD + "float"
	XSDDate               = XSD + "date"
	XSDTime               = XSD + "time"
	XSDDateTime           = XSD + "dateTime"
	XSDDateTimeStamp      = XSD + "dateTimeStamp"
	XSDGYear              = XSD + "gYear"
	XSDGYearMonth         = XSD + "gYearMonth"
	XSDGMonth             = XSD + "gMonth"
	XSDGMonthDay          = XSD + "gMonthDay"
	XSDGDay               = XSD + "gDay"
	XSDDuration           = XSD + "duration"
	XSDYearMonthDuration  = XSD + "yearMonthDuration"
	XSDDayTimeDuration    = XSD + "dayTimeDuration"
	XSDByte               = XSD + "byte"
	XSDShort              = XSD + "short"
	XSDInt                = XSD + "int"
	XSDLong               = XSD + "long"
	XSDUnsignedByte       = XSD + "unsignedByte"
	XSDUnsignedShort      = XSD + "unsignedShort"
	XSDUnsignedInt        = XSD + "unsignedInt"
	XSDUnsignedLong       = XSD + "unsignedLong"
	XSDPositiveInteger    = XSD + "positiveInteger"
	XSDNonNegativeInteger = XSD + "nonNegativeInteger"
	XSDNegativeInteger    = XSD + "negativeInteger"
	XSDNonPositiveInteger = XSD + "nonPositiveInteger"
	XSDHexBinary          = XSD + "hexBinary"
	XSDBase64Binary       = XSD + "base64Binary"
	XSDAnyURI             = XSD + "anyURI"
)
