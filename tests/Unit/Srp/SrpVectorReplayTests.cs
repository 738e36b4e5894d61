using System.Numerics;
using EspProv.Srp;
using EspProv.Tests.Support;

namespace EspProv.Tests.Srp;

/// <summary>Client, server and verifier against what the vendor's device code computed, each edge case of padding included.</summary>
[Trait("Category", "Vectors")]
public class SrpVectorReplayTests
{
    private static readonly SrpGroup Group = SrpGroup.Rfc5054_3072;

    public static TheoryData<string> Names => SrpVectors.Names;

    [Fact]
    public void The_group_is_the_devices()
    {
        SrpVectors file = Vectors.Read<SrpVectors>(SrpVectors.FileName);

        Assert.NotEmpty(file.Vectors);
        Assert.Equal(Number(file.N), Group.N);
        Assert.Equal(384, Group.Length);
        Assert.All(file.Vectors, vector => Assert.Equal(Number(vector.Multiplier), Group.Multiplier));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_verifier_is_the_devices(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        bool toolsForm = !vector.AcceptsRfcClient;

        Assert.Equal(Number(vector.X), SrpVerifier.ComputeX(Group, vector.UsernameHex, vector.PasswordHex, vector.Salt, useVendorToolHash: false));
        Assert.Equal(vector.Verifier, SrpVerifier.Compute(Group, vector.UsernameHex, vector.PasswordHex, vector.Salt, toolsForm));
        Assert.Equal(vector.AcceptsRfcClient, vector.Verifier.AsSpan().SequenceEqual(SrpVerifier.Compute(vector.UsernameHex, vector.PasswordHex, vector.Salt)));
        Assert.Equal(vector.Lengths.InnerHashLeadingZero, SrpVerifier.InnerHashHasLeadingZero(vector.UsernameHex, vector.PasswordHex));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_client_sends_what_the_device_expects_and_accepts_its_proof(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        using var client = new SrpClient(Group, vector.PrivateA);

        byte[] m1 = client.ComputeProof(vector.UsernameHex, vector.PasswordHex, vector.Salt, vector.B, useVendorToolHash: !vector.AcceptsRfcClient);

        Assert.Equal(vector.A, client.A);
        Assert.Equal(Number(vector.U), SrpHandshake.ComputeU(Group, client.A, vector.B));
        Assert.Equal(vector.K, client.K);
        Assert.Equal(vector.AesGcmKey, client.K[..32]);
        Assert.Equal(vector.M1, m1);
        Assert.True(client.VerifyServerProof(vector.M2));
        Assert.False(client.VerifyServerProof(vector.M1));
        Assert.False(client.VerifyServerProof([]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_client_that_draws_sends_A_at_its_full_significant_length(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        byte[] next = SrpVectors.Get("basic").PrivateA;
        var random = new RecordedRandomSource(vector.PrivateA, next);

        using var client = new SrpClient(Group, random);

        bool redrawn = vector.Lengths.SignificantA < Group.Length;
        Assert.Equal(redrawn ? SrpVectors.Get("basic").A : vector.A, client.A);
        Assert.Equal(redrawn ? 0 : 1, random.Left);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_server_answers_as_the_device_does(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        using var server = new SrpServer(Group, vector.UsernameHex, vector.Salt, vector.Verifier, new RecordedRandomSource(vector.PrivateB));

        server.ReceiveClientKey(vector.A);

        Assert.Equal(vector.B, server.B);
        Assert.Equal(vector.K, server.K);
        Assert.Null(server.VerifyClientProof(vector.M2));
        Assert.Null(server.VerifyClientProof([]));
        Assert.Equal(vector.M2, server.VerifyClientProof(vector.M1));
    }

    /// <summary>The S of the file is that of a client that follows the RFC, which a device with the tool's verifier refuses.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_client_of_the_RFCs_form_hashes_S_without_leading_zero_bytes(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        using var client = new SrpClient(Group, vector.PrivateA);

        byte[] m1 = client.ComputeProof(vector.UsernameHex, vector.PasswordHex, vector.Salt, vector.B);

        Assert.Equal(SrpHandshake.ComputeK(Group, Number(vector.S)), client.K);
        Assert.Equal(vector.AcceptsRfcClient, m1.AsSpan().SequenceEqual(vector.M1));
    }

    /// <summary>The tool's three habits: it drops zero bytes of the inner hash (our option), of the salt, and of its own A.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_vendor_tools_hash_agrees_and_disagrees_with_the_device_where_the_tool_does(string name)
    {
        SrpVector vector = SrpVectors.Get(name);
        byte[] saltAsTheToolHashesIt = vector.Salt.AsSpan().TrimStart((byte)0).ToArray();
        using var client = new SrpClient(Group, vector.PrivateA);

        byte[] m1 = client.ComputeProof(vector.UsernameHex, vector.PasswordHex, saltAsTheToolHashesIt, vector.B, useVendorToolHash: true);
        byte[] rfc = SrpVerifier.Compute(vector.UsernameHex, vector.PasswordHex, vector.Salt);
        byte[] tools = SrpVerifier.Compute(Group, vector.UsernameHex, vector.PasswordHex, saltAsTheToolHashesIt, useVendorToolHash: true);

        Assert.Equal(vector.VendorTool.SameVerifier, rfc.AsSpan().SequenceEqual(tools));
        Assert.Equal(vector.VendorTool.SameK, client.K.SequenceEqual(vector.K));
        Assert.Equal(vector.VendorTool.WireLengthOfA, client.A.TrimStart((byte)0).Length);
        if (vector.VendorTool.WireLengthOfA == Group.Length)
        {
            Assert.Equal(vector.VendorTool.SameM1, m1.AsSpan().SequenceEqual(vector.M1));
            Assert.Equal(vector.VendorTool.SameM2, client.VerifyServerProof(vector.M2));
        }
        else
        {
            byte[] shortA = client.A.TrimStart((byte)0).ToArray();
            byte[] toolsM1 = SrpHandshake.ComputeM1(Group, vector.UsernameHex, saltAsTheToolHashesIt, shortA, vector.B, client.K);
            Assert.Equal(vector.VendorTool.SameM1, toolsM1.AsSpan().SequenceEqual(vector.M1));
            Assert.Equal(vector.VendorTool.SameM2, SrpHandshake.ComputeM2(Group, shortA, toolsM1, client.K).AsSpan().SequenceEqual(vector.M2));
        }
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);
}
