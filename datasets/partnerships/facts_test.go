package partnerships_test

import (
	"strings"
	"testing"
)

// Facts that anyone can look up, written down from general knowledge rather
// than from the tables: "subject property object" with the dates of one spell,
// "-" before it for what must not hold today, "?" for a spell that ended.
const knownFacts = `
FIN memberOf NATO 2023-04-04
SWE memberOf NATO 2024-03-07
DEU memberOf NATO 1955-05-09
-AUT memberOf NATO
-UKR memberOf NATO
?GBR memberOf EU 1973-01-01 2020-02-01
HRV memberOf EU 2013-07-01
-NOR memberOf EU
-CHE memberOf EU
HRV uses euro 2023-01-01
BGR uses euro 2026-01-01
-DNK uses euro
MCO uses euro
ECU uses currency-usd
CHN memberOf WTO 2001-12-11
RUS memberOf WTO 2012-08-22
-IRN memberOf WTO
TWN memberOf WTO 2002-01-01
CHE memberOf UN 2002-09-10
SSD memberOf UN 2011-07-14
-TWN memberOf UN
VAT observerOf UN
?YUG memberOf UN 1945-10-24
-RUS memberOf G7
?RUS memberOf G8
ZAF memberOf BRICS 2010-12-24
-ARG memberOf BRICS
-SAU memberOf BRICS
TLS memberOf ASEAN 2025-10-26
-PNG memberOf ASEAN
JPN memberOf OECD 1964-04-28
-BRA memberOf OECD
IND memberOf SCO 2017-06-09
?GEO memberOf CSTO
?UZB memberOf CSTO 2006-08-16
NOR memberOf EFTA 1960-05-03
LIE memberOf EEA 1995-05-01
-CHE memberOf EEA
CHE memberOf Schengen 2008-12-12
-IRL memberOf Schengen
-VEN memberOf Mercosur
VEN suspendedFrom Mercosur 2016-12-01
GBR memberOf CPTPP 2024-12-15
-USA memberOf CPTPP
?QAT memberOf OPEC 1961 2019-01-01
RUS memberOf OPECPlus
-RUS memberOf OPEC
MEX memberOf USMCA 2020-07-01
?MEX memberOf NAFTA 1994-01-01 2020-07-01
MAR memberOf AU 2017-01-30
?NER memberOf ECOWAS 1975-05-28 2025-01-29
?RUS memberOf CoE 1996-02-28 2022-03-16
-BLR memberOf CoE
?USA memberOf WHO 1948-06-21 2026-01-22
?BDI memberOf ICC 2004-12-01 2017-10-27
UKR memberOf ICC 2025-01-01
-USA memberOf ICC
PSE memberOf UNESCO 2011-11-23
?ISR memberOf UNESCO 1949-09-16 2018-12-31
?NIC memberOf OAS
?ALB memberOf WarsawPact 1955-05-14 1968-09-13
?PAK memberOf SEATO
NZL memberOf FiveEyes
-JPN memberOf FiveEyes
IND memberOf Quad
AUS memberOf AUKUS 2021-09-15
IND memberOf Wassenaar 2017-12-07
-IND memberOf NSG
-CHN memberOf MTCR
?ZWE memberOf Commonwealth
RWA memberOf Commonwealth 2009-11-29
-IRL memberOf Commonwealth
USA alliedWith JPN 1960-06-23
KOR alliedWith USA 1954-11-17
-IND alliedWith USA
DEU borders DNK
-ESP borders ITA
FRA borders ESP
JPN capital city-tokyo
AUS capital city-canberra
TUR region region-asia
MEX region region-americas
FRA memberOf UNSCP5 1945-10-24
-DEU memberOf UNSCP5
PAK memberOf UNSC 2025-01-01
CZE successorOf CSK 1993-01-01
GRL dependencyOf DNK
TUR alliedWith AZE
?SUN alliedWith CHN 1950-04-11 1980-04-11
PRK alliedWith RUS 2024-12-04
FRA alliedWith GRC
-AUT alliedWith USA
-JPN alliedWith KOR
?USA alliedWith TWN 1955-03-03 1980-01-01
NPT party IRN 1970-03-05
-NPT party IND
-NPT party ISR
?NPT party PRK 1985-12-12 2003-04-10
CTBT signatory USA 1996-09-24
-CTBT ratifiedBy USA
?CTBT ratifiedBy RUS 2000-06-30 2023-11-03
UNCLOS ratifiedBy CHN 1996-06-07
-UNCLOS party USA
RomeStatute party UKR 2025-01-01
?RomeStatute party PHL 2011-11-01 2019-03-17
-RomeStatute party CHN
CAT signatory IND 1997-10-14
-CAT ratifiedBy IND
ICCPR signatory CHN 1998-10-05
-CRC party USA
CWC party SYR 2013-10-14
BWC party CHN 1984-11-15
ParisAgreement ratifiedBy IND 2016-10-02
?ParisAgreement party USA 2021-02-19 2026-01-27
trade-EU-JPN-2018 party JPN 2019-02-01
trade-EU-JPN-2018 party DEU 2019-02-01
trade-RCEP-2020 party CHN
?trade-NAFTA-1992 party MEX 1994-01-01 2020-07-01
UN sanctions PRK 2006-10-14
-UN sanctions RUS
?UN sanctions ZAF 1977-11-04 1994-05-25
USA sanctions CUB 1962-02-07
EU sanctions RUS 2014-03-17
CHL mainExportPartner CHN
CAN mainExportPartner USA
AUS mainExportPartner CHN
`

func TestKnownFacts(t *testing.T) {
	quads, err := built()
	if err != nil {
		t.Fatal(err)
	}
	asserted := map[string]bool{}
	for _, q := range quads {
		asserted[short(q.Subject)+" "+short(q.Predicate)+" "+short(q.Object)] = true
	}
	recorded := map[string][][2]string{}
	for _, st := range allStatements(t) {
		k := st.s + " " + st.p + " " + st.o
		recorded[k] = append(recorded[k], [2]string{st.since, st.until})
	}
	for _, line := range strings.Split(strings.TrimSpace(knownFacts), "\n") {
		fields := strings.Fields(strings.TrimLeft(line, "-?"))
		key, dates := strings.Join(fields[:3], " "), append(fields[3:], "", "")[:2]
		switch line[0] {
		case '-':
			if asserted[key] {
				t.Errorf("%s holds, and should not", key)
			}
			continue
		case '?':
			if asserted[key] {
				t.Errorf("%s holds, and should have ended", key)
			}
		default:
			if !asserted[key] {
				t.Errorf("%s does not hold, and should", key)
			}
			if len(recorded[key]) == 0 && dates[0] == "" {
				continue
			}
		}
		found := false
		for _, spell := range recorded[key] {
			found = found || (dates[0] == "" || spell[0] == dates[0]) && (dates[1] == "" || spell[1] == dates[1])
		}
		if !found {
			t.Errorf("%s: no spell from %q until %q, but %v", key, dates[0], dates[1], recorded[key])
		}
	}
}
