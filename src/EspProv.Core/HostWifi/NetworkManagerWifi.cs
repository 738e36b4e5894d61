using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EspProv.HostWifi;

/// <summary>
/// NetworkManager through nmcli. The device's network gets a profile of its own that is not saved, without a default route, and its key goes
/// through a pipe: neither a file nor the list of processes ever shows it.
/// </summary>
/// <remarks>
/// The profile's name says whose it is, espprov-(process)-(random)-(former network): a process that is killed cannot take it away, and the next
/// one that joins a network does, and brings that former network back.
/// </remarks>
internal sealed class NetworkManagerWifi(string nmcli) : IHostWifi
{
    private const string WirelessType = "802-11-wireless";
    private const string ProfilePrefix = "espprov-";
    private const string KeyName = "802-11-wireless-security.psk";

    // NetworkManager takes a handshake that a lost frame spoiled for a wrong key, and asks for another one.
    private const int KeyAttempts = 2;

    /// <summary>The most that nmcli may write, in characters; a list of a hundred access points has some thousand.</summary>
    private const int MaxOutput = 1024 * 1024;

    public Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(CancellationToken cancellationToken) => ScanAsync("yes", cancellationToken);

    public async Task<IHostWifiStay> JoinAsync(string ssid, Secret? key, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string device = await FindDeviceAsync(cancellationToken).ConfigureAwait(false);
        await ThrowIfUnfitAsync(ssid, key is not null, cancellationToken).ConfigureAwait(false);
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

    private async Task<IReadOnlyList<HostWifiNetwork>> ScanAsync(string rescan, CancellationToken cancellationToken)
    {
        string output = await RunAsync(
            ["--terse", "--escape", "yes", "--fields", "SSID,BSSID,SIGNAL,SECURITY", "device", "wifi", "list", "--rescan", rescan], null, cancellationToken).ConfigureAwait(false);
        return [.. TerseFields.Read(output)
            .Where(fields => fields.Length >= 4 && fields[0].Length > 0)
            .Select(fields => new HostWifiNetwork(fields[0], fields[1].ToLowerInvariant(), ToRssi(fields[2]), fields[3].Trim() is not ("" or "--")))];
    }

    /// <summary>
    /// A key that is missing or one too many shows in what is heard of the network. NetworkManager would look for another network of that name,
    /// and say after half a minute that there is none.
    /// </summary>
    private async Task ThrowIfUnfitAsync(string ssid, bool hasKey, CancellationToken cancellationToken)
    {
        HostWifiNetwork[] heard;
        try
        {
            heard = [.. (await ScanAsync("auto", cancellationToken).ConfigureAwait(false)).Where(network => network.Ssid == ssid)];
        }
        catch (ProvisioningException)
        {
            return; // Joining has more to say of what is wrong.
        }

        // What is not heard may be hidden.
        if (heard.Length == 0 || heard.Any(network => network.IsSecured == hasKey))
            return;
        throw hasKey
            ? new ProvisioningException(ProvisioningErrorReason.WrongSoftApKey, $"'{ssid}' is an open network, and a key was given for it. It was not joined.")
            : new ProvisioningException(ProvisioningErrorReason.SoftApKeyRequired, $"'{ssid}' wants a key, and none was given.");
    }

    private async Task<string> FindDeviceAsync(CancellationToken cancellationToken)
    {
        string output = await RunAsync(["--terse", "--fields", "DEVICE,TYPE,STATE", "device", "status"], null, cancellationToken).ConfigureAwait(false);
        return TerseFields.Read(output)
            .Where(fields => fields.Length >= 3 && fields[1] == "wifi" && fields[2] is not ("unavailable" or "unmanaged"))
            .Select(fields => fields[0]).FirstOrDefault()
            ?? throw new ProvisioningException(
                ProvisioningErrorReason.TransportUnavailable, "NetworkManager has no Wi-Fi interface that it can use: there is none, or it is switched off or not managed.");
    }

    /// <summary>The network to come back to, after what killed processes left behind is gone.</summary>
    private async Task<string?> FindFormerAsync(string device, CancellationToken cancellationToken)
    {
        string? former = null;
        foreach (string[] profile in await ReadProfilesAsync(cancellationToken).ConfigureAwait(false))
        {
            (string name, string uuid, bool isActive) = (profile[0], profile[1], profile[3] == device);
            if (!TryReadOwner(name, out int owner, out string? itsFormer))
            {
                if (isActive)
                    former = uuid;
            }
            else if (!IsRunning(owner))
            {
                // It is listed for a moment longer, and is not asked for again.
                await ExecuteAsync(["connection", "delete", "uuid", uuid], null, cancellationToken).ConfigureAwait(false);
                if (isActive)
                    former = itsFormer;
            }
            else if (isActive)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.TransportUnavailable,
                    $"{device} is on another device's access point, for a session of {(owner == Environment.ProcessId ? "this process" : string.Create(CultureInfo.InvariantCulture, $"process {owner}"))}. Close that one first.");
            }
        }

