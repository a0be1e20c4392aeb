package apdu
