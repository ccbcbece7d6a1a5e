// Command roots writes certificates as PEM: those of its input, which follow
// one another in DER. Each has its name above it.
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := convert(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "roots:", err)
		os.Exit(1)
	}
}

func convert(in io.Reader, out io.Writer) error {
	der, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	roots, err := x509.ParseCertificates(der)
	if err != nil {
		return err
	}
	for _, root := range roots {
		fmt.Fprintf(out, "# %s\n", root.Subject)
		if err := pem.Encode(out, &pem.Block{Type: "CERTIFICATE", Bytes: root.Raw}); err != nil {
			return err
		}
	}
	return nil
}
