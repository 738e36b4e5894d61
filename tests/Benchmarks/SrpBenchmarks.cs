using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EspProv.Srp;

namespace EspProv.Benchmarks;

/// <summary>The cost of a security 2 login on either side, and of a verifier (PROTOCOL.md §5).</summary>
[MemoryDiagnoser]
public class SrpBenchmarks
{
    private static readonly byte[] Username = "wifiprov"u8.ToArray();
    private static readonly byte[] Password = "abcd1234"u8.ToArray();

    private readonly SrpGroup _group = SrpGroup.Rfc5054_3072;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private byte[] _verifier = [];
    private byte[] _publicA = [];
    private byte[] _publicB = [];

    [GlobalSetup]
    public void Setup()
    {
        _verifier = SrpVerifier.Compute(Username, Password, _salt);
        using var client = new SrpClient(_group, SystemRandomSource.Instance);
        using var server = new SrpServer(_group, Username, _salt, _verifier, SystemRandomSource.Instance);
        _publicA = client.A.ToArray();
        _publicB = server.B.ToArray();
    }

    [Benchmark]
    public byte[] Verifier() => SrpVerifier.Compute(Username, Password, _salt);

    [Benchmark]
    public byte[] ClientAandS()
    {
        using var client = new SrpClient(_group, SystemRandomSource.Instance);
        return client.ComputeProof(Username, Password, _salt, _publicB);
    }

    [Benchmark]
    public void ServerBandS()
    {
        using var server = new SrpServer(_group, Username, _salt, _verifier, SystemRandomSource.Instance);
        server.ReceiveClientKey(_publicA);
    }
}
