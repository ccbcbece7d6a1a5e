package check

// Start is Main with a context instead of signals.
var Start = start
