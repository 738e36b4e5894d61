using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EspProv.Host.DBus;

/// <summary>A bus's address: <c>unix:path=/run/dbus/system_bus_socket</c>, or several, separated by semicolons.</summary>
internal static class DBusAddress
{
    /// <summary>The sockets to try, in order. Other transports are skipped.</summary>
    /// <exception cref="ArgumentException">An invalid socket path.</exception>
    /// <exception cref="FormatException">An invalid port number.</exception>
    public static IEnumerable<EndPoint> Parse(string address)
    {
        foreach (string entry in address.Split(';'))
        {
            string transport = entry.Split(':')[0];
            var values = entry[Math.Min(transport.Length + 1, entry.Length)..].Split(',')
                .Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
                .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]));
            if (transport == "unix" && values.TryGetValue("path", out string? path))
                yield return new UnixDomainSocketEndPoint(path);
            else if (transport == "unix" && values.TryGetValue("abstract", out string? name))
                yield return new UnixDomainSocketEndPoint('\0' + name);
            else if (transport == "tcp" && values.TryGetValue("port", out string? port))
                yield return new DnsEndPoint(values.GetValueOrDefault("host", "localhost"), int.Parse(port, CultureInfo.InvariantCulture));
        }
    }
}
