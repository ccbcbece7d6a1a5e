// Command generate writes what is made from the options of check_pop3x. Type it
// in the root of the module: make generate.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"check_pop3x/packaging"
)

func main() {
	if err := generate(packaging.Current()); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(r packaging.Reference) error {
	files, err := r.Files()
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join("packaging", name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
