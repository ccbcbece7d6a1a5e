//go:build integration && homes

// The graphs of Icinga Web's module graphite.

package integration

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image/png"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"check_pop3x/check/lab/integration/debian"
	"check_pop3x/check/lab/integration/engine"
)

const graphiteWriter = `object GraphiteWriter "graphite" {
	host = "%s"
	enable_send_thresholds = true
}
`

// graphsOfPackage is the template below the directory of examples.
const graphsOfPackage = "icingaweb/pop3x.ini"

// startGraphite starts Icinga Web with the template, and returns the address of its site.
func startGraphite(t *testing.T, m engine.Machine) (web *engine.IcingaWeb, site string) {
	t.Helper()
	m.Files["/etc/icinga2/features-enabled/graphite.conf"] = fmt.Sprintf(graphiteWriter, m.Address)
	web = private(t, func() (*engine.IcingaWeb, error) { return m.StartIcingaWeb(icingaMaster, icingaAuthority(t, m)) })
	place := "/etc/icingaweb2/modules/graphite/templates/pop3x.ini"
	if said, err := web.Command("install", "-D", "-m", "644", filepath.Join("/", examples, graphsOfPackage), place).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	address, err := web.Serve("icingaadmin")
	if err != nil {
		t.Fatal(err)
	}
	return web, "http://" + address
}

// TestHomeGraphite has Icinga Web draw each graph of the template, of checks of a real server.
func TestHomeGraphite(t *testing.T) {
	b := newSubmitter(t)
	m := b.icingaMachine()
	web, site := startGraphite(t, m)
	text, err := os.ReadFile(filepath.Join(m.Package, examples, graphsOfPackage))
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	for _, section := range regexp.MustCompile(`(?m)^\[(.*)\.graph\]$`).FindAllStringSubmatch(string(text), -1) {
		missing = append(missing, section[1])
	}
	if err := web.Await(func() bool { // GraphiteWriter drops what it has until it has found carbon
		b.checkWatched(web.Icinga)
		for _, service := range []string{"pop3", "pop3-addresses"} {
			shown := graphs(t, site, service)
			missing = slices.DeleteFunc(missing, func(name string) bool {
				graph, found := shown[name]
				return found && drawn(t, graph)
			})
		}
		return len(missing) == 0
	}); err != nil {
		t.Fatalf("never drawn: %q, %v", missing, err)
	}
}

// graphs are the addresses of the images on the page of a service, by the name of the template.
func graphs(t *testing.T, site, service string) map[string]*url.URL {
	t.Helper()
	page := fetch(t, site+"/monitoring/service/show?host=mail&graphs_limit=-1&service="+service)
	all := map[string]*url.URL{}
	for _, found := range regexp.MustCompile(`data-actualimageurl="([^"]+)"`).FindAllStringSubmatch(string(page), -1) {
		address, err := url.Parse(site + html.UnescapeString(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		all[address.Query().Get("template")] = address
	}
	return all
}

// drawn reports whether the image of the last minute has lines, which that of an hour before, of the same size, has not.
func drawn(t *testing.T, graph *url.URL) bool {
	t.Helper()
	during := func(start, end string) string {
		query := graph.Query()
		query.Set("start", start)
		query.Set("end", end)
		query.Set("width", "600")
		return strings.TrimSuffix(graph.String(), graph.RawQuery) + query.Encode()
	}
	return colourful(t, during("-60", "")) > colourful(t, during("-3660", "-3600"))+300
}

// colourful is how many dots of an image are neither black nor white nor grey.
func colourful(t *testing.T, address string) int {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(fetch(t, address)))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	count := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, g, b, _ := picture.At(x, y).RGBA()
			if max(r, g, b)-min(r, g, b) > 0x2000 {
				count++
			}
		}
	}
	return count
}

// fetch is what is at an address.
func fetch(t *testing.T, address string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), debian.StartTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v:\n%s", address, answer.Status, err, body)
	}
	return body
}
