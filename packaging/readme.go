package packaging

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// readmeDir has the templates of the README's generated parts.
const readmeDir = "readme/"

// Readme fills in the generated parts of the README. The one of readme/NAME.in
// stands between two lines of comment, and both have to be there.
func (r Reference) Readme(text string) (string, error) {
	names, err := fs.Glob(templates, readmeDir+"*.in")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		part, err := r.execute(name)
		if err != nil {
			return "", err
		}
		if text, err = replacePart(text, strings.TrimSuffix(path.Base(name), ".in"), part); err != nil {
			return "", err
		}
	}
	return text, nil
}

// replacePart puts part between the comments of that name.
func replacePart(text, name, part string) (string, error) {
	begin := fmt.Sprintf("<!-- %s: from the program, by make generate -->\n", name)
	end := fmt.Sprintf("<!-- end of %s -->\n", name)
	before, rest, begun := strings.Cut(text, begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		return "", fmt.Errorf("README.md has no part between %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return before + begin + "\n" + strings.TrimSpace(part) + "\n\n" + end + after, nil
}
