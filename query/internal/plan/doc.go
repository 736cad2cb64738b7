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
// How many rows a join has is estimated, from the most to the least certain, by: the exact
// counts and distinct counts of the patterns; the characteristic sets, for patterns
// of one subject ([star]); a sample, where a plan is dear and patterns may depend on each other
// ([joinGroup.sample]); and else as if they did not. Planning is a function of the
// query and the data: neither a clock nor chance has a part in it.
//
// Beyond a dozen patterns the order is found greedily; a group of more than maxPatterns is
// refused with [ErrTooLarge]. All rules poll the context.
//
// Costs are in rows read: what it takes a scan to deliver one row.
package plan
