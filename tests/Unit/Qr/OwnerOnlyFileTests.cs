using System.Runtime.Versioning;

namespace EspProv.Tests.Qr;

[SupportedOSPlatform("linux"), SupportedOSPlatform("macos")]
public sealed class OwnerOnlyFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov-file-");

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_the_owner_can_read_it_even_if_others_could_before(bool existed)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var path = Path.Combine(_folder.FullName, "labels.html");
        if (existed)
        {
            File.WriteAllText(path, "something longer than what follows");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        using (var stream = OwnerOnlyFile.Create(path))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            stream.Write("secret"u8);
        }

        Assert.Equal("secret", File.ReadAllText(path));
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
