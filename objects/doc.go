// Package objects knows the LwM2M objects that bootstrap information is made
// of: their definitions, a tree of their values, the accounts in it, and
// whether it is fit for use.
//
//	tlv.File ──Tree.Decode──▶ Tree ──Tree.Validate──▶ Problems
//	          ◀──Tree.Encode──  │ ▲
//	                Instance.Security, Server, …   (typed views)
//	                            ▼ │
//	              Security, Server, AccessControl, OSCORE
//	                            │
//	                      Tree.Accounts ──▶ Account: what a client dials
//
// A [Tree] holds Objects, Object Instances, Resources and Values. The type of
// a [Value] comes from the definition of its Resource, which a [Registry]
// knows; what has no definition is kept as raw octets. A [Codec] reads and
// writes one content format.
//
// Input is not trusted: what is decoded is bounded ([MaxInstances],
// [MaxResources], [MaxResourceInstances]), and an error says where it is, by
// path and offset. Nothing here prints a key: values that are secret, Opaque
// or raw show their length alone, and a [Secret] shows nothing.
package objects
