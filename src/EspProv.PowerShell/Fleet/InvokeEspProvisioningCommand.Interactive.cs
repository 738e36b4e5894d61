using System.Globalization;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Abstractions;
using EspProv.Commands.Binding;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Fleet;
using EspProv.Discovery;
using EspProv.Fleet;
using EspProv.Sessions;

namespace EspProv.Commands;

/// <content>One device, with somebody who can be asked: only for what is missing.</content>
public sealed partial class InvokeEspProvisioningCommand
{
    private static readonly TimeSpan Looking = TimeSpan.FromSeconds(5);

    private void RunInteractively()
    {
        FleetRow given = _reader!.ReadParameters();
        try
        {
            // Before anybody is asked anything.
            if (given.Problem is { } problem)
                Refuse(ModuleError.ParameterConflict, problem.Message);
            ProvisioningDevice device = NamesDevice ? Named(given) : ChooseDevice();
            EspProvSession session = ConnectAsking(device, given);
            try
            {
                ProvisionAsking(session, given);
            }
            finally
            {
                if (StopToken.IsCancellationRequested)
                    session.CloseInBackground();
                else
                    Await(async (_, _) => await session.Session.DisposeAsync().ConfigureAwait(false));
            }
        }
        catch (ProvisioningException exception)
        {
            ThrowTerminatingError(ErrorFactory.From(exception, given.Device));
        }
        finally
        {
            given.Dispose();
        }
    }

    private FleetLinks Links => new(TimeSpan.FromSeconds(ConnectTimeout), TimeSpan.FromSeconds(ExchangeTimeout));

    private ProvisioningDevice Named(FleetRow given) => given.Address is { Length: > 0 } address
        ? new ProvisioningDevice { Name = given.Device, Transport = given.Transport, Address = address }
        : Await((_, token) => Links.FindAsync(given, token));

    private ProvisioningDevice ChooseDevice()
    {
        while (true)
        {
            List<ProvisioningDevice> found = WithProgress("Looking for devices", "in range", () => Await(FindAllAsync));
            int choice = Choose(
                found.Count == 0 ? ["No device in provisioning mode was found."] : ["Devices:"],
                [.. found.Select(device => $"{device.Name}  {device.Transport}  {device.Address}{(device.Rssi is { } rssi ? $"  {rssi} dBm" : "")}")],
                "Device (0 looks again)",
                "Which device? Give -Address, -Name or -QrCode; nobody can be asked.");
            if (choice > 0)
                return found[choice - 1];
        }
    }

    private async Task<List<ProvisioningDevice>> FindAllAsync(PipelineSink sink, CancellationToken token)
    {
        var found = new List<ProvisioningDevice>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Looking);
        foreach (IDiscoverySource source in DiscoverySources.For(Transport is { } transport ? [transport] : null))
        {
            try
            {
                await foreach (ProvisioningDevice device in source.FindAsync(new DiscoveryRequest(Adapter: null, ServiceUuid: null), limit.Token).ConfigureAwait(false))
                {
                    if (!found.Exists(known => known.Transport == device.Transport && known.Address == device.Address))
                        found.Add(device);
                }
            }
            catch (OperationCanceledException) when (!token.IsCancellationRequested)
            {
                // The time to look is over.
            }
            catch (ProvisioningException exception)
            {
                sink.Verbose(exception.Message);
            }
        }

