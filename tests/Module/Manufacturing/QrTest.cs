using System.Management.Automation;
using EspProv.ModuleTests.Support;

namespace EspProv.ModuleTests.Manufacturing;

/// <summary>A test of codes: <c>$folder</c> is a folder of its own.</summary>
public abstract class QrTest : ModuleTest
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-qr-");

    protected QrTest() => RunClean("", ("folder", _folder.FullName));

    protected string Folder => _folder.FullName;

    public override void Dispose()
    {
        base.Dispose();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    protected string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Everything that an error shows of itself.</summary>
    protected static string TextOf(ErrorRecord error) => $"{error} {error.CategoryInfo} {error.TargetObject} {error.Exception}";
}
