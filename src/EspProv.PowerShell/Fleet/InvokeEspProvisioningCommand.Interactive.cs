using System.Globalization;
using System.Management.Automation;
using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;

namespace EspProv.Commands.Fleet;

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
            if (device.AccessPoint is { } accessPoint && !_consent!.Ask(device.Name, accessPoint))
                return;
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
        catch (Exception exception) when (IsUnexpected(exception))
        {
            WriteVerbose($"{given.Device}: {UnexpectedError.TypesOf(exception)}.");
            ThrowTerminatingError(ErrorFactory.Unexpected(given.Device));
        }
        finally
        {
            given.Dispose();
        }
    }

    private ProvisioningDevice Named(FleetRow given) => given.Address is { Length: > 0 } address
        ? given.At(address)
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
                $"{WhichDevice} Nobody can be asked.");
            if (choice > 0)
                return found[choice - 1];
        }
    }

    private async Task<List<ProvisioningDevice>> FindAllAsync(PipelineSink sink, CancellationToken token)
    {
        var found = new List<ProvisioningDevice>();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(Looking);
        foreach (IDiscoverySource source in DiscoverySources.For(Transport is { } transport ? [transport] : null, JoinAccessPoint))
        {
            try
            {
                await foreach (ProvisioningDevice device in source.FindAsync(new DiscoveryRequest(Adapter, ServiceUuid: null), limit.Token).ConfigureAwait(false))
                {
                    if (!found.Exists(known =>
                        known.Transport == device.Transport && known.Address == device.Address && known.AccessPoint == device.AccessPoint))
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
            catch (Exception exception) when (IsUnexpected(exception) && !token.IsCancellationRequested)
            {
                sink.Verbose($"{source.Transport}: {UnexpectedError.TypesOf(exception)}.");
                sink.Error(ErrorFactory.Unexpected(source.Transport));
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
                    UserPrompt.Say(Host, exception.Message);
                SecureString pop = UserPrompt.ForSecret(Host, device.Name, "Proof of possession") ?? throw Missing(exception, "-ProofOfPossession");
                proof = proof with { ProofOfPossession = pop };
                typed = true;
            }
            catch (ProvisioningException exception) when (exception.Reason is ProvisioningErrorReason.UsernamePasswordRequired
                || (typed && exception.Reason is ProvisioningErrorReason.WrongCredentials))
            {
                if (typed)
                    UserPrompt.Say(Host, exception.Message);
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
                ProvisioningSession core = await ProvisioningSession.ConnectAsync(device, Links.CreateTransport(given, device), options, token).ConfigureAwait(false);
                var session = new EspProvSession(core);
                return await session.ListenAsync(sink, () => Task.FromResult(session)).ConfigureAwait(false);
            },
            abandon: session => session.CloseInBackground()));

    private void ProvisionAsking(EspProvSession session, FleetRow given)
    {
        ChosenNetwork network = ChooseNetwork(session, given);
        SecureString? key = network.Key;
        while (true)
        {
            FleetRow row;
            try
            {
                row = network.ToRow(key);
            }
            catch (ProvisioningException exception) when (network.IsTyped && AskAgain(exception.Message) is { } typed)
            {
                key = typed;
                continue;
            }

            if (!ShouldProcess($"{session.Name} ({session.Address})", ActionOf(row)))
            {
                row.Dispose();
                return;
            }

            FleetResult result = RunOne(row, session.Name);

            // The device takes other credentials in the same session once it was reset, which the next run begins with. A wrong network key
            // looks to a Thread device like a network that is not there.
            bool isWrongKey = result.ErrorId is JoinFailure.WifiAuthError or nameof(ProvisioningErrorReason.InvalidPassphrase) or JoinFailure.ThreadNetworkNotFound;
            if (network.IsTyped && isWrongKey && AskAgain(result.Error ?? "") is { } other)
            {
                key = other;
                continue;
            }

            WriteObject(new EspProvisioningResult(result));
            return;
        }

        SecureString? AskAgain(string message)
        {
            UserPrompt.Say(Host, message);
            return UserPrompt.ForSecret(Host, session.Name, network.KeyLabel);
        }
    }

    private FleetResult RunOne(FleetRow row, string device) => WithProgress($"Provisioning {device}", $"Joining '{row.NetworkName}'", () => Await(async (sink, token) =>
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
