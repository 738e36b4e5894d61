using EspProv.Credentials.Files;

namespace EspProv.Tests.Credentials;

public sealed class ReplacementFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov");

    private string FilePath => Path.Combine(_folder.FullName, "labels.csv");

    [SkippableFact]
    public void A_file_for_the_owner_alone_is_so_from_its_first_byte_even_in_place_of_an_open_one()
    {
        if (OperatingSystem.IsWindows())
            throw new SkipException("Modes are Unix's.");
        const UnixFileMode ownerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.WriteAllText(FilePath, "old");
        File.SetUnixFileMode(FilePath, ownerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using var file = new ReplacementFile(FilePath, ownerOnly: true, overwrite: true);
        file.Text.Write("first");
        file.Text.Flush();
        FileInfo written = _folder.EnumerateFiles().Single(entry => entry.Name != "labels.csv");
        Assert.Equal(ownerOnly, written.UnixFileMode);
        Assert.Equal("old", File.ReadAllText(FilePath));

        file.Commit();
        Assert.Equal(ownerOnly, File.GetUnixFileMode(FilePath));
        Assert.Equal("first", File.ReadAllText(FilePath));
        Assert.Single(_folder.EnumerateFiles());
    }

    [Fact]
    public void Nothing_is_left_when_it_is_not_committed()
    {
        using (var file = new ReplacementFile(FilePath, ownerOnly: false, overwrite: false))
            file.Text.Write("half");
        Assert.Empty(_folder.EnumerateFiles());
    }

    [Fact]
    public void A_file_that_exists_is_left_alone_unless_it_may_be_replaced()
    {
        File.WriteAllText(FilePath, "old");
        Assert.Throws<IOException>(() => new ReplacementFile(FilePath, ownerOnly: false, overwrite: false));
        Assert.Equal("old", File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_file_that_came_in_the_meantime_is_left_alone_too()
    {
        using (var file = new ReplacementFile(FilePath, ownerOnly: false, overwrite: false))
        {
            File.WriteAllText(FilePath, "other");
            Assert.Throws<IOException>(file.Commit);
        }

        Assert.Equal("other", File.ReadAllText(FilePath));
        Assert.Single(_folder.EnumerateFiles());
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
