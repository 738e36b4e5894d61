namespace EspProv.Tests.SoftAP;

/// <summary>
/// An nmcli of our own in a folder of its own: it answers as NetworkManager's does, keeps what it was asked, and does what the files beside
/// it say.
/// </summary>
internal sealed class FakeNetworkManager : IDisposable
{
    public const string Former = "6f0d2c0e-5c1b-4a53-9a0c-3b8f6a1d7e42";

    private const string Script = """
        #!/bin/sh
        here=$(dirname "$0")
        line=""
        for word in "$@"; do line="$line[$word]"; done
        echo "$line" >> "$here/log"
        case "$*" in
          *"device wifi list"*) cat "$here/networks" ;;
          *"device status"*) cat "$here/devices" ;;
          *"connection show"*) cat "$here/profiles" ;;
          *"connection add"*) [ ! -e "$here/refuse-add" ] || { echo "Error: no." >&2; exit 10; } ;;
          *"connection up id"*)
            case "$*" in *--ask*)
              # It asks once before it begins, and then for another key each time that one was not taken.
              while printf 'Password (802-11-wireless-security.psk): '; read -r key; do
                echo "$key" >> "$here/secrets"
                [ -e "$here/wrong-key" ] || break
              done
              [ ! -e "$here/wrong-key" ] || exit 1 ;;
            esac
            [ ! -e "$here/stall" ] || exec sleep 60
            [ ! -e "$here/refuse-up" ] || { echo "Error: Connection activation failed: Secrets were required, but not provided." >&2; exit 4; } ;;
          *"connection up uuid"*)
            if [ -e "$here/interrupt" ]; then rm "$here/interrupt"; echo "Error: nmcli terminated by signal Interrupt (2)" >&2; exit 1; fi
            [ ! -e "$here/slow" ] || sleep 1
            echo "$4" > "$here/restored" ;;
          *"device show"*) cat "$here/address" ;;
        esac
        exit 0
        """;

    public FakeNetworkManager()
    {
        Folder = Directory.CreateTempSubdirectory("espprov").FullName;
        Write("networks", @"PROV_261FCC:24\:0A\:C4\:26\:1F\:CC:80:WPA2" + "\n" + @"PROV_OPEN:24\:0A\:C4\:00\:00\:01:60:" + "\n" + @"a\:b\\c:24\:0A\:C4\:00\:00\:02:100:WPA1 WPA2" + "\n" + @":24\:0A\:C4\:00\:00\:03:100:WPA2" + "\n");
        Write("devices", "eth0:ethernet:connected\nlo:wifi:connected\nwlan1:wifi:disconnected\n");
        Write("profiles", $"cable:0c7e39de-0000-4000-8000-000000000001:802-3-ethernet:eth0\noffice:{Former}:802-11-wireless:lo\nold:0c7e39de-0000-4000-8000-000000000002:802-11-wireless:\n");
        Write("address", "IP4.ADDRESS[1]:127.0.0.1/8\n");
        string script = System.IO.Path.Combine(Folder, "nmcli");
        File.WriteAllText(script, Script);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Path = script;
    }

    public string Folder { get; }

    public string Path { get; }

    public string[] Log => File.Exists(System.IO.Path.Combine(Folder, "log")) ? File.ReadAllLines(System.IO.Path.Combine(Folder, "log")) : [];

    public string Secrets => File.Exists(System.IO.Path.Combine(Folder, "secrets")) ? File.ReadAllText(System.IO.Path.Combine(Folder, "secrets")) : "";

    /// <summary>The network that was brought back, and is up.</summary>
    public string Restored => File.Exists(System.IO.Path.Combine(Folder, "restored")) ? File.ReadAllText(System.IO.Path.Combine(Folder, "restored")).Trim() : "";

    public void Write(string file, string text = "") => File.WriteAllText(System.IO.Path.Combine(Folder, file), text);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
