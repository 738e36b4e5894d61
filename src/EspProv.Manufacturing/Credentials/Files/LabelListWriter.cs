using System.Text;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>
/// A CSV for device labels: name, username and generated password. The only format with passwords: protect it like them. For spreadsheets,
/// a name or username that would be run (starting with = + - or @) is prefixed with an apostrophe. Passwords are unchanged; generated ones
/// do not start so.
/// </summary>
public sealed class LabelListWriter(TextWriter output) : Sec2FileWriter(output)
{
    /// <inheritdoc/>
    public override void Complete()
    {
        if (Count == 0)
            WriteHeader();
    }

    private protected override void WriteCredential(Sec2Credential credential)
    {
        if (credential.Password is not { } password)
        {
            throw new ArgumentException(
                $"The password of '{credential}' is not known: only generated passwords are stored with their credential.",
                nameof(credential));
        }

        if (Count == 0)
            WriteHeader();
        if (!password.IsEmpty && CsvText.BeginsFormula((char)password.Bytes[0]))
        {
            throw new ArgumentException(
                $"The password of '{credential}' begins with a character that a spreadsheet would run; generate another.",
                nameof(credential));
        }

        WriteLine(CsvText.Line(
            CsvText.Inert(Label(credential)), CsvText.Inert(credential.Username), Encoding.UTF8.GetString(password.Bytes)));
    }

    private void WriteHeader() => WriteLine("name,username,password");
}
