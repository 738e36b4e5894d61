using System.Management.Automation;
using EspProv.Commands.Errors;
using EspProv.Commands.Pipeline;
using EspProv.Commands.VirtualDevices;
using EspProv.Devices;
using EspProv.Sessions;
using EspProv.Transports;
using EspProv.Transports.Serial;

namespace EspProv.Commands.Discovery;

/// <summary>Finds devices in provisioning mode, or checks whether one is at an address.</summary>
[Cmdlet(VerbsCommon.Find, "EspProvDevice", DefaultParameterSetName = ScanSet)]
[OutputType(typeof(ProvisioningDevice))]
public sealed class FindEspProvDeviceCommand : AsyncCmdlet
{
    private const string ScanSet = "Scan";
    private const string AddressSet = "Address";
    private const double ProbeSeconds = 2;

    private int _found;

    /// <summary>The beginning of the device's name; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = ScanSet, Position = 0)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(NamePrefixCompleter))]
    [AllowEmptyString]
    [SupportsWildcards]
    public string NamePrefix { get; set; } = ProvisioningDevice.StockNamePrefix;

    /// <summary>The transports to search; by default all that work on this machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ProvisioningTransport[]? Transport { get; set; }

    /// <summary>Addresses to query, instead of scanning.</summary>
    [Parameter(ParameterSetName = AddressSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Port")]
    [ArgumentCompleter(typeof(AddressCompleter))]
    public string[] Address { get; set; } = [];

    /// <summary>The service that Bluetooth devices have to advertise.</summary>
    [Parameter(ParameterSetName = ScanSet)]
    public Guid? ServiceUuid { get; set; }

    /// <summary>The Bluetooth adapter to use.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(AdapterCompleter))]
    public string? Adapter { get; set; }

    /// <summary>Query the capabilities of each device, and output only devices that answer.</summary>
    [Parameter(ParameterSetName = ScanSet)]
    public SwitchParameter Probe { get; set; }

    /// <summary>The speed of serial ports, in bits per second.</summary>
    [Parameter]
    [ValidateRange(SerialTransportOptions.MinBaudRate, SerialTransportOptions.MaxBaudRate)]
    public int BaudRate { get; set; } = SerialTransportOptions.StockBaudRate;

    /// <summary>Stop after this number of devices.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int First { get; set; } = int.MaxValue;

    /// <summary>The timeout of the search, or of the answer from an address, in seconds.</summary>
    [Parameter]
    [SecondsTransformation]
    [ValidateRange(Seconds.Shortest, Seconds.Longest)]
    public double Timeout { get; set; } = 5;

    /// <summary>Scans, or queries each address.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == AddressSet)
        {
            foreach (string address in Address)
            {
                if (_found >= First)
                    return;
                AskAt(address);
            }
        }
        else
        {
            Scan();
        }
    }

    private void Scan()
    {
        var name = new NamePattern(NamePrefix.EndsWith('*') ? NamePrefix : NamePrefix + "*");
        foreach (ProvisioningTransport transport in Transport ?? [])
        {
            if (transport is ProvisioningTransport.Console)
            {
                WriteError(ErrorFactory.From(
                    ModuleError.ParameterConflict,
                    "Devices cannot be searched for over Console, where a person copies the data. "
                        + "Give the device's name: Connect-EspProvSession -Transport Console -Address PROV_261FCC.",
                    transport));
            }
            else if (DiscoverySources.For([transport]).Count == 0)
            {
                WriteError(ErrorFactory.From(
                    new ProvisioningException(
                        ProvisioningErrorReason.TransportUnavailable, $"This machine cannot look for devices over {transport}."),
                    transport));
            }
        }

        TimeSpan? timeout = MyInvocation.BoundParameters.ContainsKey(nameof(Timeout)) ? TimeSpan.FromSeconds(Timeout) : null;
        var search = new DeviceSearch(this, new DiscoveryRequest(Adapter, ServiceUuid), timeout, IsExpected);
        foreach (IDiscoverySource source in DiscoverySources.For(Transport, accessPoints: true))
        {
            if (_found >= First)
                return;
            search.Run(source, (device, sink, token) => ListAsync(device, name, sink, token));
        }

        if (_found == 0)
            WriteVerbose($"No device in provisioning mode has a name that begins like '{NamePrefix}'.");
    }

    // Writes a device that is wanted; whether more are wanted.
    private async Task<bool> ListAsync(ProvisioningDevice device, NamePattern name, PipelineSink sink, CancellationToken token)
    {
        // Listed also without a name: a device that advertises only its service, or a serial port.
        bool isNameless = device.Name == device.Address;
        if (!isNameless && !name.Matches(device.Name) && !device.Name.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase))
            return true;
        if ((Probe ? await AnsweringAsync(device, sink, token).ConfigureAwait(false) : device) is not { } found)
            return true;
        if (!VirtualDeviceRegistry.Current.All.Any(virtualDevice => virtualDevice.Address == found.Address))
            FoundDevices.Current.Add(found);
        sink.Object(found);
        return ++_found < First;
    }

