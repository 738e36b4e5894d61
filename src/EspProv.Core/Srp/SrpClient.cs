namespace EspProv.Srp;
// Client and server of one SRP-6a exchange, parametrised by group and hash, secrets as bytes. To be designed with the
// symbols of PROTOCOL.md §5 (A, B, u, S, K, M1, M2).
