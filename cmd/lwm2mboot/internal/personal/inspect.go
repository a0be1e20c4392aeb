package personal

import (
	"context"
	"fmt"
	"slices"

	"github.com/lwm2mboot/lwm2mboot/apdu"
	"github.com/lwm2mboot/lwm2mboot/pkcs15"
	"github.com/lwm2mboot/lwm2mboot/simboot"
)

// Inspect looks at everything on the way to a card's bootstrap data: EF(DIR),
// the application, EF(ODF), each EF(DODF), the LwM2M objects, their files and
// contents, who may read and update them, and the tries that keys have left.
// It changes nothing and verifies nothing. Of search, AID, OIDs, File and
// Channel are looked at; nil follows the standard.
//
// A part that cannot be read is told in the report, and the inspection goes
// on. An error means that it broke off, at the end of ctx or for a fault of
// the way to the card: the report is what was found until then.
func Inspect(ctx context.Context, card apdu.CardTransport, search *simboot.Config) (*Report, error) {
	var opts Options
	if search != nil {
		opts.Search = *search
	}
	i := inspector{report: &Report{}}
	var err error
	if i.Options, err = opts.filled(); err == nil {
		i.report.ICCID, _, err = simboot.ICCID(ctx, card, &simboot.Config{Channel: i.Search.Channel})
		if err != nil {
			i.report.ICCIDError = err.Error()
		}
		i.iccid = i.report.ICCID
		if err == nil || numberless(err) {
			_, err = i.run(ctx, card, i.walk)
		}
	}
	if err != nil {
		err = fmt.Errorf("personal: %w", err)
		i.report.Error = err.Error()
	}
	return i.report, err
}

// inspector is one inspection.
type inspector struct {
	session
	report *Report
	fault  error // of the way to the card: nothing more can be read
	looked int   // files of which the card was asked
	keys   []apdu.KeyReference
	pins   []apdu.PINStatus
}

// told is the text of an error of one part; one of the way to the card ends
// the inspection.
func (i *inspector) told(err error) string {
	if err == nil {
		return ""
	}
	if !answered(err) && i.fault == nil {
		i.fault = err
	}
	return err.Error()
}

func (i *inspector) walk(ctx context.Context) error {
	for _, step := range []func(context.Context){i.dir, i.app, i.odf, i.configured, i.askKeys} {
		if step(ctx); i.fault != nil {
			break
		}
	}
	return i.fault
}

func (i *inspector) dir(ctx context.Context) {
	r := &i.report.Dir
	r.FileReport = i.file(ctx, apdu.FileRef{Path: pathDir})
	if i.fault != nil || r.Error != "" {
		return
	}
	dir, err := i.readDir(ctx)
	r.Error = i.told(err)
	for _, e := range dir.entries {
		entry := DirEntryReport{Record: e.number, AID: e.AID.String(), Label: e.Label, Path: e.Path.String()}
		if e.err != nil {
			entry = DirEntryReport{Record: e.number, Error: e.err.Error()}
		}
		r.Entries = append(r.Entries, entry)
	}
}

func (i *inspector) app(ctx context.Context) {
	r := &i.report.Application
	if err := i.application(ctx); err != nil {
		r.Error = i.told(err)
		return
	}
	r.AID, r.Way = i.aid.String(), i.way.String()
	var fcp apdu.FCP
	var err error
	if i.df != nil {
		fcp, err = i.ch.FileFCP(ctx, i.df)
	} else {
		fcp, err = i.ch.AppFCP(ctx, i.ch.App())
	}
	if err != nil {
		r.Error = i.told(err) // it is selected, and does not tell of itself
		return
	}
	if err := i.secure(ctx); err != nil {
		r.Error = i.told(err)
		return
	}
	r.Secure = i.secured
	i.pins = fcp.PINs
	for _, p := range fcp.PINs {
		i.note(p.Reference)
	}
}

func (i *inspector) odf(ctx context.Context) {
	if i.report.Application.AID == "" {
		return
	}
	r := &i.report.Application.ODF
	ref := apdu.FileRef{Path: apdu.Path{pkcs15.FIDODF}}
	r.FileReport = i.file(ctx, ref)
	if i.fault != nil || r.Error != "" {
		return
	}
	content, err := i.readDirectory(ctx, ref)
	if err != nil {
		r.Error = i.told(err)
		return
	}
	for d, err := range pkcs15.ParseODF(content) {
		var entry DirectoryReport
		switch {
		case err != nil:
			entry.Error = err.Error()
		case d.InPlace != nil:
			entry.InPlace = true
			i.objects(ctx, &entry, d.InPlace)
		default:
			i.dodf(ctx, &entry, d.Ref)
		}
		r.Directories = append(r.Directories, entry)
		if i.fault != nil {
			return
		}
	}
}

func (i *inspector) dodf(ctx context.Context, r *DirectoryReport, ref apdu.FileRef) {
	r.FileReport = i.file(ctx, ref)
	if i.fault != nil || r.Error != "" {
		return
	}
	content, err := i.readDirectory(ctx, ref)
	if err != nil {
		r.Error = i.told(err)
		return
	}
	i.objects(ctx, r, content)
}

// objects notes the entries of a directory, and looks at those of LwM2M.
func (i *inspector) objects(ctx context.Context, r *DirectoryReport, content []byte) {
	for o, err := range pkcs15.ParseDODF(content) {
		if err != nil {
			r.Objects = append(r.Objects, ObjectReport{Error: err.Error()})
			continue
		}
		entry := ObjectReport{Form: o.Form.String(), Label: o.Label, ApplicationName: o.ApplicationName,
			Private: o.Private, Modifiable: o.Modifiable, AuthID: fmt.Sprintf("%X", o.AuthID)}
		if o.ID != "" {
			entry.OID = o.ID.String()
		}
		if o.ApplicationOID != "" {
			entry.ApplicationOID = o.ApplicationOID.String()
		}
		if o.Direct == nil {
			entry.Place = o.Ref.String()
		}
		if slices.Contains(i.Search.OIDs, o.ID) || slices.Contains(i.Search.OIDs, o.ApplicationOID) {
			entry.LwM2M = true
			entry.File = i.value(ctx, o)
		}
		r.Objects = append(r.Objects, entry)
		if i.fault != nil {
			return
		}
	}
}

// value is what an LwM2M object holds.
func (i *inspector) value(ctx context.Context, o pkcs15.DataObject) *BootstrapReport {
	if o.Direct == nil {
		return i.bootstrap(ctx, o.Ref)
	}
	return &BootstrapReport{Capacity: len(o.Direct), Content: stateOf(o.Direct)}
}

func (i *inspector) bootstrap(ctx context.Context, ref apdu.FileRef) *BootstrapReport {
	r := &BootstrapReport{FileReport: i.file(ctx, ref)}
	if i.fault != nil || r.Error != "" {
		return r
	}
	content, err := i.ReadFile(ctx, ref, nil)
	defer clear(content)
	if err != nil {
		r.Content = State{Problem: i.told(err), Unread: true}
		return r
	}
	r.Capacity, r.Content = len(content), stateOf(content)
	return r
}

// configured looks at the file whose place was given.
func (i *inspector) configured(ctx context.Context) {
	if len(i.Search.File) > 0 {
		i.report.File = i.bootstrap(ctx, apdu.FileRef{Path: i.Search.File})
	}
}
