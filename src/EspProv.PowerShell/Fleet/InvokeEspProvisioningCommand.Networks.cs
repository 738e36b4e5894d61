using System.Globalization;
using System.Security;
using System.Text;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Fleet.Plan;
using EspProv.Networks.Thread;
using EspProv.Networks.Wifi;
using EspProv.Sessions;

namespace EspProv.Commands.Fleet;

/// <content>The network of one device, named or chosen among those that it sees; its key is asked for where that is missing.</content>
public sealed partial class InvokeEspProvisioningCommand
{
    // What was named decides; where that is nothing, or both, the device's firmware does.
    private ChosenNetwork ChooseNetwork(EspProvSession session, FleetRow given)
    {
        ProvisioningNetwork kind = given.NetworkKind
            ?? (session.Session.Capability.Supports(ProvisioningNetwork.Wifi) ? ProvisioningNetwork.Wifi : ProvisioningNetwork.Thread);
        return kind is ProvisioningNetwork.Wifi ? ChooseWifiNetwork(session, given) : ChooseThreadNetwork(session, given);
    }

    private ChosenNetwork ChooseWifiNetwork(EspProvSession session, FleetRow given)
    {
        SecureString? passphrase = NetworkCredential?.Password ?? Passphrase;
        if (given.SsidText.Length > 0)
        {
            bool secured = passphrase is null
                && ScanWifi(session).Where(accessPoint => accessPoint.SsidBytes.Span.SequenceEqual(given.Ssid.Span)).ToArray()
                    is { Length: > 0 } seen
                && seen.All(accessPoint => accessPoint.Auth.NeedsPassphrase());
            return WifiChoice(given.SsidText, given.Ssid, secured);
        }

        // One line a network, as the user thinks of them: the best of its access points.
        WifiAccessPoint network = ChooseOne<WifiAccessPoint>(
            session,
            () =>
            [
                .. ScanWifi(session).Where(accessPoint => accessPoint.Ssid.Length > 0).OrderByDescending(accessPoint => accessPoint.Rssi)
                    .DistinctBy(accessPoint => Convert.ToHexString(accessPoint.SsidBytes.Span)),
            ],
            accessPoint => string.Create(CultureInfo.InvariantCulture, $"{accessPoint.Ssid}  {accessPoint.Rssi} dBm  channel {accessPoint.Channel}  {accessPoint.Auth}"),
            "-Ssid");
        return WifiChoice(network.Ssid, network.SsidBytes, passphrase is null && network.Auth.NeedsPassphrase());

        ChosenNetwork WifiChoice(string ssid, ReadOnlyMemory<byte> bytes, bool ask)
        {
            string label = $"Passphrase for {ssid}";
            return new ChosenNetwork(label, ask, ask ? AskKey(session, label, $"Wi-Fi network '{ssid}' needs a passphrase. Give -Passphrase") : passphrase, key => new FleetRow
            {
                Number = 1,
                Session = session.Session,
                Ssid = bytes,
                SsidText = ssid,
                Passphrase = key?.ToSecret(),
                Bssid = given.Bssid,
                Channel = given.Channel,
                CustomData = given.CustomData.ToArray(),
                Endpoint = given.Endpoint,
            });
        }
    }

    private ChosenNetwork ChooseThreadNetwork(EspProvSession session, FleetRow given)
    {
        if (given.Dataset is { } dataset)
            return new ChosenNetwork("", false, null, _ => ThreadRow(ThreadDataset.Parse(dataset.Tlvs.Bytes)));

        // One line a network: the best of its routers.
        ThreadNetwork network = ChooseOne<ThreadNetwork>(
            session,
            () => [.. ScanThread(session).OrderByDescending(router => router.Rssi).DistinctBy(router => router.ExtendedPanId)],
            router => string.Create(CultureInfo.InvariantCulture, $"{router.NetworkName}  0x{router.PanId:x4}  {router.ExtendedPanId}  {router.Rssi} dBm  channel {router.Channel}"),
            "-DatasetTlvs");
        string label = $"Network key for {(network.NetworkName.Length > 0 ? network.NetworkName : network.ExtendedPanId)}";
        SecureString typed = AskKey(session, label, "A Thread network needs its key. Give -DatasetTlvs");
        return new ChosenNetwork(label, true, typed, key =>
        {
            using Secret digits = key!.ToSecret();
            using Secret bytes = ThreadDataset.FromHex(digits, "A network key", ThreadDataset.NetworkKeyLength);
            return ThreadRow(ThreadDataset.Create(new ThreadDatasetValues
            {
                NetworkKey = bytes,
                NetworkName = Encoding.UTF8.GetString(network.NetworkNameBytes.Span),
                PanId = network.PanId,
                ExtendedPanId = Convert.FromHexString(network.ExtendedPanId),
                Channel = network.Channel,
            }));
        });

        FleetRow ThreadRow(ThreadDataset own) => new()
        {
            Number = 1,
            Session = session.Session,
            Dataset = own,
            CustomData = given.CustomData.ToArray(),
            Endpoint = given.Endpoint,
        };
    }

    private T ChooseOne<T>(EspProvSession session, Func<T[]> scan, Func<T, string> line, string parameter)
    {
        while (true)
        {
            T[] networks = scan();
            int choice = Choose(
                networks.Length == 0 ? [$"{session.Name} sees no network."] : [$"Networks that {session.Name} sees:"],
                [.. networks.Select(line)],
                "Network (0 scans again)",
                $"Which network? Give {parameter}; nobody can be asked.");
            if (choice > 0)
                return networks[choice - 1];
        }
    }

    private SecureString AskKey(EspProvSession session, string label, string missing)
    {
        SecureString? key = UserPrompt.ForSecret(Host, session.Name, label);
        if (key is null)
            Refuse(ModuleError.ParameterRequired, $"{missing}; nobody can be asked.");
        return key!;
    }

    private IReadOnlyList<WifiAccessPoint> ScanWifi(EspProvSession session) => Scan(session, "Wi-Fi", (core, token) => core.ScanWifiAsync(new WifiScanOptions(), token));

    private IReadOnlyList<ThreadNetwork> ScanThread(EspProvSession session) => Scan(session, "Thread", (core, token) => core.ScanThreadAsync(new ThreadScanOptions(), token));

    private T Scan<T>(EspProvSession session, string kind, Func<ProvisioningSession, CancellationToken, Task<T>> scan) => WithProgress(
        $"Scanning from {session.Name}",
        $"The device looks for {kind} networks",
        () => Await((sink, token) => session.ListenAsync(sink, () => scan(session.Session, token))));

    /// <summary>A network, and how to make a row of it once its key is known.</summary>
    /// <param name="KeyLabel">What to ask for.</param>
    /// <param name="IsTyped">Whether the key was typed, and may be typed again.</param>
    /// <param name="Key">The key; null for none.</param>
    /// <param name="ToRow">The row with that key; whoever gets it disposes of it.</param>
    private sealed record ChosenNetwork(string KeyLabel, bool IsTyped, SecureString? Key, Func<SecureString?, FleetRow> ToRow);
}