    // Where the user did not ask for the transport, and this machine does not have it; or where a virtual device was found over SoftAP.
    private bool IsExpected(IDiscoverySource source, ProvisioningException exception) =>
        (Transport is null && !MyInvocation.BoundParameters.ContainsKey(nameof(Adapter)))
        || (exception.Reason is ProvisioningErrorReason.TransportUnavailable
            && source.Transport is ProvisioningTransport.SoftAP
            && _found > 0);

    // Null when there is no device: most serial ports are connected to something else, which is not an error.
    private async Task<ProvisioningDevice?> AnsweringAsync(ProvisioningDevice device, PipelineSink sink, CancellationToken token)
    {
        try
        {
            return await AskAsync(device, token).ConfigureAwait(false);
        }
        catch (ProvisioningException exception)
        {
            sink.Verbose($"{device.Name} is not a device in provisioning mode: {exception.Message}");
            return null;
        }
        catch (Exception exception) when (IsUnexpected(exception) && !token.IsCancellationRequested)
        {
            // Continue with the other devices.
            sink.Verbose($"{device.Name}: {UnexpectedError.TypesOf(exception)}.");
            sink.Error(ErrorFactory.Unexpected(device));
            return null;
        }
    }

    private async Task<ProvisioningDevice> AskAsync(ProvisioningDevice device, CancellationToken token)
    {
        PipelineSink? sink = PipelineSink.Current;
        // With -Probe, several devices are queried during one scan.
        var timeout = TimeSpan.FromSeconds(Probe ? Math.Min(Timeout, ProbeSeconds) : Timeout);
        ITransport link = TransportFactory.Create(device, new LinkSettings(timeout, timeout) { Adapter = Adapter, BaudRate = BaudRate });
        await using (link.ConfigureAwait(false))
        {
            DeviceCapability capability = await ProvisioningSession.GetCapabilityAsync(
                link, notice => sink?.Notice(device.Name, notice.Message, notice.Level), token).ConfigureAwait(false);
            return device with { SecurityVersion = capability.SecurityVersion, LastSeen = TimeProvider.System.GetUtcNow() };
        }
    }

    private void AskAt(string address)
    {
        foreach (ProvisioningTransport transport in Transport ?? [ProvisioningTransport.SoftAP])
        {
            if (!Try(target: null, () => DeviceText.Check("-Address", address, Transport is null ? null : transport)))
                return;
            var device = new ProvisioningDevice { Name = address, Transport = transport, Address = address };
            Try(device, () =>
            {
                ProvisioningDevice found = WithProgress("Looking for devices", $"at {address}", () => Await(async (_, token) =>
                    await AskAsync(
                        await new DeviceLookup(new DiscoveryRequest(Adapter, ServiceUuid: null), TimeSpan.FromSeconds(Timeout))
                            .ResolveAsync(device, isTransportGiven: Transport is not null, mayBeHost: true, token).ConfigureAwait(false),
                        token).ConfigureAwait(false)));
                _found++;
                WriteObject(found);
            });
        }
    }
}