        return found;
    }

    // Asks for the proof that the device's scheme needs, and again when what was typed is wrong.
    private EspProvSession ConnectAsking(ProvisioningDevice device, FleetRow given)
    {
        var proof = new DeviceProof(
            ProofOfPossession ?? given.ProofOfPossession?.ToSecureString(),
            given.Username,
            Password ?? given.Password?.ToSecureString(),
            Credential,
            UseVendorToolHash);
        bool typed = false;
        while (true)
        {
            try
            {
                return ConnectOnce(device, proof, given);
            }
            catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.ProofOfPossessionRequired
                || (typed && exception.Reason is ProvisioningErrorReason.WrongCredentials && proof.HasProofOfPossession))
            {
                if (typed)
                    Host.UI.WriteLine(exception.Message);
                SecureString pop = UserPrompt.ForSecret(Host, device.Name, "Proof of possession") ?? throw Missing(exception, "-ProofOfPossession");
                proof = proof with { ProofOfPossession = pop };
                typed = true;
            }
            catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.UsernamePasswordRequired
                || (typed && exception.Reason is ProvisioningErrorReason.WrongCredentials))
            {
                if (typed)
                    Host.UI.WriteLine(exception.Message);
                PSCredential login = UserPrompt.ForCredential(Host, device.Name, given.Username) ?? throw Missing(exception, "-Username and -Password");
                proof = proof with { Credential = login };
                typed = true;
            }
        }
    }

    private static ProvisioningException Missing(ProvisioningException cause, string parameter) =>
        cause.Reason is ProvisioningErrorReason.WrongCredentials ? cause : new ProvisioningException(cause.Reason, $"{cause.Message} Give {parameter}; nobody can be asked.", cause);

    private EspProvSession ConnectOnce(ProvisioningDevice device, DeviceProof proof, FleetRow given) =>
        WithProgress($"Connecting to {device.Name}", $"Handshake with {device.Address}", () => Await(
            async (sink, token) =>
            {
                var options = new SessionOptions
                {
                    SecurityVersion = given.SecurityVersion,
                    AllowUnencrypted = AllowUnencrypted,
                    Credential = proof.ToSecurityCredential(),
                };
                ProvisioningSession core = await ProvisioningSession.ConnectAsync(device, Links.CreateTransport(device), options, token).ConfigureAwait(false);
                var session = new EspProvSession(core);
                return await session.ListenAsync(sink, () => Task.FromResult(session)).ConfigureAwait(false);
            },
            abandon: session => session.CloseInBackground()));

    private void ProvisionAsking(EspProvSession session, FleetRow given)
    {
        (string ssid, ReadOnlyMemory<byte> bytes, SecureString? passphrase, bool typed) = ChooseNetwork(session, given);
        while (true)
        {
            if (!ShouldProcess($"{session.Name} ({session.Address})", $"Provision with Wi-Fi network '{ssid}'"))
                return;
            var row = new FleetRow
            {
                Number = 1,
                Session = session.Session,
                Transport = given.Transport,
                Ssid = bytes,
                SsidText = ssid,
                Passphrase = passphrase?.ToSecret(),
                Bssid = given.Bssid,
                Channel = given.Channel,
                CustomData = given.CustomData.ToArray(),
                Endpoint = given.Endpoint,
            };
            FleetResult result = RunOne(row, session.Name);

            // The device takes other credentials in the same session once it was reset, which the next run begins with.
            if (typed && result is { ErrorId: FleetErrorIds.WifiAuthError or nameof(ProvisioningErrorReason.InvalidPassphrase) })
            {
                Host.UI.WriteLine(result.Error ?? result.ErrorId);
                passphrase = UserPrompt.ForSecret(Host, session.Name, $"Passphrase for {ssid}");
                if (passphrase is not null)
                    continue;
            }

            WriteObject(new EspProvisioningResult(result));
            return;
        }
    }

    private FleetResult RunOne(FleetRow row, string device) => WithProgress($"Provisioning {device}", $"Joining '{row.SsidText}'", () => Await(async (sink, token) =>
    {
        FleetResult? result = null;
        var run = new FleetRun(MakeOptions(), Links, journal: null, done => result = done, (_, text, isWarning) =>
        {
            if (isWarning)
                sink.Warning($"{device}: {text}");
            else
                sink.Verbose($"{device}: {text}");
        });
        await using (run.ConfigureAwait(false))
        {
            using CancellationTokenRegistration stop = token.Register(run.Stop);
            FleetVerdict verdict = await run.ExamineAsync(row).ConfigureAwait(false);
            if (verdict.Result is { } settled)
            {
                row.Dispose();
                return settled;
            }

            run.Add(row);
            await run.CompleteAsync().ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            return result!;
        }
    }));

    private (string Ssid, ReadOnlyMemory<byte> Bytes, SecureString? Passphrase, bool Typed) ChooseNetwork(EspProvSession session, FleetRow given)
    {
        SecureString? passphrase = NetworkCredential?.Password ?? Passphrase;
        if (NamesNetwork)
        {
            bool secured = passphrase is null && Scan(session).Where(accessPoint => accessPoint.Ssid == given.SsidText).ToArray() is { Length: > 0 } seen
                && seen.All(accessPoint => accessPoint.Auth is not WifiAuthMode.Open);
            return (given.SsidText, given.Ssid, secured ? AskPassphrase(session, given.SsidText) : passphrase, secured);
        }

        while (true)
        {
            // One line a network, as the user thinks of them: the best of its access points.
            WifiAccessPoint[] networks = [.. Scan(session).Where(accessPoint => accessPoint.Ssid.Length > 0).OrderByDescending(accessPoint => accessPoint.Rssi).DistinctBy(accessPoint => accessPoint.Ssid)];
            int choice = Choose(
                networks.Length == 0 ? [$"{session.Name} sees no network."] : [$"Networks that {session.Name} sees:"],
                [.. networks.Select(network => string.Create(CultureInfo.InvariantCulture, $"{network.Ssid}  {network.Rssi} dBm  channel {network.Channel}  {network.Auth}"))],
                "Network (0 scans again)",
                "Which network? Give -Ssid; nobody can be asked.");
            if (choice == 0)
                continue;
            WifiAccessPoint network = networks[choice - 1];
            bool ask = passphrase is null && network.Auth is not WifiAuthMode.Open;
            return (network.Ssid, network.SsidBytes, ask ? AskPassphrase(session, network.Ssid) : passphrase, ask);
        }
    }

    private SecureString AskPassphrase(EspProvSession session, string ssid)
    {
        SecureString? passphrase = UserPrompt.ForSecret(Host, session.Name, $"Passphrase for {ssid}");
        if (passphrase is null)
            Refuse(ModuleError.ParameterRequired, $"Wi-Fi network '{ssid}' needs a passphrase. Give -Passphrase; nobody can be asked.");
        return passphrase!;
    }

    private IReadOnlyList<WifiAccessPoint> Scan(EspProvSession session) => WithProgress(
        $"Scanning from {session.Name}",
        "The device looks for Wi-Fi networks",
        () => Await((sink, token) => session.ListenAsync(sink, () => session.Session.ScanWifiAsync(new WifiScanOptions(), token))));

    // A number from 0 to the last line's; whatever else is typed is asked for again.
    private int Choose(string[] heading, string[] lines, string label, string missing)
    {
        IEnumerable<string> shown = [.. heading, .. lines.Select((line, index) => string.Create(CultureInfo.InvariantCulture, $"{index + 1,4}  {line}"))];
        while (true)
        {
            string? answer = UserPrompt.ForText(Host, shown, label);
            if (answer is null)
                Refuse(ModuleError.ParameterRequired, missing);
            if (int.TryParse(answer!.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= lines.Length)
                return number;
            shown = [string.Create(CultureInfo.InvariantCulture, $"Type a number from 0 to {lines.Length}.")];
            StopToken.ThrowIfCancellationRequested();
        }
    }
}
