// Package confine is about what the process may do. Elevated reports rights that
// its caller does not have, FewFiles a limit under which no check is possible, and
// Enter gives up those rights that a check does not need.
package confine
