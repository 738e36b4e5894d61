using System.Text;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>
/// A complete C header. One device's arrays have the names of the vendor's example; those of several have the device's name, as a unique
/// identifier, appended.
/// </summary>
public sealed class CHeaderWriter : Sec2FileWriter
{
    /// <summary>The name of a header without a file.</summary>
    public const string DefaultFileName = "sec2_credentials.h";

    private readonly string _guard;
    private readonly UniqueNames _names = new();
    private Sec2Credential? _first;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the header goes.</param>
    /// <param name="fileName">The header's name, for its include guard.</param>
    public CHeaderWriter(TextWriter output, string fileName = DefaultFileName)
        : base(output)
    {
        ArgumentNullException.ThrowIfNull(fileName);
        string guard = UniqueNames.Identifier(fileName).ToUpperInvariant();
        _guard = char.IsAsciiLetter(guard[0]) ? guard : "SEC2_" + guard;
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (Count == 0)
            Begin();
        if (_first is not null)
            WriteDevice(_first, suffix: "");
        WriteLine();
        WriteLine($"#endif /* {_guard} */");
    }

    private protected override void WriteCredential(Sec2Credential credential)
    {
        if (Count == 0)
        {
            // Names need a suffix if there is a second device.
            Begin();
            _first = credential;
            return;
        }

        if (_first is not null)
            WriteDevice(_first, Suffix(_first));
        _first = null;
        WriteDevice(credential, Suffix(credential));
    }

    private void Begin()
    {
        WriteLine("/* Salts and verifiers of protocomm security 2 (SRP6a, 3072 bits, SHA-512). No passwords in here. */");
        WriteLine($"#ifndef {_guard}");
        WriteLine($"#define {_guard}");
    }

    private string Suffix(Sec2Credential credential) => "_" + _names.Next(credential.Name ?? credential.Username);

    private void WriteDevice(Sec2Credential credential, string suffix)
    {
        var text = new StringBuilder("\n");
        if (credential.Name is not null)
            text.Append("/* ").Append(CArrayText.Comment(credential.Name)).Append(" */\n");
        text.Append("#define SEC2_USERNAME").Append(suffix).Append(' ').Append(CArrayText.Literal(credential.Username)).Append("\n\n");
        CArrayText.Append(text, "sec2_salt" + suffix, credential.Salt.Span);
        text.Append('\n');
        CArrayText.Append(text, "sec2_verifier" + suffix, credential.Verifier.Span);
        Output.Write(text);
    }
}
