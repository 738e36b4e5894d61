using EspProv.Host.Bluetooth;
using EspProv.Host.Bluetooth.BlueZ;
using EspProv.Host.DBus;

namespace EspProv.Tests.Fuzz;

/// <summary>
/// BlueZ's object tree and its signals, of any type where any is expected: names, UUIDs and manufacturer data in it come from the air.
/// The input is a list of values, each with its type in front.
/// </summary>
internal static class BlueZTarget
{
    private static readonly string[] Words =
    [
        "/org/bluez/hci0/dev_1", "/org/bluez/hci0", "/", "", BlueZNames.Device, BlueZNames.Adapter, BlueZNames.GattCharacteristic,
        BlueZNames.GattService,
        "Address", "Name", "RSSI", "UUIDs", "ManufacturerData", "UUID", "Service", "Connected", "24:0A:C4:26:1F:CC",
        "021a9004-0382-4aea-bff4-6b3f1c5adfb4",
        "InterfacesAdded", "InterfacesRemoved", "PropertiesChanged", "not a uuid",
    ];

    public static FuzzTarget Objects { get; } = new()
    {
        Name = "bluez-objects",
        Inputs = 60_000,
        MaxLength = 1024,
        Corpus =
        [
            // { path: { Device: { Address, RSSI, UUIDs, ManufacturerData } } }, then signals of each kind.
            [6, 1, 0, 6, 1, 4, 6, 4, 8, 0, 16, 10, 2, 200, 11, 5, 1, 17, 12, 7, 1, 3, 4, 2, 1, 2, 18, 2, 0, 0, 6, 1, 4, 6, 1, 9, 0, 9],
            [6, 1, 0, 6, 1, 4, 6, 1, 8, 0, 16, 20, 3, 0, 4, 6, 1, 10, 2, 127, 5, 1, 9, 19, 2, 0, 0, 5, 1, 4],
        ],
        Run = static (input, stop) =>
        {
            var reader = new Reader(input);
            var objects = new DBusObjects(BlueZNames.Tree);
            objects.Changed += change => BlueZHost.Describe(objects, change.Path, DateTimeOffset.UnixEpoch);
            objects.Fill(DBusMessage.Signal(BlueZNames.ServicePath, DBusConnection.ObjectManager, "", "", reader.Value(0)));
            while (!reader.IsAtEnd)
            {
                string member = reader.Word();
                object[] body = [.. Enumerable.Range(0, reader.Next() % 5).Select(_ => reader.Value(0))];
                objects.OnSignal(DBusMessage.Signal(Words[0], DBusConnection.Properties, member, "", body));
            }

            _ = objects.Find(BlueZNames.Device);
        },
    };

    private sealed class Reader(byte[] input)
    {
        private const int MaxDepth = 6;
        private int _at;

        public bool IsAtEnd => _at >= input.Length;

        public int Next() => IsAtEnd ? 0 : input[_at++];

        public string Word() => Words[Next() % Words.Length];

        public object Value(int depth)
        {
            int type = Next() % 10;
            int count = type >= 4 ? Next() % 6 : 0;
            if (depth > MaxDepth)
                type = 0;
            switch (type)
            {
                case 1:
                    return Next() % 2 == 1;
                case 2:
                    return (short)(Next() - 256);
                case 3:
                    return (ushort)(Next() << 4);
                case 4:
                    return Enumerable.Range(0, count).Select(_ => (byte)Next()).ToArray();
                case 5:
                    return Enumerable.Range(0, count).Select(_ => Word()).ToArray();
                case 6:
                    var byText = new Dictionary<string, object>();
                    for (int i = 0; i < count; i++)
                        byText[Word()] = Value(depth + 1);
                    return byText;
                case 7:
                    var byObject = new Dictionary<object, object>();
                    for (int i = 0; i < count; i++)
                        byObject[Value(depth + 1)] = Value(depth + 1);
                    return byObject;
                case 8:
                    return Enumerable.Range(0, count).Select(_ => Value(depth + 1)).ToArray();
                case 9:
                    return DBNull.Value;
                default:
                    return Word();
            }
        }
    }
}
