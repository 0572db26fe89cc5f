/**
 * Key and certificate of a test origin, valid for `origin.test` and `other.test` until 2126. They protect nothing:
 * the pair is published here, so that no test depends on an `openssl` binary.
 */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtQ43P49EnvzZteMp
icOzpjSumERIbFlhq34XYKEPWhChRANCAAQWhwDjLX4a84jV4BKriyydEpx2CDul
lxmZ7+5RGpmPAIhX6IfxsoH+CtXi6Ki0t8k5OjKZolINxcoxYKjmRFfL
-----END PRIVATE KEY-----
`;

export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBpjCCAU2gAwIBAgIUMCLPVDtskbkb+msQ6YzvzHi7BbIwCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLb3JpZ2luLnRlc3QwIBcNMjYxMTIzMTk1NTU5WhgPMjEyNjEw
MzAxOTU1NTlaMBYxFDASBgNVBAMMC29yaWdpbi50ZXN0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAEFocA4y1+GvOI1eASq4ssnRKcdgg7pZcZme/uURqZjwCIV+iH
8bKB/grV4uiotLfJOToymaJSDcXKMWCo5kRXy6N3MHUwHQYDVR0OBBYEFPs1pFoC
awBS9kepR6UDEkqNG6ioMB8GA1UdIwQYMBaAFPs1pFoCawBS9kepR6UDEkqNG6io
MA8GA1UdEwEB/wQFMAMBAf8wIgYDVR0RBBswGYILb3JpZ2luLnRlc3SCCm90aGVy
LnRlc3QwCgYIKoZIzj0EAwIDRwAwRAIgBivQ1sjZp/eaTTbFeNJhznfquVGICBBS
cYclJl04wqgCIESlTfc94iB2CH5Uxr9vgbR6A0bBleC0MW7rFp2Msbgc
-----END CERTIFICATE-----
`;
