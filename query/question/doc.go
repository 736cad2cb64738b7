// Package question understands questions in plain English.
package question

// Namespace is the vocabulary of lexical forms.
const Namespace = "https://ententedb.org/lexicon#"
