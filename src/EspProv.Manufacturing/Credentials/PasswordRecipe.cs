using EspProv.Manufacturing.Credentials.Files;

namespace EspProv.Manufacturing.Credentials;

/// <summary>The length and alphabet of generated passwords.</summary>
public sealed class PasswordRecipe
{
    /// <summary>Letters and digits without similar ones: no 0 O o, 1 I l i, or capital Q.</summary>
    public const string DefaultAlphabet = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPRSTUVWXYZ23456789";

    /// <summary>The default length: about 69 bits with the default alphabet.</summary>
    public const int DefaultLength = 12;

    /// <summary>The shortest password.</summary>
    public const int MinLength = 8;

    /// <summary>The longest password.</summary>
    public const int MaxLength = 64;

    private readonly string _first;

    /// <summary>Creates a recipe.</summary>
    /// <param name="length"><see cref="MinLength"/> to <see cref="MaxLength"/> characters.</param>
    /// <param name="alphabet">
    /// Two or more different printable ASCII characters, no spaces; each is equally likely. = + - and @ are never first: a spreadsheet
    /// would run such a cell of a label list.
    /// </param>
    /// <exception cref="ArgumentException">The length or the alphabet cannot be used.</exception>
    public PasswordRecipe(int length = DefaultLength, string alphabet = DefaultAlphabet)
    {
        ArgumentNullException.ThrowIfNull(alphabet);
        if (length is < MinLength or > MaxLength)
            throw new ArgumentException($"A generated password has {MinLength} to {MaxLength} characters.", nameof(length));
        if (alphabet.Length < 2)
            throw new ArgumentException("The alphabet needs two characters or more.", nameof(alphabet));
        if (alphabet.Distinct().Count() != alphabet.Length)
            throw new ArgumentException("The alphabet has a character twice.", nameof(alphabet));
        if (alphabet.FirstOrDefault(letter => letter is <= ' ' or > '~') is var odd and not '\0')
            throw new ArgumentException($"The alphabet has a character, U+{(int)odd:X4}, that is not printable ASCII.", nameof(alphabet));
        Length = length;
        Alphabet = alphabet;
        _first = string.Concat(alphabet.Where(letter => !CsvText.BeginsFormula(letter)));
        if (_first.Length == 0)
        {
            throw new ArgumentException(
                "The alphabet needs a character other than = + - and @, which a password cannot start with.", nameof(alphabet));
        }
    }

    /// <summary>Twelve letters and digits.</summary>
    public static PasswordRecipe Default { get; } = new();

    /// <summary>Length in characters, which are bytes too.</summary>
    public int Length { get; }

    /// <summary>The characters.</summary>
    public string Alphabet { get; }

    /// <summary>Draws a password, with all characters equally likely in each valid position.</summary>
    public Secret Draw(IRandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);

        // Bytes above the largest multiple of the alphabet's size are drawn again, to avoid a bias.
        Span<byte> password = stackalloc byte[Length];
        Span<byte> drawn = stackalloc byte[Length];
        for (int i = 0; i < Length;)
        {
            // All missing ones at once: a call of the system's generator costs more than the bytes.
            Span<byte> missing = drawn[i..];
            random.Fill(missing);
            foreach (byte value in missing)
            {
                string letters = i == 0 ? _first : Alphabet;
                if (value < 256 - (256 % letters.Length))
                    password[i++] = (byte)letters[value % letters.Length];
            }
        }

        var secret = new Secret(password);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(password);
        drawn.Clear();
        return secret;
    }
}
