// Package plan rewrites an algebra tree into one that gives the same answer
// with less work. See [Rules] for what it does and in which sequence, and the
// header of each rule's file for what goes in and what comes out.
//
// The last rules choose: [orderJoins] turns the joins of a group into a tree
// of physical joins by dynamic programming over connected patterns, with
// sort order as a property of a plan, so that merge joins are found
// (Moerkotte and Neumann, Analysis of Two Existing and One New Dynamic
// Programming Algorithm, VLDB 2006; Selinger et al., SIGMOD 1979, for the
// interesting orders). The written order of patterns does not matter.
//
// Costs are in rows read: what it takes a scan to deliver one row.
package plan
