using System.Text;
using EspProv.Wire;

namespace EspProv.Transports.Gatt;

/// <summary>
/// PROTOCOL.md §7: each endpoint is a characteristic of one GATT service; an exchange is a write with response and a read.
/// Owns its link. An endpoint that does not exist and a request that is too large are refused before anything is sent, and
/// leave the link and its security session as they were; after any other exception the link is closed.
/// </summary>
public sealed class GattTransport : ITransport
{
    /// <summary>The longest value of an attribute, in bytes (Bluetooth Core, Vol 3, Part F, 3.2.9).</summary>
    public const int MaxValueLength = 512;

    /// <summary>Four scan entries of maximum length fit the 256 bytes of the smallest known attribute size.</summary>
    internal const int EntriesPerPage = 4;

    /// <summary>Far above the number of endpoints of any firmware; further ones are ignored.</summary>
    private const int MaxEndpoints = 256;

    /// <summary>The most names in a message.</summary>
    private const int MaxListed = 16;

    // Limits closing when the Bluetooth stack hangs; the link is abandoned then.
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly IGattLink _link;
    private readonly GattTransportOptions _options;
    private readonly Dictionary<string, GattCharacteristic> _endpoints = new(StringComparer.OrdinalIgnoreCase);
    private bool _open;

    /// <summary>Creates a transport over <paramref name="link"/>, not yet connected.</summary>
    public GattTransport(IGattLink link, GattTransportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(link);
        _link = link;
        _options = options ?? new GattTransportOptions();
    }

    /// <inheritdoc/>
    public string Address => _link.Address;

    /// <inheritdoc/>
    public int ScanPageSize => EntriesPerPage;

    /// <inheritdoc/>
    public int ScanGroupChannels => 0;

    /// <inheritdoc/>
    public int MaxRequestLength => MaxValueLength;

    /// <summary>The endpoints that were found, by name; empty while the transport is closed.</summary>
    internal IReadOnlyCollection<string> Endpoints => _endpoints.Keys;

    /// <summary>The service that was found; null while the transport is closed.</summary>
    internal Guid? ServiceUuid { get; private set; }

    /// <summary>The ATT MTU in bytes, null if the platform does not report it.</summary>
    internal int? Mtu => _link.Mtu;

    /// <inheritdoc/>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await CloseAsync().ConfigureAwait(false);
        using var deadline = new Deadline(_options.ConnectTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            await _link.ConnectAsync(deadline.Token).ConfigureAwait(false);
            if (_options.Pairing == GattPairing.Always && !_link.IsPaired)
            {
                deadline.Extend(_options.PairingTimeout);
                await _link.PairAsync(deadline.Token).ConfigureAwait(false);
            }

            await FindEndpointsAsync(deadline).ConfigureAwait(false);
            _open = true;
        }
        catch (Exception exception)
        {
            await CloseLinkAsync().ConfigureAwait(false);
            switch (exception)
            {
                case OperationCanceledException when deadline.IsOver && !cancellationToken.IsCancellationRequested:
                    throw TransportErrors.ConnectTimeout(
                        $"{Address} could not be connected over Bluetooth", _options.ConnectTimeout, exception);
                case GattException gatt:
                    throw new ProvisioningException(
                        gatt.WantsPairing ? ProvisioningErrorReason.PairingRequired : ProvisioningErrorReason.NotAProvisioningDevice,
                        $"The services of {Address} could not be read: {gatt.Message}.", gatt);
                case ProvisioningException { Reason: ProvisioningErrorReason.SessionLost } lost:
                    throw new ProvisioningException(
                        ProvisioningErrorReason.DeviceUnreachable, $"{Address} disconnected while its services were being read.", lost);
                default:
                    throw;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<byte[]> ExchangeAsync(string endpoint, ReadOnlyMemory<byte> request, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(endpoint);
        if (!_open)
        {
            throw new ProvisioningException(ProvisioningErrorReason.SessionLost, $"There is no link to {Address}.") { Endpoint = endpoint };
        }

        if (Resolve(endpoint) is not { } characteristic)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.EndpointNotFound, $"{Address} has no endpoint '{endpoint}'. It has: {List([.. _endpoints.Keys])}.")
            { Endpoint = endpoint };
        }

        if (request.Length > MaxValueLength)
        {
            throw new ProvisioningException(
                ProvisioningErrorReason.RequestTooLarge,
                $"The request for '{endpoint}' is {request.Length} bytes long; over Bluetooth at most {MaxValueLength} can be sent.")
            { Endpoint = endpoint };
        }

        using var deadline = new Deadline(_options.ExchangeTimeout, _options.TimeProvider, cancellationToken);
        try
        {
            // Two steps, retried separately after pairing: a refused write had no effect, but an accepted one must not be sent again
            // (PROTOCOL.md §1), so then only the read is repeated.
            await PairIfAskedAsync(() => _link.WriteAsync(characteristic, request, deadline.Token), deadline).ConfigureAwait(false);
            byte[] reply = [];
            await PairIfAskedAsync(
                async () => reply = await _link.ReadAsync(characteristic, deadline.Token).ConfigureAwait(false), deadline)
                .ConfigureAwait(false);
            if (reply.Length > MaxValueLength)
            {
                throw new ProvisioningException(
                    ProvisioningErrorReason.MalformedResponse, $"The response of '{endpoint}' is longer than {MaxValueLength} bytes.")
                { Endpoint = endpoint };
            }

            return reply;
        }
        catch (Exception exception)
        {
            await CloseAsync().ConfigureAwait(false);
            throw exception switch
            {
                OperationCanceledException when deadline.IsOver && !cancellationToken.IsCancellationRequested =>
                    TransportErrors.ExchangeTimeout(Address, endpoint, _options.ExchangeTimeout, exception),
                GattException gatt => Translate(gatt, endpoint, request.Length),
                ProvisioningException { Endpoint: null } provisioning => new ProvisioningException(
                    provisioning.Reason, provisioning.Message, provisioning)
                { Endpoint = endpoint },
                _ => Rethrow(exception),
            };
        }
    }

