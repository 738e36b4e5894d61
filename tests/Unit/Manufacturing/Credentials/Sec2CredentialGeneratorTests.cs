using System.Security.Cryptography;
using System.Text;
using EspProv.Manufacturing.Credentials;
using EspProv.Tests.Support;

namespace EspProv.Tests.Manufacturing.Credentials;

public class Sec2CredentialGeneratorTests
{
    private static readonly byte[] KnownSalt = Convert.FromHexString("036ee0c7bcb9eda84c9eac97d93decf4");

    private readonly Sec2CredentialGenerator _generator = new(new SeededRandomSource(1));

    [Fact]
    public void The_stock_examples_username_password_and_salt_give_the_stock_verifier()
    {
        using var password = Secret.FromUtf8("abcd1234");
        using Sec2Credential credential = _generator.Create(new() { Username = "wifiprov", Password = password, Salt = KnownSalt });

        Assert.Equal(384, credential.Verifier.Length);
        string verifier = Convert.ToHexStringLower(credential.Verifier.Span);
        Assert.StartsWith("7c7c85476508946dd636af37d7e8914378cffd616c59d2f83908127238de9e24", verifier);
        Assert.EndsWith("e6f653c831a878de5040f762de36b2ba", verifier);
        Assert.Equal(KnownSalt, credential.Salt.ToArray());
        Assert.Null(credential.Password);
    }

    [Fact]
    public void Salts_are_16_bytes_and_different_each_time()
    {
        using var password = Secret.FromUtf8("abcd1234");
        Sec2CredentialRequest request = new() { Username = "wifiprov", Password = password };
        Sec2Credential[] credentials = [.. CredentialBatches.Batch(_generator, Enumerable.Repeat(request, 100))];

        Assert.All(credentials, credential => Assert.Equal(16, credential.Salt.Length));
        Assert.Equal(100, credentials.Select(credential => Convert.ToHexString(credential.Salt.Span)).Distinct().Count());
        Assert.Equal(100, credentials.Select(credential => Convert.ToHexString(credential.Verifier.Span)).Distinct().Count());
    }

    [Fact]
    public void A_batch_comes_in_order_and_each_verifier_is_that_of_its_own_pair()
    {
        IEnumerable<Sec2CredentialRequest> requests = Enumerable.Range(0, 200).Select(i => new Sec2CredentialRequest
        {
            Name = $"d{i}",
            Username = $"user{i % 7}",
            SaltLength = 8 + (i % 57),
        });
        int i = 0;
        foreach (Sec2Credential credential in CredentialBatches.Batch(_generator, requests))
        {
            Assert.Equal($"d{i}", credential.Name);
            Assert.Equal($"user{i % 7}", credential.Username);
            Assert.Equal(8 + (i % 57), credential.Salt.Length);
            Assert.Equal(
                Sec2CredentialFit.Fits,
                Sec2CredentialCheck.Check(credential.Username, credential.Password!, credential.Salt.Span, credential.Verifier.Span));
            i++;
        }

        Assert.Equal(200, i);
    }

