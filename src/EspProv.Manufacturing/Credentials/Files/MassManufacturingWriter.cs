namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>
/// The values file of the vendor's manufacturing tool (mfg_gen), one row per device, and its configuration file. The column
/// <see cref="IdColumn"/> can name the partitions: give the tool <c>--fileid id</c>.
/// </summary>
public sealed class MassManufacturingWriter(TextWriter output, NvsNames? names = null) : Sec2FileWriter(output)
{
    /// <summary>The values file's first column, which is not written to the partitions.</summary>
    public const string IdColumn = "id";

    private readonly NvsNames _names = names ?? NvsNames.Default;
    private readonly UniqueNames _ids = new();

    /// <summary>The configuration file: the keys and their encodings.</summary>
    public static string Configuration(NvsNames? names = null)
    {
        names ??= NvsNames.Default;
        return $"{names.Namespace},namespace,\n"
            + $"{names.Username},data,string\n"
            + $"{names.Salt},data,hex2bin\n"
            + $"{names.Verifier},data,hex2bin\n";
    }

    /// <inheritdoc/>
    public override void Complete()
    {
        if (Count == 0)
            WriteHeader();
    }

    private protected override void WriteCredential(Sec2Credential credential)
    {
        if (Count == 0)
            WriteHeader();
        WriteLine(CsvText.Line(_ids.Next(Label(credential)), credential.Username, Hex.Of(credential.Salt), Hex.Of(credential.Verifier)));
    }

    private void WriteHeader() => WriteLine(CsvText.Line(IdColumn, _names.Username, _names.Salt, _names.Verifier));
}
