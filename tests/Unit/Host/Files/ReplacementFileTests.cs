using EspProv.Host.Files;
using EspProv.Tests.Support;

namespace EspProv.Tests.Host.Files;

public sealed class ReplacementFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("espprov");

    private string FilePath => Path.Combine(_folder.FullName, "labels.csv");

    [SkippableFact]
    public void A_file_for_the_owner_alone_is_so_from_its_first_byte_even_in_place_of_an_open_one()
    {
        Skip.If(OperatingSystem.IsWindows(), "Modes are Unix's.");
        if (OperatingSystem.IsWindows())
            return;
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

    [SkippableTheory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public void A_link_is_refused_and_what_it_leads_to_is_not_touched(bool leadsToFile, bool overwrite)
    {
        string other = Path.Combine(_folder.FullName, "other");
        if (leadsToFile)
            File.WriteAllText(other, "other");
        Link(FilePath, other);

        string message = Assert.Throws<IOException>(() => new ReplacementFile(FilePath, ownerOnly: false, overwrite)).Message;

        Assert.Contains($"is a link to '{other}'. Give the path of the file itself.", message, StringComparison.Ordinal);
        Assert.Equal(leadsToFile, File.Exists(other));
        Assert.Equal(other, new FileInfo(FilePath).LinkTarget);
    }

    [SkippableFact]
    public void A_link_that_came_in_the_meantime_is_replaced_and_not_followed()
    {
        string other = Path.Combine(_folder.FullName, "other");
        File.WriteAllText(other, "other");
        using var file = new ReplacementFile(FilePath, ownerOnly: false, overwrite: true);
        file.Text.Write("new");
        Link(FilePath, other);

        file.Commit();

        Assert.Equal("other", File.ReadAllText(other));
        Assert.Equal("new", File.ReadAllText(FilePath));
        Assert.Null(new FileInfo(FilePath).LinkTarget);
    }

    [Theory]
    [InlineData(3, FileRetry.SharingViolation, 3)]
    [InlineData(int.MaxValue, FileRetry.SharingViolation, 9)]
    // The file exists.
    [InlineData(int.MaxValue, unchecked((int)0x80070050), 0)]
    public void A_file_that_another_program_has_open_is_moved_once_it_is_closed_and_not_waited_for_without_end(int failures, int code, int expected)
    {
        int moves = 0;
        int waits = 0;
        void Move() => ReplacementFile.Retry(
            () =>
            {
                if (moves++ < failures)
                    throw new IOException("In use.", code);
            },
            () => waits++);

        if (failures == int.MaxValue)
            Assert.Equal(code, Assert.Throws<IOException>(Move).HResult);
        else
            Move();
        Assert.Equal(expected, waits);
        Assert.Equal(expected + 1, moves);
    }

    [SkippableFact]
    public void What_cannot_be_removed_does_not_hide_the_error_that_led_there()
    {
        Skip.If(OperatingSystem.IsWindows(), "A file that is open cannot be removed there.");
        void Fail()
        {
            using var file = new ReplacementFile(FilePath, ownerOnly: false, overwrite: false);
            string written = _folder.EnumerateFiles().Single().FullName;
            File.Delete(written);
            Directory.CreateDirectory(written);
            throw new InvalidDataException("first");
        }

        Assert.Equal("first", Assert.Throws<InvalidDataException>(Fail).Message);
    }

    [SkippableFact]
    public void A_full_disk_leaves_the_old_file_and_nothing_else()
    {
        using var disk = TinyDisk.TryMount(_folder, "size=64k", out string why);
        Skip.If(disk is null, why);
        string path = Path.Combine(_folder.FullName, "report.html");
        File.WriteAllText(path, "old");

        var file = new ReplacementFile(path, ownerOnly: false, overwrite: true);
        Assert.Throws<IOException>(() =>
        {
            file.Text.Write(new string('x', 200_000));
            file.Commit();
        });
        file.Dispose();

        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(_folder.EnumerateFileSystemInfos());
    }

    [SkippableFact]
    public void A_file_that_is_replaced_passes_on_what_it_forbids_to_others()
    {
        Skip.If(OperatingSystem.IsWindows(), "Modes are Unix's.");
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(FilePath, "old");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        using var file = new ReplacementFile(FilePath, ownerOnly: false, overwrite: true);
        file.Commit();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(FilePath));
    }

    [Theory]
    [InlineData("none/labels.csv", "The folder '")]
    [InlineData("folder", "is a folder")]
    [InlineData("folder/", "is a folder")]
    [InlineData("none/", "is a folder")]
    [InlineData("old.csv", "exists")]
    [InlineData("a\0b", "null character")]
    public void A_place_where_no_file_can_be_is_told_without_writing_anything(string name, string expected)
    {
        _folder.CreateSubdirectory("folder");
        File.WriteAllText(Path.Combine(_folder.FullName, "old.csv"), "old");

        Exception exception = Assert.ThrowsAny<IOException>(() => ReplacementFile.Check(Path.Combine(_folder.FullName, name), overwrite: false));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, _folder.EnumerateFileSystemInfos().Count());
    }

    [SkippableFact]
    public void A_device_is_not_replaced_by_a_file()
    {
        Skip.If(OperatingSystem.IsWindows(), "Devices are not in the file system there.");
        Assert.Contains("is a device", Assert.Throws<IOException>(() => ReplacementFile.Check("/dev/null", overwrite: true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_may_be_as_long_as_the_system_takes()
    {
        string path = Path.Combine(_folder.FullName, new string('n', 251) + ".csv");
        using var file = new ReplacementFile(path, ownerOnly: false, overwrite: false);
        file.Commit();
        Assert.True(File.Exists(path));
    }

    private static void Link(string path, string target)
    {
        try
        {
            File.CreateSymbolicLink(path, target);
        }
        catch (Exception exception) when (OperatingSystem.IsWindows() && exception is IOException or UnauthorizedAccessException)
        {
            Skip.If(true, $"This user may make no links: {exception.Message}");
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
