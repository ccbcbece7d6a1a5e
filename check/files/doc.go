// Package files reads and replaces the files that users name, and keeps those
// that a run leaves to later ones.
//
// Reading is bounded: no file of the wrong size or type fills the memory. A
// file that holds a secret has to be safe: others can neither read nor write
// it, and its group cannot write it. Reading by the group is allowed, as
// root:nagios 0640 is how monitoring systems lay out their secrets. A secret
// may also come from a FIFO, and reading that blocks until somebody writes to
// it, so callers run these functions within their time limit. A file of options
// says which programs to run, so it belongs to the caller or to root, and nobody
// else can write it.
//
// Replacing is atomic: a reader finds either the old or the new content, never
// a part of it, also after a crash. The new content is written to a file in the
// same directory, which is then renamed (rename(2)).
//
// A Store is what runs leave to later ones: a directory that only the user can
// open, with an entry for each thing that is kept, and a lock for each entry.
//
// Errors say which file it was and why, once, and what to type if that helps.
package files