    /// <inheritdoc/>
    public async Task CloseAsync()
    {
        bool wasOpen = _open;
        _open = false;
        _endpoints.Clear();
        ServiceUuid = null;
        if (wasOpen)
        {
            await CloseLinkAsync().ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CloseLinkAsync()
    {
        using var deadline = new Deadline(CloseTimeout, _options.TimeProvider, CancellationToken.None);
        try
        {
            if (_link.HasOwnBond)
                await _link.UnpairAsync(deadline.Token).ConfigureAwait(false);
            await _link.DisconnectAsync(deadline.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is ProvisioningException or GattException or OperationCanceledException)
        {
            // If closing fails, the device or the adapter is gone.
        }
    }

    private static Exception Rethrow(Exception error)
    {
        System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        return error;
    }

    private GattCharacteristic? Resolve(string endpoint)
    {
        if (_endpoints.TryGetValue(endpoint, out GattCharacteristic? named))
        {
            return named;
        }

        // Four hex digits always select a characteristic by number. A known name maps to its number only if the firmware has no names;
        // otherwise the number belongs to another endpoint.
        return endpoint.Length == 4 && ProvisioningService.TryGetNumber(endpoint, out ushort number)
            ? _endpoints.Values.FirstOrDefault(characteristic => ProvisioningService.NumberOf(characteristic.Uuid) == number)
            : null;
    }

    private async Task FindEndpointsAsync(Deadline deadline)
    {
        IReadOnlyList<GattCharacteristic> all = await _link.GetCharacteristicsAsync(deadline.Token).ConfigureAwait(false);
        List<List<GattCharacteristic>> services = [.. all.GroupBy(c => c.ServiceUuid).Select(group => group.ToList())];
        List<List<GattCharacteristic>> candidates = _options.ServiceUuid is { } wanted
            ? services.FindAll(service => service[0].ServiceUuid == wanted)
            // Known UUIDs first, then services that number their endpoints as provisioning does, then everything else.
            : [.. services.Where(service => !IsGeneric(service[0].ServiceUuid)).OrderBy(service =>
                ProvisioningService.KnownUuids.Contains(service[0].ServiceUuid) ? 0 : IsNumbered(service) ? 1 : 2)];

        foreach (List<GattCharacteristic> service in candidates)
        {
            Dictionary<string, GattCharacteristic> names =
                await ReadNamesAsync([.. service.Take(MaxEndpoints)], deadline).ConfigureAwait(false);
            if (names.ContainsKey(EndpointNames.Version) || names.ContainsKey(EndpointNames.Session))
            {
                foreach ((string name, GattCharacteristic characteristic) in names)
                {
                    _endpoints[name] = characteristic;
                }

                ServiceUuid = service[0].ServiceUuid;
                return;
            }
        }

        string found = services.Count == 0 ? "none" : List([.. services.Select(service => service[0].ServiceUuid.ToString())]);
        throw new ProvisioningException(
            ProvisioningErrorReason.NotAProvisioningDevice,
            _options.ServiceUuid is { } uuid
                ? $"{Address} has no provisioning service {uuid}. Its services: {found}."
                : $"{Address} has no provisioning service. Its services: {found}.");
    }

    private static string List(string[] names) => names.Length <= MaxListed
        ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(MaxListed))}, and {names.Length - MaxListed} more";

    // The generic access and generic attribute services, which every device has.
    private static bool IsGeneric(Guid service) =>
        service == ProvisioningService.FromShort(0x1800) || service == ProvisioningService.FromShort(0x1801);

    private static bool IsNumbered(List<GattCharacteristic> service) => service.Exists(characteristic =>
        characteristic.Uuid == ProvisioningService.Characteristic(characteristic.ServiceUuid, ProvisioningService.SessionNumber));

    private async Task<Dictionary<string, GattCharacteristic>> ReadNamesAsync(List<GattCharacteristic> service, Deadline deadline)
    {
        var names = new Dictionary<string, GattCharacteristic>(StringComparer.OrdinalIgnoreCase);
        foreach (GattCharacteristic characteristic in service)
        {
            byte[]? description = null;
            await PairIfAskedAsync(
                async () =>
                    description = await _link.ReadDescriptorAsync(
                        characteristic, ProvisioningService.UserDescription, deadline.Token).ConfigureAwait(false),
                deadline).ConfigureAwait(false);
            string name = description is null or { Length: > MaxValueLength }
                ? ""
                : Encoding.UTF8.GetString(description).TrimEnd('\0').Trim();
            if (name.Length > 0)
            {
                names.TryAdd(name, characteristic);
            }
        }

        if (names.Count == 0)
        {
            foreach (GattCharacteristic characteristic in service)
            {
                ushort number = ProvisioningService.NumberOf(characteristic.Uuid);
                if (characteristic.Uuid == ProvisioningService.Characteristic(characteristic.ServiceUuid, number))
                {
                    names.TryAdd(ProvisioningService.NameOf(number), characteristic);
                }
            }
        }

        return names;
    }

    private async Task PairIfAskedAsync(Func<Task> step, Deadline deadline)
    {
        try
        {
            await step().ConfigureAwait(false);
        }
        catch (GattException exception) when (exception.WantsPairing)
        {
            if (_link.IsPaired)
            {
                // The stored keys no longer work: the device has deleted its own.
                throw new ProvisioningException(
                    ProvisioningErrorReason.PairingFailed, $"{Address} does not accept the pairing that this machine has for it "
                        + $"({exception.Message}).", exception);
            }

            deadline.Extend(_options.PairingTimeout);
            await _link.PairAsync(deadline.Token).ConfigureAwait(false);
            await step().ConfigureAwait(false);
        }
    }

    private ProvisioningException Translate(GattException error, string endpoint, int length)
    {
        (ProvisioningErrorReason reason, string meaning) = error.Error switch
        {
            AttError.InvalidHandle or AttError.AttributeNotFound or AttError.ReadNotPermitted or AttError.WriteNotPermitted =>
                (ProvisioningErrorReason.EndpointNotFound, "the endpoint cannot be used"),
            AttError.InsufficientAuthentication or AttError.InsufficientEncryption or AttError.InsufficientKeySize =>
                (ProvisioningErrorReason.PairingRequired, "the device requires a paired link"),
            AttError.InsufficientAuthorization =>
                (ProvisioningErrorReason.DeviceError, "the device does not authorize this machine"),
            // Also reported if the handler accepted the request and its reply is longer than the attribute (PROTOCOL.md §7).
            AttError.InvalidValueLength =>
                (ProvisioningErrorReason.RequestTooLarge, $"the device does not accept {length} bytes, or has no room for its reply"),
            AttError.InvalidOffset or AttError.PrepareQueueFull =>
                (ProvisioningErrorReason.RequestTooLarge, $"the device does not accept {length} bytes"),
            // Small builds do not support long writes; an unsupported short write is another error.
            AttError.RequestNotSupported when _link.Mtu is { } mtu && length > mtu - 3 =>
                (ProvisioningErrorReason.RequestTooLarge, $"the device does not accept writes longer than {mtu - 3} bytes"),
            AttError.InsufficientResources =>
                (ProvisioningErrorReason.DeviceError, "the device is out of memory"),
            // Firmware on NimBLE answers 0x04, on Bluedroid 0x85 or nothing, where HTTP would close the socket: the handler refused the
            // request, and the device ended its security session (PROTOCOL.md §6, §7).
            _ => (ProvisioningErrorReason.SessionLost, "the device refused the request and ended the session"),
        };
        return new ProvisioningException(reason, $"{Address} on '{endpoint}': {meaning} ({error.Message}).", error) { Endpoint = endpoint };
    }
}
