package bootstrapper

import "io"

// disk is what a FileStore needs of the operating system: the files of one
// directory, by name. It is an interface so that tests can cut the power.
type disk interface {
	// check refuses a file that is not the store's own alone.
	check(name string) error
	// lock takes a file for this opener until close, or fails with ErrLocked.
	lock(name string) error
	// read is check, and the whole of a file of max octets at most.
	read(name string, max int) ([]byte, error)
	// create makes a file that must not be there yet, for the owner alone.
	create(name string) (diskFile, error)
	// rename puts a file in the place of another in one step.
	rename(from, to string) error
	remove(name string) error
	// sync waits until what was created, renamed and removed is on the disk.
	sync() error
	close() error
}

// diskFile is a file being written; *os.File is one.
type diskFile interface {
	io.WriteCloser
	// Sync waits until what was written is on the disk.
	Sync() error
}
