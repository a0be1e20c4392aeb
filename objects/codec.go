package objects

// Codec reads and writes one content format: the payloads of operations on a
// path. A Codec keeps no state and is safe for concurrent use.
type Codec interface {
	// ContentFormat is the CoAP Content-Format number, such as 11542 for TLV.
	ContentFormat() uint16

	// Append appends the payload that describes what t holds at a path and
	// below it. A path that the format has no payload for, or where t holds
	// nothing, is [ErrPath]. With an error dst comes back as it was.
	Append(dst []byte, t *Tree, at Path) ([]byte, error)

	// Parse reads a payload written to a path. It is not trusted: what Parse
	// takes of it is bounded. The tree returned holds what the payload says,
	// at the path or below it, and nothing else, so that the caller can
	// replace what is there or add to it; it keeps no reference to payload.
	// Objects are taken to be of their default version ([Registry.Lookup]).
	// Warnings are those of [Tree.Decode]. A payload that speaks of another
	// place than the path is [ErrPath].
	Parse(payload []byte, at Path, reg *Registry) (t *Tree, warnings Problems, err error)
}
