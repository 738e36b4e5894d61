using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;
using EspProv.Transports.Gatt;

namespace EspProv.Host.Bluetooth;

/// <summary>Bluetooth on Linux: BlueZ (org.bluez) over D-Bus.</summary>
public sealed class BlueZHost : IBluetoothHost
{
    private readonly BlueZOptions _options;

    /// <summary>Creates the host; no connection is opened yet.</summary>
    public BlueZHost(BlueZOptions? options = null) => _options = options ?? new BlueZOptions();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<BluetoothAdapter>> GetAdaptersAsync(CancellationToken cancellationToken)
    {
        BlueZClient client = await BlueZClient.OpenAsync(_options, cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            return [.. client.GetAdapters().OrderByDescending(adapter => adapter.IsPowered)];
        }
    }

    /// <inheritdoc/>
    public IGattLink CreateLink(string address, string? adapter = null) => new BlueZGattLink(_options, address, adapter);

    /// <inheritdoc/>
    public async IAsyncEnumerable<BleAdvertisement> ScanAsync(
        BleScanOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BlueZClient client = await BlueZClient.OpenAsync(_options, cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            string adapterPath = client.ChooseAdapter(options.Adapter);
            Channel<BleAdvertisement> heard = BleAdvertisements.CreateQueue<BleAdvertisement>();
            client.Objects.Changed += OnChanged;
            using CancellationTokenRegistration closed = client.Connection.Closed.Register(
                () => heard.Writer.TryComplete(client.FindAdapterFault(adapterPath)));

            BlueZDiscovery discovery = await BlueZDiscovery.StartAsync(client, adapterPath, cancellationToken).ConfigureAwait(false);
            await using (discovery.ConfigureAwait(false))
            {
                // Devices in another program's running scan already have an RSSI, and may not change during this one.
                foreach (string path in client.Objects.Find(BlueZNames.Device, adapterPath)
                    .Where(path => client.Objects.Get(path, BlueZNames.Device, "RSSI") is not null))
                {
                    Report(path);
                }

                await foreach (BleAdvertisement advertisement in heard.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return advertisement;
                }
            }

            // Runs on the bus connection's reading loop: must not block.
            void OnChanged(DBusChange change)
            {
                if (change.Interface == BlueZNames.Device && change.Path.StartsWith(adapterPath + "/", StringComparison.Ordinal))
                {
                    if (IsHeard(change.Properties))
                    {
                        Report(change.Path);
                    }
                }
                else if (change.Interface == BlueZNames.Adapter && client.FindAdapterFault(adapterPath) is { } fault)
                {
                    heard.Writer.TryComplete(fault);
                }
            }

            void Report(string path)
            {
                if (Describe(client.Objects, path, _options.TimeProvider.GetUtcNow()) is { } advertisement)
                {
                    heard.Writer.TryWrite(advertisement);
                }
            }
        }
    }

    // A new object, or a change of a property that advertisements carry; connections and pairings change other properties.
    private static bool IsHeard(IReadOnlyCollection<string>? properties) => properties?.Any(
        name => name is "Address" or "RSSI" or "Name" or "UUIDs" or "ManufacturerData"
            or "ServiceData" or "AdvertisingData" or "AdvertisingFlags" or "TxPower") ?? false;

    internal static BleAdvertisement? Describe(DBusObjects objects, string path, DateTimeOffset now)
    {
        if (Get("Address") is not string address)
        {
            return null;
        }

        return new BleAdvertisement
        {
            Address = address.ToUpperInvariant(),
            // Without a name, BlueZ derives Alias from the address.
            Name = Get("Name") as string,
            Rssi = Get("RSSI") is short rssi and not 127 ? rssi : null,
            ServiceUuids = Get("UUIDs") is string[] uuids
                ? [.. uuids.Where(uuid => Guid.TryParse(uuid, out _)).Select(Guid.Parse)]
                : [],
            ManufacturerData = Get("ManufacturerData") is Dictionary<object, object> data
                ? data.Where(entry => entry is { Key: ushort, Value: byte[] })
                    .ToDictionary(entry => (ushort)entry.Key, entry => (ReadOnlyMemory<byte>)(byte[])entry.Value)
                : [],
            LastSeen = now,
        };

        object? Get(string property) => objects.Get(path, BlueZNames.Device, property);
    }
}
