using System.Management.Automation;
using System.Reflection;
using System.Text;
using EspProv.Tests.Fuzz;
using Xunit.Abstractions;

namespace EspProv.ModuleTests.Fleet;

/// <summary>The cells of a plan and of exported results, whatever is in them; the harness is that of tests/Unit/Fuzz.</summary>
public sealed class FuzzTests(ITestOutputHelper output) : FleetTest
{
    private static readonly IReadOnlyList<byte[]> Tokens = FuzzTarget.Texts(
        "\n", "=", "Name=", "Address=", "Transport=", "SecurityVersion=", "Bssid=", "Channel=", "DatasetTlvs=", "QrCode=", "Network=",
        "LineLimit=", "Endpoint:a=", "BodyLimit=", "\ufeff", "\"", "-1",
        "2147483648", "{\"ver\":\"v1\"", "Thread", "\0", "Row=", "Status=", "Timestamp=", "Duration=");

    private static readonly IReadOnlyList<byte[]> Rows = FuzzTarget.Texts(
        "Name=PROV_1\nTransport=SoftAP\nAddress=192.168.4.1:80\nPop=abcd1234\nSsid=net\nPassphrase=password\nBssid=78:8a:20:84:19:96\nChannel=6\nCustomData=x\nEndpoint=custom-data",
        "QrCode={\"ver\":\"v1\",\"name\":\"PROV_1\",\"pop\":\"abcd1234\",\"transport\":\"ble\",\"security\":2}\nSecurity=2\nUser=wifiprov\nPassword=abcd1234\nSsid=net",
        "Name=PROV_2\nTransport=Serial\nPort=COM3\nBaud=115200\nLineLimit=256\nNetwork=Thread\nDataset=0510000102030405060708090a0b0c0d0e0f",
        "AccessPoint=PROV_3\nSoftApKey=12345678\nAdapter=wlan0\nSec=0\nSsid=net");

    private static readonly IReadOnlyList<byte[]> Results = FuzzTarget.Texts(
        "Row=1\nDevice=PROV_1\nStatus=Connected\nStage=Done\nDuration=00:00:01.5\nTimestamp=2026-01-02T03:04:05.678Z\nSecurity=1\nNetwork=Wifi\nChannel=6\nAttempts=1\nReason=x",
        "Row=2\nDevice=PROV_2\nStatus=Failed\nStage=Connect\nTimestamp=2026-01-02T03:04:05Z\nErrorId=DeviceUnreachable\nError=no");

    [Fact]
    public void No_row_of_a_plan_ends_the_reading_of_it()
    {
        // The module's own reader: what cannot be read becomes the row's problem, and nothing is thrown.
        Assembly module = Module();
        object common = Activator.CreateInstance(Type(module, "FleetCommonValues"), nonPublic: true)!;
        object cmdlet = Activator.CreateInstance(Type(module, "InvokeEspProvisioningCommand"))!;
        object secrets = Activator.CreateInstance(module.GetType("EspProv.Commands.Pipeline.NamedSecrets", throwOnError: true)!, cmdlet)!;
        object customData = Activator.CreateInstance(Type(module, "FleetCustomDataReader"), common, (Func<string, string>)(path => path))!;
        object reader = Activator.CreateInstance(
            Type(module, "FleetRowReader"), common, secrets, customData, (Func<string, bool>)(_ => false),
            (Action<string>)(_ => { }), (Action<string>)(_ => { }))!;
        Func<PSObject?, object> read = Type(module, "FleetRowReader").GetMethod("Read",
            BindingFlags.Instance | BindingFlags.NonPublic, [typeof(PSObject)])!.CreateDelegate<Func<PSObject?, object>>(reader);
        Check("plan-cells", 60_000, Rows, static _ => false, row => Assert.NotNull(read(row)));
    }

    [Fact]
    public void An_exported_row_is_read_as_a_result_or_refused_as_none()
    {
        Func<PSObject, object> read = Type(Module(), "FleetResultReader").GetMethod("Read",
            BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<Func<PSObject, object>>();
        Check("result-cells", 30_000, Results, static exception => exception is FormatException, row => Assert.NotNull(read(row)));
    }

    private void Check(string name, int inputs, IReadOnlyList<byte[]> corpus, Func<Exception, bool> isExpected, Action<PSObject> read)
    {
        PSObject row = new();
        FuzzReport report = FuzzRunner.Mutate(new FuzzTarget
        {
            Name = name,
            Inputs = inputs,
            Corpus = corpus,
            Tokens = Tokens,
            IsExpected = isExpected,

            // PowerShell has tables of all property names of the process, which grow where a property is added.
            Prepare = input => row = RowOf(Encoding.UTF8.GetString(input)),
            Run = (_, _) => read(row),
        });
        output.WriteLine(report.ToString());
        Assert.True(report.Faults.Count == 0, report.ToString());
        Assert.True(report.Accepted > 0, report.ToString());
    }

    // A line for each cell, as Import-Csv makes properties of them: text, each name once.
    private static PSObject RowOf(string lines)
    {
        var row = new PSObject();
        foreach (string line in lines.Split('\n'))
        {
            string[] cell = line.Split('=', 2);
            if (cell.Length == 2 && cell[0].Length > 0 && row.Properties[cell[0]] is null)
                row.Properties.Add(new PSNoteProperty(cell[0], cell[1]));
        }

        return row;
    }

    private static Assembly Module() => AppDomain.CurrentDomain.GetAssemblies().Last(assembly =>
        assembly.GetName().Name == "EspProv.PowerShell");

    private static Type Type(Assembly module, string name) => module.GetType("EspProv.Commands.Fleet." + name, throwOnError: true)!;
}
