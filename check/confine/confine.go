package confine

// Permissions are what is left to a process that is confined. Paths that do not
// exist are left out.
type Permissions struct {
	Read  []string // files, or directories with all below them
	Write []string // directories, whose files may be created, replaced and removed
	Ports []uint16 // for TCP, at any address
	Bind  bool     // TCP may choose the address that it connects from
}

// System returns what a check may read besides the files that its user names:
// how names are resolved, where certificates are trusted, the time zone.
func System(getenv func(string) string) []string {
	return append(trusted(getenv), "/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/localtime", "/usr/share/zoneinfo")
}
