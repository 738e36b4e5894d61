using System.Text;

namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>
/// A CSV of what goes onto the devices' labels: name, username and the generated password. The only form that holds passwords:
/// keep it as you would keep the passwords. People open it in spreadsheets: a name or username that one would run (it begins with = + - or
/// @) has
/// an apostrophe before it. Passwords stay as they are; generated ones do not begin so.
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
            throw new ArgumentException($"The password of '{credential}' is not known: only generated passwords are kept with their credential.", nameof(credential));
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
