using EspProv.Transports.Gatt;
using EspProv.Wire;

namespace EspProv.Transports.Console;

/// <summary>
/// Manual transport: a person reads and writes the device's characteristics with another GATT tool and copies the hex (PROTOCOL.md §7, §8).
/// The prompts are those of the vendor's tool. There are no timeouts.
/// </summary>
public sealed class ConsoleTransport : ITransport
{
    private const string Lead = "BLECLI >> ";

    /// <summary>Endpoints of every device, in the order of the vendor's README. The order does not matter.</summary>
    private static readonly string[] Required = [EndpointNames.Version, EndpointNames.Session, EndpointNames.Config];

    private readonly IConsoleInteraction _person;
    private readonly IReadOnlyList<Guid> _services;
    private readonly HashSet<Guid> _confirmed = [];
    private Guid? _service;
    private bool _introduced;

    /// <summary>Creates a transport to a device.</summary>
    /// <param name="deviceName">The device's name or address, as the person sees it.</param>
    /// <param name="person">The person who copies the data.</param>
    /// <param name="serviceUuid">The device's service, if known; otherwise the person is asked for each well-known one.</param>
    public ConsoleTransport(string deviceName, IConsoleInteraction person, Guid? serviceUuid = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(deviceName);
        ArgumentNullException.ThrowIfNull(person);
        Address = deviceName;
        _person = person;
        _services = serviceUuid is { } known ? [known] : ProvisioningService.KnownUuids;
    }

    /// <inheritdoc/>
    public string Address { get; }

    /// <summary>As over Bluetooth, which carries the data in the end.</summary>
    public int ScanPageSize => GattTransport.EntriesPerPage;

    /// <inheritdoc/>
    public int ScanGroupChannels => 0;

    /// <inheritdoc/>
    public int MaxRequestLength => GattTransport.MaxValueLength;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        if (!_introduced)
        {
            _introduced = true;
            await _person.SayAsync("BLE client is running in console mode", cancellationToken).ConfigureAwait(false);
            await _person.SayAsync(
                "    Another tool, such as a phone app for GATT, has the link to the device; you carry the data",
                cancellationToken).ConfigureAwait(false);
        }

        await _person.SayAsync(
            $"{Lead}Please connect to BLE device `{Address}` manually using your tool of choice", cancellationToken).ConfigureAwait(false);
        if (!await ConfirmAsync("Was the device connected successfully?", cancellationToken).ConfigureAwait(false))
            throw new ProvisioningException(ProvisioningErrorReason.DeviceUnreachable, $"{Address} could not be connected to by hand.");
        await _person.SayAsync($"{Lead}List available attributes of the connected device", cancellationToken).ConfigureAwait(false);
        Guid service = await FindServiceAsync(cancellationToken).ConfigureAwait(false);
        foreach (string endpoint in Required)
        {
            if (!await IsListedAsync(service, endpoint, cancellationToken).ConfigureAwait(false))
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.NotAProvisioningDevice, $"The service of {Address} has no characteristic for '{endpoint}'.")
                { Endpoint = endpoint };
            }
        }

        _service = service;
    }

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        Guid service = _service
            ?? throw new ProvisioningException(
                ProvisioningErrorReason.SessionLost, $"There is no link to {Address}.")
            { Endpoint = endpoint };
        if (request.Length > MaxRequestLength)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.RequestTooLarge, $"The request for '{endpoint}' is {request.Length} bytes long; over Bluetooth "
                    + $"at most {MaxRequestLength} can be sent.")
            { Endpoint = endpoint };
        }

        if (!await IsListedAsync(service, endpoint, cancellationToken).ConfigureAwait(false))
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EndpointNotFound, $"{Address} has no characteristic for '{endpoint}'.")
            { Endpoint = endpoint };
        }

        try
        {
            await _person.SayAsync(
                $"{Lead}Write following data to characteristic with UUID '{CharacteristicOf(service, endpoint)}' :",
                cancellationToken).ConfigureAwait(false);
            await _person.SayAsync(
                $"    >> {Convert.ToHexString(request.Span).ToLowerInvariant()}", cancellationToken).ConfigureAwait(false);
            return await ReadAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await CloseAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        _service = null;
        _confirmed.Clear();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    private static Guid CharacteristicOf(Guid service, string endpoint) => ProvisioningService.TryGetNumber(endpoint, out ushort number)
        ? ProvisioningService.Characteristic(service, number)
        : throw new ProvisioningException(
            ProvisioningErrorReason.EndpointNotFound,
            $"'{endpoint}' has no known characteristic. Give the four hexadecimal digits of its characteristic instead, such as ff55.")
        { Endpoint = endpoint };

    private async Task<Guid> FindServiceAsync(CancellationToken cancellationToken)
    {
        foreach (Guid service in _services)
        {
            string question = $"Is the service UUID '{service}' listed among available attributes?";
            if (await ConfirmAsync(question, cancellationToken).ConfigureAwait(false))
                return service;
        }

        throw new ProvisioningException(
            ProvisioningErrorReason.NotAProvisioningDevice,
            $"{Address} lists none of the known provisioning services. If your firmware has its own service, give its UUID.");
    }

    // Asked once per characteristic and link.
    private async Task<bool> IsListedAsync(Guid service, string endpoint, CancellationToken cancellationToken)
    {
        Guid characteristic = CharacteristicOf(service, endpoint);
        if (_confirmed.Contains(characteristic))
            return true;
        bool isListed = await ConfirmAsync(
            $"Is the characteristic UUID '{characteristic}' listed among available attributes?", cancellationToken).ConfigureAwait(false);
        if (isListed)
            _confirmed.Add(characteristic);
        return isListed;
    }

    private async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
    {
        while (true)
        {
            string answer = await _person.AskAsync($"{Lead}{question} [y/n] ", cancellationToken).ConfigureAwait(false);
            switch (answer.Trim().ToLowerInvariant())
            {
                case "y" or "yes":
                    return true;
                case "n" or "no":
                    return false;
                default:
                    await _person.SayAsync($"{Lead}Please answer y or n", cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task<byte[]> ReadAsync(string endpoint, CancellationToken cancellationToken)
    {
        while (true)
        {
            await _person.SayAsync($"{Lead}Enter data read from characteristic (in hex) :", cancellationToken).ConfigureAwait(false);
            string answer = await _person.AskAsync("    << ", cancellationToken).ConfigureAwait(false);
            if (answer.Trim().Equals("x", StringComparison.OrdinalIgnoreCase))
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.SessionLost,
                    $"{Address} refused the request to '{endpoint}', as the person at the other tool says.")
                { Endpoint = endpoint };
            }

            if (Parse(answer) is { } reply)
                return reply;
            await _person.SayAsync(
                $"{Lead}That is not an even number of hexadecimal digits; enter them again, or x where the device gave an error "
                + "instead", cancellationToken).ConfigureAwait(false);
        }
    }

    // Tools show hex with spaces, colons or hyphens between the bytes, in capitals, or with 0x before it.
    private static byte[]? Parse(string answer)
    {
        string digits = string.Concat(answer.Where(c => !char.IsWhiteSpace(c) && c is not (':' or '-')));
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        return digits.Length > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }
}
