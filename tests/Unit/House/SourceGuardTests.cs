using System.Text.RegularExpressions;

namespace EspProv.Tests.House;

/// <summary>What cannot be seen in an object: that no source file goes around the places where text becomes text to show.</summary>
public partial class SourceGuardTests
{
    // Bytes that are text for other reasons than to be shown: secrets of labels, files of our own, hostnames, JSON, hex lines.
    private static readonly string[] DecodeForOtherReasons =
    [
        "Networks/Thread/ThreadDataset.cs", "Labels/Label.cs", "Credentials/Files/JsonWriter.cs", "Credentials/Files/LabelListWriter.cs",
        "Devices/QrPayloadReader.cs", "Devices/QrPayloadWriter.cs", "Devices/DeviceCapability.cs", "Gatt/GattTransport.cs", "Serial/SerialTransport.cs", "Log/BoardLogParser.cs", "Log/SecretMask.cs",
        "Journal/FleetJournalRecord.cs", "Wifi/Windows/WlanWifi.cs", "Wifi/NetworkManager/NetworkManagerClient.cs",

        // The exact SSIDs for a pattern and for completion, the exact names of Thread networks for a dataset.
        "Wifi/GetEspWifiScanCommand.cs", "Sessions/ScanCompleter.cs", "Thread/SetEspThreadDatasetCommand.cs",
        "Interactive/NetworkMenu.cs",
    ];

    [Fact]
    public void Bytes_from_outside_are_decoded_by_UntrustedText_alone()
    {
        foreach ((string file, string source) in Sources("EspProv.Board", "EspProv.Core", "EspProv.Fleet", "EspProv.Host", "EspProv.Manufacturing", "EspProv.PowerShell"))
        {
            if (source.Contains("Encoding.UTF8.GetString(", StringComparison.Ordinal) || source.Contains("Encoding.Latin1.GetString(", StringComparison.Ordinal))
                Assert.Contains(DecodeForOtherReasons, allowed => file.EndsWith(allowed, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Every_cmdlet_writes_through_the_base_that_shows_text_safely()
    {
        foreach ((string file, string source) in Sources("EspProv.PowerShell"))
        {
            if (file.EndsWith("AsyncCmdlet.cs", StringComparison.Ordinal))
                continue;
            Assert.False(source.Contains(": PSCmdlet", StringComparison.Ordinal) || source.Contains(": Cmdlet", StringComparison.Ordinal), $"{file} goes around AsyncCmdlet");
            Assert.False(source.Contains("base.Write", StringComparison.Ordinal) || source.Contains("base.Should", StringComparison.Ordinal), $"{file} goes around AsyncCmdlet");
            Assert.False(OwnStream().IsMatch(source), $"{file} writes on a stream that AsyncCmdlet does not make safe");
            Assert.False(source.Contains("new ErrorRecord(", StringComparison.Ordinal), $"{file} goes around ErrorFactory");

            foreach (Match write in DirectWrite().Matches(source))
            {
                Assert.True(write.Value.Contains("UntrustedText.Show", StringComparison.Ordinal) || write.Value.Contains("ToShow()", StringComparison.Ordinal)
                    || write.Value.Contains("\"Provisioning\"", StringComparison.Ordinal) || write.Value.Contains("(record)", StringComparison.Ordinal)
                    || write.Value.Contains("WriteError(", StringComparison.Ordinal) || write.Value.Contains("WriteObject(", StringComparison.Ordinal), $"{file}: {write.Value}");
            }
        }
    }

    private static IEnumerable<(string File, string Source)> Sources(params string[] projects) => projects.SelectMany(project =>
        SourceTree.Of(project).Select(source => ($"{project}/{source.File}", source.Source)));

    [GeneratedRegex(@"(?<!cmdlet\.)\b(?:WriteInformation|WriteDebug)\(", RegexOptions.CultureInvariant)]
    private static partial Regex OwnStream();

    // Somebody else's streams and the host's screen, which have no base of ours before them.
    [GeneratedRegex(@"\b(?:cmdlet|ui|UI)\.(?:Write\w*|Prompt\w*|Should\w*)\([^\n]*", RegexOptions.CultureInvariant)]
    private static partial Regex DirectWrite();
}
