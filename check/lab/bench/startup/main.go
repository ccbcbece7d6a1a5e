// startup ends as soon as all packages of check_pop3x are initialized.
package main

import (
	_ "check_pop3x/check"
	_ "check_pop3x/check/lean"
)

func main() {}
