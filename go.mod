module github.com/lwm2mboot/lwm2mboot

go 1.25.0

require (
	github.com/creack/pty v1.1.24 // indirect
	github.com/stretchr/testify v1.11.1 // indirect
	go.bug.st/serial v1.8.0 // indirect
	golang.org/x/sys v0.43.0 // indirect
)