        return former;
    }

    private async Task<IReadOnlyList<string[]>> ReadProfilesAsync(CancellationToken cancellationToken)
    {
        string output = await RunAsync(["--terse", "--escape", "yes", "--fields", "NAME,UUID,TYPE,DEVICE", "connection", "show"], null, cancellationToken).ConfigureAwait(false);
        return [.. TerseFields.Read(output).Where(fields => fields.Length >= 4 && fields[2] == WirelessType)];
    }

    private static bool TryReadOwner(string name, out int process, out string? former)
    {
        string[] parts = name.Split('-', 4);
        (process, former) = (0, parts.Length == 4 ? parts[3] : null);
        return name.StartsWith(ProfilePrefix, StringComparison.Ordinal) && parts.Length >= 3
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out process);
    }

    private static bool IsRunning(int process)
    {
        try
        {
            using Process found = Process.GetProcessById(process);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<string> RunAsync(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellationToken)
    {
        Answer answer = await ExecuteAsync(arguments, input, cancellationToken).ConfigureAwait(false);
        return answer.ExitCode == 0
            ? answer.Output
            : throw new ProvisioningException(
                // 8: NetworkManager does not run.
                answer.ExitCode == 8 ? ProvisioningErrorReason.TransportUnavailable : ProvisioningErrorReason.DeviceUnreachable,
                string.Create(CultureInfo.InvariantCulture, $"NetworkManager: {answer.Problem} (nmcli exit code {answer.ExitCode})."));
    }

    private async Task<Answer> ExecuteAsync(IEnumerable<string> arguments, ReadOnlyMemory<byte>? input, CancellationToken cancellationToken)
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
        start.Environment["INPUTRC"] = "/dev/null"; // A key is taken as it is, not as the user's key bindings have it.
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Start(start);
        try
        {
            if (input is { } bytes)
                await process.StandardInput.BaseStream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
            Task<string> errors = ReadAsync(process.StandardError, cancellationToken);
            string output = await ReadAsync(process.StandardOutput, cancellationToken).ConfigureAwait(false);
            string error = await errors.ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return new Answer(process.ExitCode, output, error);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidDataException)
        {
            if (!process.HasExited)
                process.Kill();
            if (e is InvalidDataException)
                throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"nmcli cannot be used: {e.Message}.", e);
            if (e is IOException)
                throw new ProvisioningException(ProvisioningErrorReason.TransportUnavailable, $"nmcli ended before it was asked: {e.Message}", e);
            throw;
        }
    }

    // The air decides how many networks there are to list.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and int count)
        {
            if (text.Length + count > MaxOutput)
                throw new InvalidDataException($"it wrote more than {MaxOutput} characters");
            text.Append(buffer, 0, count);
        }

        return text.ToString();
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

    /// <summary>What nmcli said.</summary>
    private sealed record Answer(int ExitCode, string Output, string Error)
    {
        /// <summary>The first line of what it has to say: the others say where to look for more.</summary>
        public string Problem => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault()?.TrimEnd('.') ?? "it failed";

        /// <summary>Whether Ctrl-C, which a terminal sends to everything that runs in it, ended nmcli.</summary>
        public bool IsInterrupted => ExitCode > 128 || Error.Contains("terminated by signal", StringComparison.Ordinal);
    }

    private sealed class Stay : HostWifiStay
    {
        private readonly NetworkManagerWifi _owner;
        private readonly string? _former;
        private readonly TimeSpan _timeout;
        private readonly string _profile;
        private bool _left;

        public Stay(NetworkManagerWifi owner, string device, string? former, Secret? key, TimeSpan timeout)
            : base(key)
        {
            (_owner, InterfaceName, _former, _timeout) = (owner, device, former, timeout);
            _profile = string.Create(
                CultureInfo.InvariantCulture, $"{ProfilePrefix}{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}{(former is null ? "" : "-")}{former}");
        }

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
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Leaving);
            await _owner.RunAsync(add, null, either.Token).ConfigureAwait(false);
            await RejoinAsync(cancellationToken).ConfigureAwait(false);
        }

        public override async Task RejoinAsync(CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Leaving);
            _left = true;
            await UpAsync(either.Token).ConfigureAwait(false);

            string output = await _owner.RunAsync(["--terse", "--fields", "IP4.ADDRESS", "device", "show", InterfaceName], null, either.Token).ConfigureAwait(false);
            Address = TerseFields.Read(output).Where(fields => fields.Length >= 2).Select(fields => fields[1].Split('/')[0])
                .Select(text => IPAddress.TryParse(text, out IPAddress? address) ? address : null).FirstOrDefault(address => address is not null)
                ?? throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{InterfaceName} joined the device's network and got no address there.");
        }

        /// <summary>
        /// The key is typed at nmcli's prompt, once for each attempt. Where it takes the key from a file it gives the same wrong one to
        /// NetworkManager again and again until the time is over.
        /// </summary>
        private async Task UpAsync(CancellationToken cancellationToken)
        {
            List<string> up = ["--wait", Math.Ceiling(_timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture), "connection", "up", "id", _profile, "ifname", InterfaceName];
            if (Key is null)
            {
                await _owner.RunAsync(up, null, cancellationToken).ConfigureAwait(false);
                return;
            }

            byte[] line = [.. Key.Bytes, (byte)'\n'];
            byte[] lines = [.. Enumerable.Repeat(line, KeyAttempts).SelectMany(bytes => bytes)];
            try
            {
                Answer answer = await _owner.ExecuteAsync(["--ask", .. up], lines, cancellationToken).ConfigureAwait(false);
                if (answer.ExitCode == 0)
                    return;
                if (answer.Output.Split(KeyName).Length - 1 > KeyAttempts)
                {
                    throw new ProvisioningException(
                        ProvisioningErrorReason.WrongSoftApKey, "The device's access point did not take its key.");
                }

                throw new ProvisioningException(
                    ProvisioningErrorReason.DeviceUnreachable,
                    string.Create(CultureInfo.InvariantCulture, $"NetworkManager: {answer.Problem} (nmcli exit code {answer.ExitCode})."));
            }
            finally
            {
                CryptographicOperations.ZeroMemory(line);
                CryptographicOperations.ZeroMemory(lines);
            }
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
                while ((await _owner.ExecuteAsync(arguments, null, cancellationToken).ConfigureAwait(false)).IsInterrupted)
                {
                }
            }
            catch (Exception e) when (e is ProvisioningException or OperationCanceledException)
            {
                // NetworkManager connects by itself to what it knows where this did not work.
            }
        }
    }
}
