using System.Security;
using EspProv.Commands.Discovery;
using EspProv.Commands.Pipeline;
using EspProv.Commands.Sessions;
using EspProv.Devices;
using EspProv.Fleet;
using EspProv.Fleet.Plan;
using EspProv.Fleet.Run;
using EspProv.Sessions;

namespace EspProv.Commands.Interactive;

/// <summary>Provisions one device interactively: prompts for missing values, and shows each step.</summary>
/// <param name="cmdlet">The cmdlet whose host prompts.</param>
/// <param name="given">The values of the parameters; the caller disposes of it.</param>
/// <param name="links">The links of this machine.</param>
/// <param name="options">The options of the run.</param>
/// <param name="consent">Asks before this machine leaves its network.</param>
internal sealed class InteractiveProvisioning(
    AsyncCmdlet cmdlet, FleetRow given, IFleetLinks links, FleetOptions options, AccessPointConsent consent)
{
    /// <summary>The device that the parameters name.</summary>
    internal ProvisioningDevice Named() => given.Address is { Length: > 0 } address
        ? given.At(address)
        : cmdlet.Await((_, token) => links.FindAsync(given, token));

    /// <summary>Provisions a device.</summary>
    /// <param name="device">The device.</param>
    /// <param name="confirm">Asks for confirmation before the device is changed.</param>
    /// <returns>The result; null if the user declined.</returns>
    /// <exception cref="ProvisioningException">No session could be opened, or the device refused to scan.</exception>
    internal FleetResult? Run(ProvisioningDevice device, Func<EspProvSession, FleetRow, bool> confirm)
    {
        if (device.AccessPoint is { } accessPoint && !consent.Ask(device.Name, accessPoint))
            return null;
        var proof = new DeviceProof(
            given.ProofOfPossession?.ToSecureString(),
            given.Username,
            given.Password?.ToSecureString(),
            Credential: null,
            given.UseVendorToolHash);
        EspProvSession session = Connect(device, proof);
        try
        {
            return Provision(session, new NetworkMenu(cmdlet, session, given).Choose(), confirm);
        }
        finally
        {
            session.Close(cmdlet);
        }
    }

    private EspProvSession Connect(ProvisioningDevice device, DeviceProof proof)
    {
        var connector = new SessionConnector(cmdlet, given.SecurityVersion, given.AllowUnencrypted) { ShowSteps = true };
        return given.MonitorPort is { } port
            ? BoardMonitor.Connect(cmdlet, device, given.ServiceName, port, given.MonitorBaudRate, Open)
            : Open();

        EspProvSession Open() => connector.Connect(device, () => links.CreateTransport(given, device), proof);
    }

    // Each run begins with a reset, so the device accepts other credentials in the same session.
    private FleetResult? Provision(EspProvSession session, ChosenNetwork network, Func<EspProvSession, FleetRow, bool> confirm)
    {
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

            if (!confirm(session, row))
            {
                row.Dispose();
                return null;
            }

            FleetResult result = RunOne(row, session.Name);
            if (network.IsTyped && IsWrongKey(result) && AskAgain(result.Error ?? "") is { } other)
            {
                key = other;
                continue;
            }

            return result;
        }

        SecureString? AskAgain(string message)
        {
            UserPrompt.Say(cmdlet.Host, $"{message} Type another one, or nothing to stop here.");
            SecureString? typed = UserPrompt.ForSecret(cmdlet.Host, session.Name, network.KeyLabel, mayBeEmpty: true);
            return typed is { Length: > 0 } ? typed : null;
        }
    }

    // With a wrong network key, a Thread device reports that the network was not found.
    private static bool IsWrongKey(FleetResult result) => result.ErrorId
        is JoinFailure.WifiAuthError or nameof(ProvisioningErrorReason.InvalidPassphrase) or JoinFailure.ThreadNetworkNotFound;

    private FleetResult RunOne(FleetRow row, string device) =>
        cmdlet.WithProgress($"Provisioning {device}", $"Joining '{row.NetworkName}'", () => cmdlet.Await(async (sink, token) =>
        {
            FleetResult? result = null;
            var run = new FleetRun(
                options,
                links,
                journal: null,
                done => result = done,
                (_, text, level) => sink.Notice(device, text, level, showSteps: true));
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
}
