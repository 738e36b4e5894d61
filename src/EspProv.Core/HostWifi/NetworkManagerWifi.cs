using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace EspProv.HostWifi;

/// <summary>
/// NetworkManager through nmcli. The device's network gets a profile of its own in memory, without a default route, and its key goes through a
/// pipe: neither a file nor the list of processes ever shows it.
/// </summary>
internal sealed class NetworkManagerWifi(string nmcli) : IHostWifi
{
    private const string WirelessType = "802-11-wireless";

    public async Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken)
    {
        string output = await RunAsync(
            ["--terse", "--escape", "yes", "--fields", "SSID,BSSID,SIGNAL,SECURITY", "device", "wifi", "list", "--rescan", "yes"], null, cancellationToken).ConfigureAwait(false);
        return [.. TerseFields.Read(output)
            .Where(fields => fields.Length >= 4 && fields[0].Length > 0)
            .Select(fields => new HostWifiNetwork(fields[0], fields[1].ToLowerInvariant(), ToRssi(fields[2]), fields[3].Trim() is not ("" or "--")))];
    }

    public async Task<IHostWifiStay> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string device = await FindDeviceAsync(cancellationToken).ConfigureAwait(false);
        string? former = await FindFormerAsync(device, cancellationToken).ConfigureAwait(false);
        var stay = new Stay(this, device, former, key?.Copy(), timeout);
        try
        {
            await stay.BeginAsync(ssid, cancellationToken).ConfigureAwait(false);
            return stay;
        }
        catch
        {
            await stay.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // NetworkManager makes a percentage of dBm by 2 * (dBm + 100).
    private static int ToRssi(string percent) =>
        int.TryParse(percent, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? (value / 2) - 100 : -100;

    private async Task<string> FindDeviceAsync(CancellationToken cancellationToken)
    {
        string output = await RunAsync(["--terse", "--fields", "DEVICE,TYPE,STATE", "device", "status"], null, cancellationToken).ConfigureAwait(false);
        return TerseFields.Read(output)
            .Where(fields => fields.Length >= 3 && fields[1] == "wifi" && fields[2] is not ("unavailable" or "unmanaged"))
            .Select(fields => fields[0]).FirstOrDefault()
            ?? throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, "NetworkManager has no Wi-Fi interface that it can use: there is none, or it is switched off or not managed.");
    }

    private async Task<string?> FindFormerAsync(string device, CancellationToken cancellationToken)
    {
        string output = await RunAsync(["--terse", "--fields", "UUID,TYPE,DEVICE", "connection", "show", "--active"], null, cancellationToken).ConfigureAwait(false);
        return TerseFields.Read(output)
            .Where(fields => fields.Length >= 3 && fields[1] == WirelessType && fields[2] == device)
            .Select(fields => fields[0]).FirstOrDefault();
    }

    private async Task<string> RunAsync(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(nmcli)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Start(start);
        try
        {
            if (input is { } bytes)
                await process.StandardInput.BaseStream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            string error = (await errors.ConfigureAwait(false)).Trim();
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return process.ExitCode == 0
                ? output
                : throw new ProvisioningException(
                    // 8: NetworkManager does not run.
                    process.ExitCode == 8 ? ProvisioningErrorReason.TransportUnavailable : ProvisioningErrorReason.DeviceUnreachable,
                    string.Create(CultureInfo.InvariantCulture, $"NetworkManager: {(error.Length > 0 ? error.TrimEnd('.') : "it failed")} (nmcli exit code {process.ExitCode})."));
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            if (!process.HasExited)
                process.Kill();
            if (e is IOException)
                throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"nmcli ended before it was asked: {e.Message}", e);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"nmcli cannot be run: {e.Message}", e);
        }
    }

    private sealed class Stay : HostWifiStay
    {
        private readonly NetworkManagerWifi _owner;
        private readonly string? _former;
        private readonly TimeSpan _timeout;
        private readonly string _profile = "espprov-" + Guid.NewGuid().ToString("N")[..8];
        private bool _left;

        public Stay(NetworkManagerWifi owner, string device, string? former, Secret? key, TimeSpan timeout)
            : base(key) => (_owner, InterfaceName, _former, _timeout) = (owner, device, former, timeout);

        public override string InterfaceName { get; }

        public async Task BeginAsync(string ssid, CancellationToken cancellationToken)
        {
            List<string> add =
            [
                "connection", "add", "save", "no", "type", "wifi", "con-name", _profile, "ifname", InterfaceName, "ssid", ssid,
                "connection.autoconnect", "no", "ipv4.never-default", "yes", "ipv6.method", "disabled",
            ];
            if (Key is not null)
                add.AddRange(["wifi-sec.key-mgmt", "wpa-psk", "wifi-sec.psk-flags", "2"]);
            await _owner.RunAsync(add, null, cancellationToken).ConfigureAwait(false);
            await RejoinAsync(cancellationToken).ConfigureAwait(false);
        }

        public override async Task RejoinAsync(CancellationToken cancellationToken)
        {
            List<string> up =
            [
                "--wait", Math.Ceiling(_timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
                "connection", "up", "id", _profile, "ifname", InterfaceName,
            ];
            byte[]? secrets = null;
            if (Key is not null)
            {
                up.AddRange(["passwd-file", "/dev/stdin"]);
                secrets = [.. "802-11-wireless-security.psk:"u8, .. Key.Bytes, (byte)'\n'];
            }

            _left = true;
            try
            {
                await _owner.RunAsync(up, secrets, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                System.Security.Cryptography.CryptographicOperations.ZeroMemory(secrets);
            }

            string output = await _owner.RunAsync(["--terse", "--fields", "IP4.ADDRESS", "device", "show", InterfaceName], null, cancellationToken).ConfigureAwait(false);
            Address = TerseFields.Read(output).Where(fields => fields.Length >= 2).Select(fields => fields[1].Split('/')[0])
                .Select(text => IPAddress.TryParse(text, out IPAddress? address) ? address : null).FirstOrDefault(address => address is not null)
                ?? throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{InterfaceName} joined the device's network and got no address there.");
        }

        protected override async Task RestoreAsync(CancellationToken cancellationToken)
        {
            // Each for itself: a profile that is gone does not keep the former network from coming back.
            await TryAsync(["connection", "delete", "id", _profile], cancellationToken).ConfigureAwait(false);
            if (_former is not null && _left)
                await TryAsync(["connection", "up", "uuid", _former, "ifname", InterfaceName], cancellationToken).ConfigureAwait(false);
        }

        private async Task TryAsync(string[] arguments, CancellationToken cancellationToken)
        {
            try
            {
                await _owner.RunAsync(arguments, null, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is ProvisioningException or OperationCanceledException)
            {
                // NetworkManager connects by itself to what it knows where this did not work.
            }
        }
    }
}
