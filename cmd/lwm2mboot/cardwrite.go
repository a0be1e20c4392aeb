package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/personal"
)

// cardWrite is what the command was told.
type cardWrite struct {
	card  connection
	data  source
	image imageFlags

	admFile, admRef, pinFile string
	whole, yes, dry          bool
	options                  personal.Options
}

func newCardWrite(a *app) *cobra.Command {
	var w cardWrite
	cmd := &cobra.Command{
		Use:   "write -c IN | --file BIN",
		Short: "Write bootstrap data to a card",
		Long: `Writes EF(LwM2M_Bootstrap) of a card that has the file, behind a modem or in a
reader. What will be done is shown first, and has to be confirmed on the
terminal, or by --yes.

The file's header is emptied first and written last, so that a card which is
pulled in the middle holds the old data, none, or the new ones. All is read
back. The issuer's key is sent once at most, and never when one try is left. It
comes from a file, a pipe, or the environment variable ` + admEnv + `.

With --image the directories that lead to the file are written as well, as
lwm2mboot card image makes them; all files have to exist on the card. Where the
file has another size than --file-size says, the card's is right.

Exit status 4: the key was refused, or is needed; do not repeat it before you
are sure of it.`,
		Example: `  lwm2mboot card write --port /dev/ttyUSB2 -c seed.yaml --adm-file adm.key --dry-run
  lwm2mboot card write --port /dev/ttyUSB2 -c seed.yaml --adm-file adm.key --yes
  lwm2mboot card write --port /dev/ttyUSB2 --file seed.bin --adm-file - --yes < adm.key
  lwm2mboot card write --reader any --file seed.bin --adm-file adm.key --image --yes`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return w.run(cmd, a) },
	}
	w.card.flags(cmd)
	w.data.withFile(cmd)
	w.image.flags(cmd, "with --image: ")
	f := cmd.Flags()
	admFlag(cmd, &w.admFile)
	f.StringVar(&w.admRef, "adm-reference", "0A", "which key that is, in hex: 0A is ADM1")
	pinFlag(cmd, &w.pinFile)
	f.BoolVar(&w.whole, "image", false, "write the directories, too")
	f.BoolVar(&w.yes, "yes", false, "do not ask")
	f.BoolVar(&w.dry, "dry-run", false, "show what would be done, and do nothing")
	f.BoolVar(&w.options.Force, "force", false, "write although the card has these data already")
	f.BoolVar(&w.options.Replace, "replace", false, "with --image: write over directories that hold something else")
	f.BoolVar(&w.options.LastTry, "last-try", false, "send a key that has one try left, or does not tell")
	f.IntVar(&w.options.Chunk, "chunk", 0, "most octets in a command; 255 otherwise")
	return cmd
}

func (w *cardWrite) run(cmd *cobra.Command, a *app) error {
	ctx := cmd.Context()
	if err := w.check(cmd, a); err != nil {
		return err
	}
	content, err := w.data.octets(ctx, a)
	if err != nil {
		return err
	}
	if w.options.Key, err = a.adm(ctx, w.admFile); err != nil {
		return err
	}
	if w.options.PIN, err = a.pin(ctx, w.pinFile); err != nil {
		return err
	}
	w.options.Search = w.card.search
	w.options.Confirm = w.confirm(a)
	write := func(ctx context.Context, card apdu.CardTransport) (personal.Result, error) {
		return personal.Write(ctx, card, content, w.options)
	}
	if w.whole {
		m, err := w.image.build(cmd, content)
		if err != nil {
			return err
		}
		write = func(ctx context.Context, card apdu.CardTransport) (personal.Result, error) {
			return personal.WriteImage(ctx, card, m, w.options)
		}
	}
	return w.card.with(cmd, a, func(ctx context.Context, card apdu.CardTransport) error {
		result, err := write(ctx, card)
		switch {
		case w.dry && errors.Is(err, personal.ErrDeclined):
			return nil
		case err != nil:
			return err
		case !result.Changed:
			a.say("the card holds these data already: nothing was written")
		default:
			a.say("written and read back: %v, %d commands", result.Plan.New, result.Stats.RoundTrips)
		}
		return nil
	})
}

// check refuses what cannot be meant before anything is opened.
func (w *cardWrite) check(cmd *cobra.Command, a *app) error {
	if err := w.card.parse(cmd, a); err != nil {
		return err
	}
	ref, err := strconv.ParseUint(w.admRef, 16, 8)
	if err != nil || ref == 0 {
		return usage(cmd, errors.New("--adm-reference: not two hex digits, such as 0A"))
	}
	w.options.Reference = apdu.KeyReference(ref)
	switch {
	case w.data.none():
		return usage(cmd, errors.New("a configuration (-c) or a file (--file) is needed"))
	case !w.whole && w.image.changed() != "":
		return usage(cmd, fmt.Errorf("--%s goes with --image", w.image.changed()))
	case w.yes || w.dry:
		return nil
	case !terminal(a.stdin) || w.data.config == "-" || w.data.file == "-" || w.admFile == "-" || w.pinFile == "-":
		return &failure{
			status: statusUsage,
			err:    errors.New("there is no terminal to ask on, and nothing is written unasked"),
			advice: "--yes writes without a question, --dry-run shows what would be written",
		}
	}
	return nil
}

// confirm shows the plan and asks.
func (w *cardWrite) confirm(a *app) func(context.Context, personal.Plan) error {
	return func(ctx context.Context, p personal.Plan) error {
		fmt.Fprint(a.stderr, p)
		switch {
		case w.dry:
			a.say("nothing was written")
			return personal.ErrDeclined
		case w.yes:
			return nil
		}
		fmt.Fprint(a.stderr, "Write this to the card? Type yes: ")
		answer, err := a.line(ctx)
		if err != nil {
			return err
		}
		if answer != "yes" {
			return personal.ErrDeclined
		}
		return nil
	}
}
