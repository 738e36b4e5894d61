using System.Text;
using EspProv.Manufacturing.Credentials;

namespace EspProv.Tests.Manufacturing.Credentials;

public class PasswordRecipeTests
{
    [Fact]
    public void The_default_alphabet_has_no_look_alikes()
    {
        Assert.DoesNotContain(PasswordRecipe.DefaultAlphabet, letter => "0Oo1IliQ".Contains(letter));
        Assert.Equal(PasswordRecipe.DefaultAlphabet.Length, PasswordRecipe.DefaultAlphabet.Distinct().Count());
        Assert.True(PasswordRecipe.DefaultLength * Math.Log2(PasswordRecipe.DefaultAlphabet.Length) > 64);
    }

    [Theory]
    [InlineData(PasswordRecipe.DefaultAlphabet)]
    [InlineData("0123456789")]
    [InlineData("abc")]
    public void Every_character_is_equally_likely(string alphabet)
    {
        // Every byte value once: an unfair draw would give the first characters one more than the last.
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        int fair = 256 / alphabet.Length * alphabet.Length;
        var recipe = new PasswordRecipe(8, alphabet);
        var source = new Repeating(all);
        var counts = new Dictionary<char, int>();
        for (int drawn = 0; drawn + 8 <= fair; drawn += 8)
        {
            using Secret password = recipe.Draw(source);
            foreach (char letter in Encoding.ASCII.GetString(password.Bytes))
                counts[letter] = counts.GetValueOrDefault(letter) + 1;
        }

        Assert.All(alphabet, letter => Assert.InRange(counts[letter], (256 / alphabet.Length) - 8, 256 / alphabet.Length));
        Assert.InRange(counts.Values.Sum(), fair - 7, fair);
    }

    [Fact]
    public void Bytes_beyond_the_last_whole_alphabet_are_drawn_again()
    {
        var source = new Repeating([255, 250, 249, 251, 0]);
        using Secret password = new PasswordRecipe(8, "0123456789").Draw(source);
        Assert.Equal("90909090", Encoding.ASCII.GetString(password.Bytes));
    }

    [Theory]
    [InlineData(7, "ab", "length")]
    [InlineData(65, "ab", "length")]
    [InlineData(12, "", "alphabet")]
    [InlineData(12, "a", "alphabet")]
    [InlineData(12, "aba", "alphabet")]
    [InlineData(12, "a b", "alphabet")]
    [InlineData(12, "aé", "alphabet")]
    [InlineData(12, "=+-@", "alphabet")]
    public void Recipes_that_cannot_be_used_are_refused(int length, string alphabet, string parameter) =>
        Assert.Equal(parameter, Assert.Throws<ArgumentException>(() => new PasswordRecipe(length, alphabet)).ParamName);

    [Fact]
    public void A_password_does_not_begin_with_what_a_spreadsheet_would_run()
    {
        var recipe = new PasswordRecipe(8, "=+-@a");
        for (byte seed = 0; seed < 100; seed++)
        {
            using Secret password = recipe.Draw(new Repeating([seed, 0, 1, 2, 3, 4]));
            Assert.Equal((byte)'a', password.Bytes[0]);
            Assert.True(password.Bytes.ContainsAny("=+-@"u8));
        }
    }

    private sealed class Repeating(byte[] bytes) : IRandomSource
    {
        private int _position;

        public void Fill(Span<byte> buffer)
        {
            foreach (ref byte value in buffer)
                value = bytes[_position++ % bytes.Length];
        }
    }
}
