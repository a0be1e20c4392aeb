package apdu

import "context"

// FileFCP selects the file that path leads to, as [Channel.SelectFile] does,
// and has the card tell of it, which costs a GET RESPONSE more on some.
func (ch *Channel) FileFCP(ctx context.Context, path Path) (FCP, error) {
	ch.wantFCP = true
	defer func() { ch.wantFCP = false }()
	return ch.SelectFile(ctx, path)
}

// AppFCP selects the application, as [Channel.SelectApp] does, and has the card
// tell of it: its PINs and which of them are enabled.
func (ch *Channel) AppFCP(ctx context.Context, aid AID) (FCP, error) {
	ch.wantFCP = true
	defer func() { ch.wantFCP = false }()
	return ch.SelectApp(ctx, aid)
}
