using System.Globalization;
using System.Security;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Commands.Thread;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Wire;

namespace EspProv.Commands.Interactive;

/// <summary>Gets the network for one device from the parameters or a menu, and prompts for its key if that is missing.</summary>
internal sealed class NetworkMenu(AsyncCmdlet cmdlet, EspProvSession session, FleetRow given)
{
    private const string AnotherNetwork = "another network, whose name you type";

    /// <summary>Prompts until a network is chosen. The device's firmware decides the kind, unless exactly one kind was given.</summary>
    internal ChosenNetwork Choose()
    {
        ProvisioningNetwork kind = given.NetworkKind
            ?? (session.Session.Capability.Supports(ProvisioningNetwork.Wifi) ? ProvisioningNetwork.Wifi : ProvisioningNetwork.Thread);
        return kind is ProvisioningNetwork.Wifi ? ChooseWifi() : ChooseThread();
    }

    private bool HasPassphrase => given.Passphrase is { IsEmpty: false };

    private ChosenNetwork ChooseWifi()
    {
        if (given.SsidText.Length > 0)
        {
            IReadOnlyList<WifiAccessPoint> seen = HasPassphrase ? [] : [.. (ScanWifi() ?? []).Where(IsGiven)];
            return Wifi(given.SsidText, given.Ssid, seen, pinned: null);
        }

        while (true)
        {
            IReadOnlyList<WifiAccessPoint>? found = ScanWifi();
            List<WifiChoice> choices = [.. WifiChoices(found ?? [])];
            string caption = found is null ? $"{session.Name} cannot scan:"
                : choices.Count == 0 ? $"{session.Name} sees no network:"
                : $"Networks that {session.Name} sees:";
            int width = choices.Select(choice => choice.Label.Length).DefaultIfEmpty().Max();
            (int number, _) = Menu.Choose(
                cmdlet,
                caption,
                [.. choices.Select(choice => choice.Line(width)), AnotherNetwork],
                "Network (0 scans again)",
                takesText: false,
                "Which network? Give -Ssid");
            if (number == 0)
                continue;
            if (number <= choices.Count)
            {
                WifiChoice chosen = choices[number - 1];
                WifiAccessPoint best = chosen.AccessPoints[0];
                return Wifi(best.Ssid, best.SsidBytes, chosen.AccessPoints, chosen.IsOne ? best : null);
            }

            string name = TypedName("Name of the network", "Which network? Give -Ssid");
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            return Wifi(
                name, bytes, [.. (found ?? []).Where(accessPoint => accessPoint.SsidBytes.Span.SequenceEqual(bytes))], pinned: null);
        }

        bool IsGiven(WifiAccessPoint accessPoint) => accessPoint.SsidBytes.Span.SequenceEqual(given.Ssid.Span);
    }

    // One line per network; below it, one line per access point if there are several.
    private static IEnumerable<WifiChoice> WifiChoices(IReadOnlyList<WifiAccessPoint> found)
    {
        foreach (IGrouping<string, WifiAccessPoint> network in found.Where(accessPoint => accessPoint.SsidBytes.Length > 0)
            .OrderByDescending(accessPoint => accessPoint.Rssi).GroupBy(accessPoint => Convert.ToHexString(accessPoint.SsidBytes.Span)))
        {
            WifiAccessPoint[] accessPoints = [.. network.DistinctBy(accessPoint => accessPoint.Bssid)];
            yield return new WifiChoice(accessPoints[0].Ssid, accessPoints, IsOne: false);
            foreach (WifiAccessPoint accessPoint in accessPoints.Length > 1 ? accessPoints : [])
                yield return new WifiChoice($"  only {accessPoint.Bssid}", [accessPoint], IsOne: true);
        }
    }

    private ChosenNetwork Wifi(string ssid, ReadOnlyMemory<byte> bytes, IReadOnlyList<WifiAccessPoint> seen, WifiAccessPoint? pinned)
    {
        bool isProtected = seen.Count > 0 && seen.All(accessPoint => accessPoint.Auth.NeedsPassphrase());
        bool isUnknown = seen.Count == 0 && given.Passphrase is null;
        string label = $"Passphrase for {UntrustedText.Show(ssid)}";
        if (HasPassphrase || !(isProtected || isUnknown))
            return new ChosenNetwork(label, IsTyped: false, given.Passphrase?.ToSecureString(), ToRow);
        SecureString typed = isProtected
            ? AskKey(label, $"Wi-Fi network '{UntrustedText.Show(ssid)}' needs a passphrase. Give -Passphrase")
            : AskKey($"{label} (nothing for an open network)", "Give -Passphrase", mayBeEmpty: true);
        return new ChosenNetwork(label, IsTyped: true, typed, ToRow);

        FleetRow ToRow(SecureString? key) => new()
        {
            Number = 1,
            Session = session.Session,
            Ssid = bytes,
            SsidText = ssid,
            Passphrase = key is { Length: > 0 } ? key.ToSecret() : null,
            Bssid = given.Bssid ?? (pinned is null ? null : Bytes(pinned.Bssid)),
            Channel = given.Channel ?? pinned?.Channel,
            KnownAuth = [.. seen.Select(accessPoint => accessPoint.Auth).Distinct()],
            CustomData = CopyOfCustomData(),
        };
    }