    [Fact]
    public void The_same_random_source_gives_the_same_batch_whatever_the_threads_do()
    {
        static string[] Run() => [.. CredentialBatches.Batch(
                new Sec2CredentialGenerator(new SeededRandomSource(9)),
                Enumerable.Range(0, 60).Select(_ => new Sec2CredentialRequest { Username = "u" }))
            .Select(credential => Convert.ToHexString(credential.Verifier.Span) + Encoding.UTF8.GetString(credential.Password!.Bytes))];

        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void A_batch_reads_its_requests_only_as_it_hands_out_credentials()
    {
        int read = 0;
        IEnumerable<Sec2CredentialRequest> Endless()
        {
            while (true)
            {
                read++;
                yield return new() { Username = "u" };
            }
        }

        Assert.Equal(10, CredentialBatches.Batch(_generator, Endless()).Take(10).Count());
        Assert.InRange(read, 10, 10 + (9 * Environment.ProcessorCount));
    }

    [Fact]
    public void A_bad_request_is_refused_and_leaves_the_batch()
    {
        using var batch = new Sec2CredentialBatch(_generator);
        batch.Add(new() { Username = "a" });
        Assert.Throws<ArgumentException>(() => batch.Add(new() { Username = "" }));
        batch.Add(new() { Username = "b" });

        Assert.True(batch.TryTake(drain: true, out Sec2Credential? first));
        Assert.True(batch.TryTake(drain: true, out Sec2Credential? second));
        Assert.Equal(("a", "b"), (first.Username, second.Username));
        Assert.False(batch.TryTake(drain: true, out _));
    }

    [Fact]
    public void A_cancelled_batch_stops()
    {
        using var cancellation = new CancellationTokenSource();
        int made = 0;
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (Sec2Credential _ in CredentialBatches.Batch(_generator, Enumerable.Repeat(new Sec2CredentialRequest { Username = "u" }, 100_000), cancellation.Token))
            {
                if (++made == 5)
                    cancellation.Cancel();
            }
        });
        Assert.Equal(5, made);
    }

    [Fact]
    public void A_given_password_may_be_disposed_of_as_soon_as_the_request_was_added()
    {
        using var batch = new Sec2CredentialBatch(_generator);
        for (int i = 0; i < 20; i++)
        {
            using var password = Secret.FromUtf8("abcd1234");
            batch.Add(new() { Username = "wifiprov", Password = password, Salt = KnownSalt });
        }

        int taken = 0;
        while (batch.TryTake(drain: true, out Sec2Credential? credential))
        {
            taken++;
            Assert.EndsWith("de36b2ba", Convert.ToHexStringLower(credential.Verifier.Span));
        }

        Assert.Equal(20, taken);
    }

    [Fact]
    public void No_generated_password_has_an_inner_hash_that_begins_with_a_zero_byte()
    {
        // Among this many, about eight would have.
        IEnumerable<Sec2CredentialRequest> requests = Enumerable.Range(0, 2_000).Select(i => new Sec2CredentialRequest { Username = $"u{i}" });
        foreach (Sec2CredentialRequest request in requests)
        {
            using Secret password = _generator.Draw(request).Password;
            byte[] inner = SHA512.HashData([.. Encoding.UTF8.GetBytes(request.Username + ":"), .. password.Bytes]);
            Assert.NotEqual(0, inner[0]);
            Assert.False(Sec2CredentialGenerator.HasVendorToolQuirk(request.Username, password));
        }
    }

    [Fact]
    public void A_password_that_was_drawn_with_such_a_hash_is_drawn_again()
    {
        // The source repeats a quirky password first; only then come others.
        string quirky = Enumerable.Range(0, int.MaxValue)
            .Select(i => new string([.. Enumerable.Range(0, 8).Select(bit => (i >> bit & 1) == 1 ? 'b' : 'a')]) + Suffix(i))
            .First(candidate => SHA512.HashData(Encoding.UTF8.GetBytes("u:" + candidate))[0] == 0);
        var source = new ScriptedRandomSource([.. quirky.Select(letter => (byte)(letter - 'a')), .. new byte[16]]);
        using Secret drawn = new Sec2CredentialGenerator(source).Draw(
            new() { Username = "u", Salt = KnownSalt, Recipe = new PasswordRecipe(16, "ab") }).Password;
        Assert.Equal(new string('a', 16), Encoding.UTF8.GetString(drawn.Bytes));

        static string Suffix(int i) => new([.. Enumerable.Range(8, 8).Select(bit => (i >> bit & 1) == 1 ? 'b' : 'a')]);
    }

    [Fact]
    public void A_salt_that_was_drawn_with_a_leading_zero_byte_is_drawn_again()
    {
        using var password = Secret.FromUtf8("abcd1234");
        byte[] good = [1, .. new byte[7]];
        var source = new ScriptedRandomSource([0, .. Enumerable.Repeat((byte)9, 7), .. new byte[8], .. good]);
        using Sec2Credential credential = new Sec2CredentialGenerator(source).Create(new() { Username = "u", Password = password, SaltLength = 8 });
        Assert.Equal(good, credential.Salt.ToArray());
    }

    [Theory]
    [InlineData("", 16, "username")]
    [InlineData("a\nb", 16, "control")]
    [InlineData("u", 7, "salt")]
    [InlineData("u", 65, "salt")]
    public void Requests_that_cannot_be_met_are_refused(string username, int saltLength, string word)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => _generator.Create(new() { Username = username, SaltLength = saltLength }));
        Assert.Contains(word, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    public void Fixed_salts_that_are_empty_or_too_long_are_refused(int length) =>
        Assert.Throws<ArgumentException>(() => _generator.Create(new() { Username = "u", Salt = new byte[length] }));

    [Fact]
    public void An_empty_password_and_an_overlong_username_are_refused()
    {
        using var empty = Secret.FromUtf8("");
        Assert.Throws<ArgumentException>(() => _generator.Create(new() { Username = "u", Password = empty }));
        Assert.Throws<ArgumentException>(() => _generator.Create(new() { Username = new string('ü', 33) }));
        Assert.Equal(64, Encoding.UTF8.GetByteCount(_generator.Create(new() { Username = new string('ü', 32) }).Username));
    }

    [Fact]
    public void Neither_the_credential_nor_its_password_says_the_password()
    {
        using Sec2Credential credential = _generator.Create(new() { Name = "box", Username = "wifiprov" });
        Assert.Equal("box (wifiprov)", credential.ToString());
        Assert.Equal("***", $"{credential.Password}");
    }

    [Fact]
    [Trait("Category", "Vectors")]
    public void Every_recorded_verifier_is_reproduced_and_checked()
    {
        foreach (VectorLine vector in Vectors.Read<VectorFile>("srp6a.json").Vectors)
        {
            using var password = new Secret(vector.PasswordHex);
            string username = Encoding.UTF8.GetString(vector.UsernameHex);
            bool python = vector.Name.EndsWith("python_verifier", StringComparison.Ordinal);
            Assert.Equal(
                python ? Sec2CredentialFit.FitsVendorToolOnly : Sec2CredentialFit.Fits,
                Sec2CredentialCheck.Check(username, password, vector.Salt, vector.Verifier));
            if (python || username.Length == 0 || password.IsEmpty)
                continue;
            using Sec2Credential credential = _generator.Create(new() { Username = username, Password = password, Salt = vector.Salt });
            Assert.Equal(vector.Verifier, credential.Verifier.ToArray());
        }
    }

    [Fact]
    public void A_wrong_password_username_salt_or_verifier_does_not_fit()
    {
        using var password = Secret.FromUtf8("abcd1234");
        using var wrong = Secret.FromUtf8("abcd1235");
        using Sec2Credential credential = _generator.Create(new() { Username = "wifiprov", Password = password, Salt = KnownSalt });
        byte[] verifier = credential.Verifier.ToArray();

        Assert.Equal(Sec2CredentialFit.Fits, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt, verifier));
        Assert.Equal(Sec2CredentialFit.Fits, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt, [0, .. verifier]));
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiprov", wrong, KnownSalt, verifier));
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiproV", password, KnownSalt, verifier));
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt.AsSpan(1), verifier));
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt, [1, .. verifier]));
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt, []));
        verifier[^1] ^= 1;
        Assert.Equal(Sec2CredentialFit.None, Sec2CredentialCheck.Check("wifiprov", password, KnownSalt, verifier));
    }

    private sealed record VectorFile(VectorLine[] Vectors);

    private sealed record VectorLine(string Name, byte[] UsernameHex, byte[] PasswordHex, byte[] Salt, byte[] Verifier);

    /// <summary>Gives these bytes, one at a time.</summary>
    private sealed class ScriptedRandomSource(byte[] bytes) : IRandomSource
    {
        private int _position;

        public void Fill(Span<byte> buffer)
        {
            if (_position >= bytes.Length)
                throw new InvalidOperationException($"More than {bytes.Length} bytes were asked for.");
            foreach (ref byte value in buffer)
                value = bytes[_position++];
        }
    }
}
