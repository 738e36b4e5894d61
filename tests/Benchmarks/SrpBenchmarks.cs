using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using EspProv.Srp;

namespace EspProv.Benchmarks;

/// <summary>What one login under security 2 costs either side, and one verifier (PROTOCOL.md §5).</summary>
[MemoryDiagnoser]
public class SrpBenchmarks
{
    private static readonly byte[] s_username = "wifiprov"u8.ToArray();
    private static readonly byte[] s_password = "abcd1234"u8.ToArray();

    private readonly SrpGroup _group = SrpGroup.Rfc5054_3072;
    private readonly byte[] _salt = RandomNumberGenerator.GetBytes(16);
    private byte[] _verifier = [];
    private byte[] _publicA = [];
    private byte[] _publicB = [];

    [GlobalSetup]
    public void Setup()
    {
        _verifier = SrpVerifier.Compute(s_username, s_password, _salt);
        using var client = new SrpClient(_group, SystemRandomSource.Instance);
        using var server = new SrpServer(_group, s_username, _salt, _verifier, SystemRandomSource.Instance);
        _publicA = client.A.ToArray();
        _publicB = server.B.ToArray();
    }

    [Benchmark]
    public byte[] Verifier() => SrpVerifier.Compute(s_username, s_password, _salt);

    [Benchmark]
    public byte[] ClientAandS()
    {
        using var client = new SrpClient(_group, SystemRandomSource.Instance);
        return client.ComputeProof(s_username, s_password, _salt, _publicB);
    }

    [Benchmark]
    public void ServerBandS()
    {
        using var server = new SrpServer(_group, s_username, _salt, _verifier, SystemRandomSource.Instance);
        server.ReceiveClientKey(_publicA);
    }
}
