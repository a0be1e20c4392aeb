package personal

// Report is what [Inspect] found on a card: data for JSON, and a tree for
// people, see [Report.WriteTo]. It holds no value of the bootstrap data. What
// could not be read has its Error set, everywhere.
type Report struct {
	ICCID      string `json:"iccid,omitempty"`
	ICCIDError string `json:"iccidError,omitempty"`

	Dir         DirReport         `json:"dir"`
	Application ApplicationReport `json:"application"`

	// File is the bootstrap file whose place was configured; ODF and DODFs are
	// told all the same.
	File *BootstrapReport `json:"file,omitempty"`

	// Keys are the PINs and keys that files and the application name.
	Keys []KeyReport `json:"keys,omitempty"`

	// Error is why the inspection broke off; it is that of Inspect.
	Error string `json:"error,omitempty"`
}

// FileReport is what the card tells of a file: its FCP and its access rule.
type FileReport struct {
	Path         string `json:"path,omitempty"`
	Structure    string `json:"structure,omitempty"`
	Size         int    `json:"size,omitempty"` // as the card tells, 0 if it does not
	Records      int    `json:"records,omitempty"`
	RecordLength int    `json:"recordLength,omitempty"`
	SFI          int    `json:"sfi,omitempty"`
	LifeCycle    string `json:"lifeCycle,omitempty"` // when it is not "activated"
	Access       string `json:"access,omitempty"`
	AccessError  string `json:"accessError,omitempty"`
	FCPError     string `json:"fcpError,omitempty"` // the file can be read all the same
	Error        string `json:"error,omitempty"`
}

// DirReport is EF(DIR).
type DirReport struct {
	FileReport
	Entries []DirEntryReport `json:"entries,omitempty"`
}

// DirEntryReport is an application in EF(DIR).
type DirEntryReport struct {
	Record int    `json:"record"`
	AID    string `json:"aid,omitempty"`
	Label  string `json:"label,omitempty"` // as the card has it
	Path   string `json:"path,omitempty"`
	Error  string `json:"error,omitempty"`
}

// ApplicationReport is the PKCS#15 application.
type ApplicationReport struct {
	AID string `json:"aid,omitempty"`
	Way string `json:"way,omitempty"` // how it was reached

	// Secure is the secure channel to it; "" for none.
	Secure string    `json:"secure,omitempty"`
	ODF    ODFReport `json:"odf"`
	Error  string    `json:"error,omitempty"`
}

// ODFReport is EF(ODF) and what it leads to.
type ODFReport struct {
	FileReport
	Directories []DirectoryReport `json:"directories,omitempty"`
}

// DirectoryReport is an EF(DODF), or objects that stand in EF(ODF).
type DirectoryReport struct {
	FileReport
	InPlace bool           `json:"inPlace,omitempty"`
	Objects []ObjectReport `json:"objects,omitempty"`
}

// ObjectReport is an entry of an EF(DODF).
type ObjectReport struct {
	Form            string `json:"form,omitempty"`
	OID             string `json:"oid,omitempty"`
	Label           string `json:"label,omitempty"`           // as the card has it
	ApplicationName string `json:"applicationName,omitempty"` // as the card has it
	ApplicationOID  string `json:"applicationOID,omitempty"`
	Private         bool   `json:"private,omitempty"`
	Modifiable      bool   `json:"modifiable,omitempty"`
	AuthID          string `json:"authID,omitempty"` // hex
	Place           string `json:"place,omitempty"`  // "" when the value stands here
	Error           string `json:"error,omitempty"`

	// LwM2M says that the object is bootstrap data, and File what they are.
	LwM2M bool             `json:"lwm2m,omitempty"`
	File  *BootstrapReport `json:"file,omitempty"`
}

// BootstrapReport is an EF(LwM2M_Bootstrap), or a value in EF(DODF).
type BootstrapReport struct {
	FileReport
	Capacity int   `json:"capacity,omitempty"` // octets that could be read
	Content  State `json:"content"`
}

// KeyReport is a PIN or key.
type KeyReport struct {
	Reference int    `json:"reference"`
	Name      string `json:"name"`
	Enabled   *bool  `json:"enabled,omitempty"` // as the application tells
	Tries     *int   `json:"tries,omitempty"`   // left
	State     string `json:"state,omitempty"`   // when the card tells something else
}
