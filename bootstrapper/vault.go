package bootstrapper

import (
	"context"

	"github.com/lwm2mboot/lwm2mboot/objects"
)

// Vault keeps keys where the medium of a [Store] does not: in a TPM, a secure
// element, the keystore of an operating system. [WithVault] puts it to work:
//
//	State: /0/1/5 = key ──Replace──▶ Seal ──▶ reference ──▶ store
//	State: /0/1/5 = key ◀───Load──── Open ◀── reference ◀── store
//
// It is called by one goroutine at a time. All that it keeps is the store's:
// two stores need two vaults, or two compartments of one. What it returns as an
// error is passed on behind the path of the Resource, so no key may be in it.
type Vault interface {
	// Seal keeps a secret, durably, and returns the reference to be stored in
	// its place, of 1 to [MaxReference] octets: a slot's number, a handle, or
	// the key itself, wrapped. The reference is no other secret's that the
	// vault still keeps. Secrets of the same octets are sealed once, however
	// many places they stand in.
	//
	// The secret was found at a path, in an Object Instance, which tells what
	// sort it is: with security mode PSK /0/1/5 is a pre-shared key, with
	// others a private key in DER. It is never empty. Numbers that are marked
	// as secret come in their octets, most significant first.
	Seal(ctx context.Context, at objects.Path, in objects.Instance, secret objects.Secret) (ref []byte, err error)

	// Open returns the secret that was sealed under the reference, or an error
	// when it has none.
	//
	// A vault that gives no key back returns something in its stead that the
	// client's own stack knows it by. Whoever loads the State, Apply and its
	// check too, takes that for the key. So it is not empty, the same each
	// time, another one for each secret, and, in the place of a String, UTF-8;
	// one of 16 octets also fits /0/x/8. A State that holds it may come back
	// in Replace: it keeps its reference then. A card could do the same and so
	// use a key that is not its own, if it could guess it: make it random. (A
	// Result of Apply has the keys as they came; Load has what is given here.)
	Open(ctx context.Context, ref []byte) (secret objects.Secret, err error)

	// Retain forgets the secrets of all references but these, which are in no
	// order, each once; none: all secrets. Those of a card that was removed go
	// that way. It may be called when there is nothing to forget, and again
	// when it failed or power did. What it forgot is not to be read from the
	// medium any more.
	Retain(ctx context.Context, refs [][]byte) error
}

// MaxReference is how many octets a reference of a [Vault] may have: enough for
// a private key that is wrapped.
const MaxReference = 4096

// WithVault returns a Store that keeps a State in store and the secrets in it
// in v. Secret is what objects.Value.IsSecret says: keys of the known objects,
// and what a definition of the user's own calls so; raw values of Objects
// without a definition are not. Identities, digests and PIN marks stay in the
// store. What is disabled is treated as what is active is.
//
// It is as atomic and as durable as store is and as Vault asks: v keeps the
// secrets of the State that was there until the new one is in store, so it
// needs room for both. When Seal fails, or store does, the store is as it was,
// and v is asked to retain what that needs. The last step, to forget what is
// not needed any more, is no reason for Replace to fail; when it failed, or
// power did, it is done again by the next Load or Replace, and by the first of
// a new run. Mount the store's medium before that: to one that is missing, and
// so seems empty, no secret belongs.
//
// A State without secrets can always be replaced: what is there need not be
// readable. That is the way out when v lost a key and Load fails.
//
// Keys that store held in the clear before are loaded as they are; one Load and
// one Replace of the same State bring them into v.
//
// Only the Store returned must be used from then on, and one at a time. It has
// a method Begin, which is store's, or a [Turn] of its own.
func WithVault(store Store, v Vault) Store {
	return &vaultStore{store: store, vault: v, busy: make(chan struct{}, 1)}
}
