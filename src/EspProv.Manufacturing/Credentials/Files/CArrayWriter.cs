using System.Text;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>The arrays <c>sec2_salt</c> and <c>sec2_verifier</c>, to paste into the vendor's example.</summary>
public sealed class CArrayWriter(TextWriter output) : Sec2FileWriter(output)
{
    /// <inheritdoc/>
    public override bool TakesOne => true;

    private protected override void WriteCredential(Sec2Credential credential)
    {
        var text = new StringBuilder();
        CArrayText.Append(text, "sec2_salt", credential.Salt.Span);
        text.Append('\n');
        CArrayText.Append(text, "sec2_verifier", credential.Verifier.Span);
        Output.Write(text);
    }
}
