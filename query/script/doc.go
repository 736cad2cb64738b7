// Package script reads and runs statements: questions, SPARQL and dot commands,
// as typed at a prompt or kept in a file.
//
// # The form of a script
//
// A script is text. Lines that start with "#" are comments. Three kinds of
// statement are told apart by how they begin:
//
//	.command words        a dot command, one line
//	SELECT …, PREFIX …    SPARQL, query or update: ends with the line at which all
//	                      brackets are closed if it began there, and otherwise with an
//	                      empty line, a line that ends with ";", or an expect line
//	anything else         a question, one line
//
// An expect line says what the statement before it must answer, which turns a
// script into a test:
//
//	expect 134 rows            the number of rows
//	expect no rows
//	expect yes                 of a yes/no question or ASK; also: no
//	expect value 2023-04-04    one row, whose first cell is this
//	expect error               the statement must fail; words after it must
//	                           stand in the message
//	expect {                   these rows, in any order; expect ordered { in this one.
//	  Austria | AUT            Cells are parted by " | " and written as people see
//	  Cyprus  | CYP            them: labels of things, the text of literals. Cells left
//	}                          out at the end of a row are not compared.
package script
