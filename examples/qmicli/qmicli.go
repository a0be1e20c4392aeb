package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/lwm2mboot/lwm2mboot/apdu"
)

// qmicli is an apdu.CardTransport. It can be used as it is in a device's
// program, between open and close.
//
//	$ qmicli … --uim-open-logical-channel=1
//	Open Logical Channel operation successfully completed: 2
//	$ qmicli … --uim-send-apdu=1,2,02A4040C0CA000000063504B43532D3135
//	Send APDU operation successfully completed: 61:1E
//	$ qmicli … --uim-close-logical-channel=1,2
//	Close Logical Channel operation successfully completed
//
// That is what qmicli's source says. How modems behave behind it is not written
// down, and differs: whether a channel opens without the AID of an application
// (QMI makes it optional), whether commands pass on the basic channel, and
// whether a modem closes a channel with the QMI client that opened it. The last
// is why all runs are one client here, which open allocates.
type qmicli struct {
	device string
	slot   int
	direct bool

	client uint64 // the client's number (CID)
}

// What qmicli prints on success; the rest of the line is the answer.
const (
	channelOpened = "Open Logical Channel operation successfully completed: "
	channelClosed = "Close Logical Channel operation successfully completed"
	apduSent      = "Send APDU operation successfully completed: "
	clientKept    = "    CID: " // below "Client ID not released:"
)

// open allocates the client.
func (q *qmicli) open(ctx context.Context) error {
	text, err := q.run(ctx, clientKept, "--uim-noop", "--client-no-release-cid")
	if err != nil {
		return err
	}
	if q.client, err = strconv.ParseUint(strings.Trim(text, "'"), 10, 8); err != nil {
		return errors.New("qmicli: the client's number is none")
	}
	return nil
}

// close releases the client, also when ctx has ended.
func (q *qmicli) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), apdu.CloseGrace)
	defer cancel()
	_, err := q.run(ctx, "", "--uim-noop", fmt.Sprintf("--client-cid=%d", q.client))
	return err
}

// Transmit implements apdu.CardTransport. Logical channels are the modem's to
// open and close: it has a message of its own for MANAGE CHANNEL.
func (q *qmicli) Transmit(ctx context.Context, capdu []byte) ([]byte, error) {
	command, err := apdu.ParseCommand(capdu)
	if err != nil {
		return nil, err
	}
	switch {
	case command.INS == apdu.INSManageChannel && command.P1 == 0:
		return q.openChannel(ctx)
	case command.INS == apdu.INSManageChannel:
		_, err := q.act(ctx, channelClosed, "close-logical-channel", fmt.Sprintf(",%d", command.P2))
		return []byte{0x90, 0x00}, err
	}
	text, err := q.act(ctx, apduSent, "send-apdu", fmt.Sprintf(",%d,%X", apdu.ChannelOfClass(command.CLA), capdu))
	if err != nil {
		return nil, err
	}
	rapdu, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	if err != nil || len(rapdu) < 2 {
		return nil, fmt.Errorf("qmicli: an answer of %d characters is none of a card: %w", len(text), apdu.ErrMalformed)
	}
	return rapdu, nil
}

func (q *qmicli) openChannel(ctx context.Context) ([]byte, error) {
	text, err := q.act(ctx, channelOpened, "open-logical-channel", "")
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(text, 10, 8)
	if err != nil {
		return nil, fmt.Errorf("qmicli: the channel's number is none: %w", apdu.ErrMalformed)
	}
	return []byte{byte(number), 0x90, 0x00}, nil
}

// act runs one of the UIM service's actions, for the slot, as the client.
func (q *qmicli) act(ctx context.Context, success, action, arguments string) (string, error) {
	return q.run(ctx, success, fmt.Sprintf("--uim-%s=%d%s", action, q.slot, arguments),
		fmt.Sprintf("--client-cid=%d", q.client), "--client-no-release-cid")
}
