package main

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/cmd/lwm2mboot/internal/image"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
)

// imageFlags say how the directories of a card are made.
type imageFlags struct {
	form, paths choice
	oid, authID string
	options     image.Options
	set         *pflag.FlagSet
}

// fid is a flag with a file identifier.
type fid struct{ to *apdu.FID }

// String implements pflag.Value.
func (f fid) String() string {
	if f.to == nil || *f.to == 0 {
		return ""
	}
	return f.to.String()
}

// Set implements pflag.Value.
func (f fid) Set(s string) (err error) {
	*f.to, err = apdu.ParseFID(s)
	return err
}

// Type implements pflag.Value.
func (fid) Type() string { return "hex" }

// flags adds them; when says when they count.
func (i *imageFlags) flags(cmd *cobra.Command, when string) {
	f, o := pflag.NewFlagSet("image", pflag.ContinueOnError), &i.options
	f.StringVar(&i.oid, "entry-oid", "", "OID of the entry; 2.23.43.9.1 otherwise")
	f.StringVar(&o.Label, "label", "", "label of the entry")
	f.StringVar(&o.ApplicationName, "application-name", "", `application name of the entry; "LwM2M Bootstrap" otherwise`)
	f.BoolVar(&o.Private, "private", false, "the entry says that reading asks for a PIN")
	f.BoolVar(&o.Modifiable, "modifiable", false, "the entry says that updating asks for a PIN")
	f.StringVar(&i.authID, "auth-id", "", "identifier of that PIN, in hex")
	f.IntVar(&o.Size, "file-size", 0, fmt.Sprintf("octets of EF(LwM2M_Bootstrap); %d otherwise, or as many as are needed", image.DefaultSize))
	f.IntVar(&o.DirRecord, "dir-record", 0, "record of EF(DIR) to be written; otherwise the first that is unused")
	f.Var(fid{&o.DF}, "df", "identifier of the application's directory; 7F50 otherwise")
	f.Var(fid{&o.DODF}, "dodf", "identifier of EF(DODF); 6430 otherwise")
	f.Var(fid{&o.File}, "ef", "identifier of EF(LwM2M_Bootstrap); 6432 otherwise")
	f.Var(i.form.among("oiddo", "opaquedo"), "form", "kind of the entry in EF(DODF)")
	f.Var(i.paths.among("relative", "absolute", "application"), "paths", "how the directories name files")
	f.VisitAll(func(f *pflag.Flag) { f.Usage = when + f.Usage })
	cmd.Flags().AddFlagSet(f)
	i.form.complete(cmd, "form")
	i.paths.complete(cmd, "paths")
	i.set = f
}

// changed is the name of one that was given; "": none.
func (i *imageFlags) changed() (name string) {
	i.set.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			name = f.Name
		}
	})
	return name
}

// build makes the image.
func (i *imageFlags) build(cmd *cobra.Command, content []byte) (*image.Image, error) {
	o := i.options
	if i.form.value == "opaquedo" {
		o.Form = pkcs15.OpaqueDO
	}
	o.Paths = map[string]image.Paths{"absolute": image.Absolute, "application": image.FromApplication}[i.paths.value]
	var err error
	if i.oid != "" {
		if o.OID, err = pkcs15.ParseOID(i.oid); err != nil {
			return nil, usage(cmd, fmt.Errorf("--entry-oid: %w", err))
		}
	}
	if o.AuthID, err = hex.DecodeString(i.authID); err != nil {
		return nil, usage(cmd, errors.New("--auth-id: not in hex"))
	}
	return image.Build(content, o)
}
