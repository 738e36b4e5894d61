using System.Security.Cryptography;
using System.Text;
using EspProv.Srp;

namespace EspProv.Tests.Srp;

/// <summary>Client and server with each other, and what makes either abandon the exchange.</summary>
public class SrpExchangeTests
{
    private static readonly SrpGroup Group = SrpGroup.Rfc5054_3072;
    private static readonly byte[] Username = Encoding.UTF8.GetBytes("wifiprov");
    private static readonly byte[] Password = Encoding.UTF8.GetBytes("abcd1234");
    private static readonly byte[] Salt = Convert.FromHexString("036ee0c7bcb9eda84c9eac97d93decf4");

    [Fact]
    public void The_stock_examples_verifier_is_the_known_one()
    {
        byte[] verifier = SrpVerifier.Compute(Username, Password, Salt);

        Assert.Equal(384, verifier.Length);
        Assert.StartsWith("7c7c85476508946d", Convert.ToHexStringLower(verifier), StringComparison.Ordinal);
        Assert.EndsWith("de36b2ba", Convert.ToHexStringLower(verifier), StringComparison.Ordinal);
    }

    [Fact]
    public void With_the_right_password_both_come_to_one_key()
    {
        using SrpServer server = Server();
        using var client = new SrpClient(Group, SystemRandomSource.Instance);

        server.ReceiveClientKey(client.A);
        byte[] m1 = client.ComputeProof(Username, Password, Salt, server.B);
        byte[]? m2 = server.VerifyClientProof(m1);

        Assert.NotNull(m2);
        Assert.True(client.VerifyServerProof(m2));
        Assert.Equal(server.K, client.K);
    }

    [Theory]
    [InlineData("wifiprov", "abcd1235")]
    [InlineData("wifiprow", "abcd1234")]
    [InlineData("wifiprov", "")]
    public void With_a_wrong_password_or_username_the_proof_is_refused(string username, string password)
    {
        using SrpServer server = Server();
        using var client = new SrpClient(Group, SystemRandomSource.Instance);

        server.ReceiveClientKey(client.A);
        byte[] m1 = client.ComputeProof(Encoding.UTF8.GetBytes(username), Encoding.UTF8.GetBytes(password), Salt, server.B);

        Assert.Null(server.VerifyClientProof(m1));
    }

    public static TheoryData<byte[]> ForbiddenPublicValues => new()
    {
        Array.Empty<byte>(),
        new byte[384],
        Group.Pad(Group.N),
        new byte[385],
    };

    [Theory]
    [MemberData(nameof(ForbiddenPublicValues))]
    public void A_client_abandons_a_B_that_is_zero_or_too_long(byte[] b)
    {
        using var client = new SrpClient(Group, SystemRandomSource.Instance);

        Assert.Throws<CryptographicException>(() => client.ComputeProof(Username, Password, Salt, b));
        Assert.Throws<InvalidOperationException>(() => client.K.Length);
    }

    [Theory]
    [MemberData(nameof(ForbiddenPublicValues))]
    public void A_server_abandons_an_A_that_is_zero_or_too_long(byte[] a)
    {
        using SrpServer server = Server();

        Assert.Throws<CryptographicException>(() => server.ReceiveClientKey(a));
        Assert.Throws<InvalidOperationException>(() => server.K.Length);
    }

    [Theory]
    [MemberData(nameof(ForbiddenPublicValues))]
    public void A_server_refuses_a_verifier_that_is_zero_or_too_long(byte[] verifier)
        => Assert.Throws<CryptographicException>(() => new SrpServer(Group, Username, Salt, verifier, SystemRandomSource.Instance));

    [Fact]
    public void An_instance_serves_one_exchange_and_nothing_after_its_end()
    {
        using SrpServer server = Server();
        var client = new SrpClient(Group, SystemRandomSource.Instance);
        byte[] a = client.A.ToArray();
        byte[] b = server.B.ToArray();
        Assert.Throws<InvalidOperationException>(() => client.VerifyServerProof([]));
        Assert.Throws<InvalidOperationException>(() => server.VerifyClientProof([]));
        server.ReceiveClientKey(a);
        client.ComputeProof(Username, Password, Salt, b);

        Assert.Throws<InvalidOperationException>(() => server.ReceiveClientKey(a));
        Assert.Throws<InvalidOperationException>(() => client.ComputeProof(Username, Password, Salt, b));
        client.Dispose();
        Assert.Throws<ObjectDisposedException>(() => client.K.Length);
    }

    private static SrpServer Server()
        => new(Group, Username, Salt, SrpVerifier.Compute(Username, Password, Salt), SystemRandomSource.Instance);
}
