// Package question understands questions in plain English about any RDF graph
// and translates them to the algebra of the query engine. It is a controlled
// language: deterministic, offline, explained. What is not understood is
// refused with a [*Refusal]; nothing is guessed silently.
//
// # How it works
//
// A [Lexicon] is read from the graph: names of things, and words for classes
// and properties. A question goes through five small steps:
//
//   - it is cut into words, folded (case, accents, spelling), and the longest phrases that the lexicon knows become
//     tokens of a word class: Name, Role, Attribute, Verb … (lexer.go);
//   - a participle grammar over word classes and about two hundred function
//     words gives a tree (grammar.go); where a word has several classes, the
//     readings are tried in turn;
//   - the tree becomes a meaning: sets, conditions, times (interpret.go,
//     meaning.go). Here names and words are resolved by what fits their place:
//     "in" leads to an organisation or to a region, by the range of the
//     property; a name of several fitting things is refused with its candidates;
//   - the paraphrase says the meaning back, in the same language (paraphrase.go);
//   - the meaning becomes algebra (translate.go).
//
// Translation takes less than a millisecond for the questions of the
// partnership graph ([BenchmarkParse]), a refusal with what could have stood
// there some tens: it asks the grammar which word classes it would accept.
//
// # Words
//
// Names come from rdfs:label, skos:prefLabel, schema:name, foaf:name, dc(terms):title
// (rank 0) and skos:altLabel (rank 1): a label beats an alternative label.
// Names of classes and properties become nouns, verbs and adjectives:
//
//	label of a property     gives                        as in
//	"member of"             noun of the subject          members of NATO
//	"has parent"            noun of the object           parents of Anna
//	"lives in"              verb                         who lives in York
//	"allied with"           adjective                    allied with Japan
//	"borders" (to a thing)  verb                         countries that border Chad
//	"is retired" (boolean)  adjective                    which men are retired
//	"born" (a date)         participle                   who was born before 1960
//	"height", "capital"     noun of the object           height of Anna, whose capital is Paris
//
// Without a label the local name is used ("productFeature": product feature).
// So a graph can be asked questions by adding labels. What labels cannot say,
// the graph says in the vocabulary of lexical forms, [Namespace]:
//
//	on a class
//	  lex:noun, lex:plural      how it is called
//	  lex:rank                  of several things with one name, those of the class of lowest rank are meant
//	  lex:unnamed true          its instances are not spoken of by name
//	  lex:adjective             neutral
//	  lex:verb                  possess nuclear weapons
//	  lex:having                nuclear weapons: what its instances have
//	on a property; with "inverse" in front (lex:inverseNoun) for the other direction
//	  lex:noun, lex:plural      what the subject is to the object: member
//	  lex:verb                  belong to
//	  lex:adjective             allied with; of a boolean: landlocked
//	  lex:preposition           in
//	  lex:negative              outside; of a boolean: coastal
//	  lex:begin, lex:end        events: join, leave; if lex:verb is the same word, it tells of an event: "ratified in 1995"
//	  lex:participle            of a date: founded
//	  lex:origin true           the date by which things are old or new
//	  lex:measureVerb           spend on defence: the amount stands after the first word; gives "defence spender", "producer of cobalt"
//	  lex:unit, lex:unitWord    people; % of GDP (the unit is said, the words are understood)
//	  lex:most, lex:least       most populous; gives "more populous than"
//	  lex:times, lex:over, lex:scale   a measure computed from others
//	  lex:yearOf                that of them whose latest year the others are taken of too
//	  lex:subject               the class meant where a question names none
//	  lex:weighted true         its values are listed by the number that reifiers give them, greatest first
//	  lex:tie true              counts as a connection between things
//	  lex:silent true           no word speaks of it
//	  lex:dateVerb              of a date: enter into force
//	  lex:value                 of a text: the value is an adjective, in force; lex:since and lex:until name the dates between which it is true
//	  lex:endedValue            of a text: the value that says that lex:value no longer holds
//	  lex:valueNoun             of a text: the value is a noun for things of a kind, customs union
//	  lex:inverseSubject        the class meant where a question names none, for the other direction
//	  lex:since, lex:until      the properties of the subject that date statements without dates of their own
//	  lex:while                 the value that must be true of the subject for the statement to hold today
//	  lex:impliedBy             the property that says as much where this one says nothing of the subject: bound, hence ratified
//	  lex:role                  lex:Since, lex:Until, lex:UntilUnknown, lex:Year, lex:Source, lex:InferredFrom, lex:Weight (on reifiers), lex:Unit (on measures),
//	                            lex:Name, lex:AmbiguousName, lex:Demonym (values that name their subject)
//	on a thing
//	  lex:name                  how it is said in paraphrases
//	  lex:adjective             African
//	  lex:broad true            holds others of its kind, and is no group: Sub-Saharan Africa, by subregion
//	  lex:kindNoun              a noun for the things that have it as a value: what promises mutual defence is a defence pact
//	on a class or property
//	  skos:scopeNote            what the graph holds of it, where it is not all: said under answers that rest upon absence
//	anywhere
//	  lex:irregularVerb         "base past participle"
//	  lex:irregularNoun         "singular plural"
//
// Each form has one value, the one used for saying things; further ones are
// given with alt in front: lex:altNoun, lex:altInverseVerb. Domain and range
// decide what a word may be said of. The morphology of verbs and nouns is in
// morphology.go.
//
// # Time
//
// Today is the default: a statement that is asserted holds now. Any other time
// is a question to reifiers:
//
//	in 1990, as of 2004-05-01   held at some time in that year or on that day
//	since 1995 (a state)        holds now, and began in 1995 or before
//	joined in, after, before, since, between   the first day lies there
//	left, has left                             ended once; it may hold again
//	used to be, no longer, former              ended, and does not hold now
//	left in 2020                the last day lies there
//	joined after they joined B  the first day of one lies behind that of the other
//	were, without a time        held at some time
//
// A time belongs to the clause it stands in; one that stands by itself (at the
// beginning, after a comma, behind the noun) belongs to all clauses that have
// none. With a measure it is the year of the measure, and memberships are those of
// today: "average defence spending of NATO members in 2014" is about the
// members of today. Sums, shares and quotients of the latest values are taken of one common
// year, which is said with the answer (common_year.go); counts by year are those at the end
// of each. Dates known only to the month or year count as possible
// throughout it; a statement without a first day has always held.
//
// In the past, countries include former ones: statements that something was of
// a class are reified like others. Sets within a clause are those of its time.
//
// # To have
//
// "Have a treaty with France", "connected to Poland through treaties", "share an
// organisation with India" are relations through a third thing (interpret_have.go):
// both are tied to one thing of the class. Nothing has one with itself.
//
// # And, or, not
//
// "and" binds tighter than "or"; parentheses are understood. "outside A and B",
// "not in A and B" and "not in A or B" all mean in neither; "not in both A and
// B" means not in both. "A and B members" are members of both, "A or B members"
// of one at least.
package question

// Namespace is the vocabulary of lexical forms.
const Namespace = "https://ententedb.org/lexicon#"