    private ChosenNetwork ChooseThread()
    {
        if (given.Dataset is { } dataset)
            return new ChosenNetwork("", IsTyped: false, null, _ => ThreadRow(ThreadDataset.Parse(dataset.Tlvs.Bytes)));
        while (true)
        {
            // One line per network, with its best router.
            ThreadNetwork[] networks =
                [.. ScanThread().OrderByDescending(router => router.Rssi).DistinctBy(router => router.ExtendedPanId)];
            (int number, _) = Menu.Choose(
                cmdlet,
                networks.Length == 0 ? $"{session.Name} sees no network." : $"Networks that {session.Name} sees:",
                [.. networks.Select(Line)],
                "Network (0 scans again)",
                takesText: false,
                "Which network? Give -DatasetTlvs");
            if (number > 0)
                return Thread(networks[number - 1]);
        }
    }

    private static string Line(ThreadNetwork router) => string.Create(
        CultureInfo.InvariantCulture,
        $"{router.NetworkName}  {EspThreadNetwork.FormatPanId(router.PanId)}  {router.ExtendedPanId}  {router.Rssi} dBm  "
            + $"channel {router.Channel}");

    private ChosenNetwork Thread(ThreadNetwork network)
    {
        string label = $"Network key for {(network.NetworkName.Length > 0 ? network.NetworkName : network.ExtendedPanId)}";
        return new ChosenNetwork(label, IsTyped: true, AskKey(label, "A Thread network needs its key. Give -DatasetTlvs"), key =>
        {
            using var digits = key!.ToSecret();
            using Secret bytes = ThreadDataset.FromHex(digits, "A network key", ProtocolLimits.NetworkKeyLength);
            return ThreadRow(ThreadDataset.Create(new ThreadDatasetValues
            {
                NetworkKey = bytes,
                NetworkName = Encoding.UTF8.GetString(network.NetworkNameBytes.Span),
                PanId = network.PanId,
                ExtendedPanId = Convert.FromHexString(network.ExtendedPanId),
                Channel = network.Channel,
            }));
        });
    }

    private FleetRow ThreadRow(ThreadDataset own) => new()
    {
        Number = 1,
        Session = session.Session,
        Dataset = own,
        CustomData = CopyOfCustomData(),
    };

    private FleetCustomData[] CopyOfCustomData() => [.. given.CustomData.Select(entry => entry with { Data = entry.Data.ToArray() })];

    private string TypedName(string label, string missing)
    {
        string caption = "";
        while (true)
        {
            string name = Menu.Text(cmdlet, caption, [], label, missing);
            if (Encoding.UTF8.GetByteCount(name) is > 0 and <= ProtocolLimits.MaxSsidLength)
                return name;
            caption = $"A name must have 1 to {ProtocolLimits.MaxSsidLength} bytes in UTF-8; Ctrl-C cancels.";
        }
    }

    // Null if the device reports something other than a complete address.
    private static ReadOnlyMemory<byte>? Bytes(string bssid) =>
        HardwareAddress.TryParse(bssid, out byte[]? bytes) && bytes.Length == HardwareAddress.Length ? bytes : (ReadOnlyMemory<byte>?)null;

    private SecureString AskKey(string label, string missing, bool mayBeEmpty = false)
    {
        SecureString? key = UserPrompt.ForSecret(cmdlet.Host, session.Name, label, mayBeEmpty);
        if (key is null)
            cmdlet.ThrowTerminatingError(ErrorFactory.From(ModuleError.ParameterRequired, $"{missing}.", null));
        return key!;
    }

    // Null if the firmware was built without scanning.
    private IReadOnlyList<WifiAccessPoint>? ScanWifi()
    {
        try
        {
            return session.Scan(cmdlet, "Wi-Fi", (core, token) => core.ScanWifiAsync(new WifiScanOptions(), token), showSteps: true);
        }
        catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.NotSupportedByDevice
            && session.Session.Capability.Supports(ProvisioningNetwork.Wifi))
        {
            return null;
        }
    }

    private IReadOnlyList<ThreadNetwork> ScanThread() =>
        session.Scan(cmdlet, "Thread", (core, token) => core.ScanThreadAsync(new ThreadScanOptions(), token), showSteps: true);

    /// <summary>A line of the menu.</summary>
    /// <param name="Label">The network's name, or its access point.</param>
    /// <param name="AccessPoints">The access points of the line, best first.</param>
    /// <param name="IsOne">Whether the line is for one access point only, not for the whole network.</param>
    private sealed record WifiChoice(string Label, IReadOnlyList<WifiAccessPoint> AccessPoints, bool IsOne)
    {
        public string Line(int width)
        {
            WifiAccessPoint best = AccessPoints[0];
            string more = AccessPoints.Count > 1 ? $"  {AccessPoints.Count} access points" : "";
            return string.Create(
                CultureInfo.InvariantCulture, $"{Label.PadRight(width)} {best.Rssi,4} dBm  channel {best.Channel,-3}  {best.Auth}{more}");
        }
    }
}
