namespace EspProv.Manufacturing.Credentials.Files;

/// <summary>The CSV of one device's partition, for the vendor's NVS partition generator (nvs_partition_gen).</summary>
public sealed class NvsCsvWriter(TextWriter output, NvsNames? names = null) : Sec2FileWriter(output)
{
    private readonly NvsNames _names = names ?? NvsNames.Default;

    /// <inheritdoc/>
    public override bool TakesOne => true;

    private protected override void WriteCredential(Sec2Credential credential)
    {
        WriteLine("key,type,encoding,value");
        WriteLine(CsvText.Line(_names.Namespace, "namespace", "", ""));
        WriteLine(CsvText.Line(_names.Username, "data", "string", credential.Username));
        WriteLine(CsvText.Line(_names.Salt, "data", "hex2bin", Hex.Of(credential.Salt)));
        WriteLine(CsvText.Line(_names.Verifier, "data", "hex2bin", Hex.Of(credential.Verifier)));
    }
}
